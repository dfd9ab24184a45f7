import { runVitest } from './vitest.mjs';

/** Conversations against Signal's own library; SLOW=1 makes the run long. */
export function run(args) {
  return runVitest('interop', 'test/interop/vitest.config.ts', args);
}

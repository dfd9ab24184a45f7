import { runVitest } from './vitest.mjs';

/** The tests that stand beside the code. */
export function run(args) {
  return runVitest('unit', 'vitest.config.ts', args);
}

import { runVitest } from './vitest.mjs';

/** Tests on what `npm run build` put into .output/, and on the boundary rules. */
export function run(args) {
  return runVitest('built', 'test/build/vitest.config.ts', args);
}

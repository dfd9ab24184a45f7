import { executeNode } from '../support/execute.mjs';
import { inRoot } from '../support/paths.mjs';
import { countOne } from './counts.mjs';

/** What each step answers, and the Node arguments that ask it. */
const steps = {
  types: [inRoot('node_modules/typescript/bin/tsc')],
  'format and lint': [inRoot('node_modules/@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'],
  boundaries: [inRoot('scripts/boundaries/check.mjs')],
  'dead code': [inRoot('node_modules/knip/bin/knip.js'), '--production', '--no-progress'],
  'unused dependencies': [inRoot('node_modules/knip/bin/knip.js'), '--dependencies', '--no-progress'],
  'house rules': [inRoot('scripts/house/check.mjs')],
};

/** Types, format and lint, boundaries, dead code and sizes; all are run, and together they count as one. */
export async function run() {
  let held = true;
  for (const [name, args] of Object.entries(steps)) {
    const began = performance.now();
    const exitCode = await executeNode(args);
    held &&= exitCode === 0;
    console.log(
      `check: ${name}: ${exitCode === 0 ? 'ok' : 'FAILED'} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
    );
  }
  return countOne(held);
}

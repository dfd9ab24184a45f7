import { executeNode } from '../support/execute.mjs';
import { inRoot } from '../support/paths.mjs';
import { countOne } from './counts.mjs';

/** Builds the extension for both browsers into .output/; counts as one. */
export async function run() {
  let held = true;
  for (const browser of ['chrome', 'firefox']) {
    const exitCode = await executeNode([inRoot('node_modules/wxt/bin/wxt.mjs'), 'build', '--browser', browser]);
    held &&= exitCode === 0;
  }
  return countOne(held);
}

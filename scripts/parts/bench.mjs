import { existsSync, readdirSync } from 'node:fs';
import { executeNode } from '../support/execute.mjs';
import { inRoot } from '../support/paths.mjs';

const ending = '.bench.ts';

/** Runs test/bench/NAME.bench.ts; Node strips its types itself. It prints one JSON object a line. */
export async function run([name, ...args]) {
  const file = inRoot('test', 'bench', `${name}${ending}`);
  if (name === undefined || !existsSync(file)) {
    const names = readdirSync(inRoot('test', 'bench')).filter((entry) => entry.endsWith(ending));
    const list = names.map((entry) => entry.slice(0, -ending.length)).join(', ') || 'none yet';
    console.error(
      `${name === undefined ? 'Name a benchmark' : `No benchmark is called '${name}'`}: npm run bench -- NAME`,
    );
    console.error(`Names: ${list}`);
    process.exitCode = 2;
    return;
  }
  process.exitCode = await executeNode(['--expose-gc', file, ...args]);
}

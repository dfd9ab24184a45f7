/**
 * The one door of every npm script: `node scripts/run.mjs PART [ARGUMENT...]`.
 *
 * Owns: bringing what a part needs (Node, dependencies, browsers), running it, and the closing line of counts.
 * Does not own: what a part does; that is scripts/parts/.
 * Invariant: until Node is new enough nothing but Node 20's builtin modules is touched, so this file and
 * scripts/setup/ use no dependency and no newer syntax.
 */

import { suites, suitesOfEveryRun } from './parts/suites.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { rerunUnderNewerNode } from './setup/node.mjs';
import { ensureSystemPackages } from './setup/system.mjs';

/** How a part is loaded, and the sets of the system's programs that it drives. */
const parts = {
  start: { load: () => import('./parts/start.mjs'), system: ['browsers'] },
  test: { load: () => import('./parts/everything.mjs'), system: setsOf(suitesOfEveryRun) },
  build: { load: () => import('./parts/build.mjs') },
  check: { load: () => import('./parts/check.mjs') },
  'test:unit': { load: () => import('./parts/unit.mjs') },
  'test:mutation': { load: () => import('./parts/mutation.mjs') },
  bench: { load: () => import('./parts/bench.mjs') },
};
for (const [name, { system }] of Object.entries(suites)) {
  const load = async () => {
    const { runSuite } = await import('./parts/suite.mjs');
    return { run: (args) => runSuite(name, args) };
  };
  parts[`test:${name}`] = { load, system: system === undefined ? [] : [system] };
}

function setsOf(names) {
  return [...new Set(names.map((name) => suites[name].system).filter((set) => set !== undefined))];
}

const [name = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(parts, name)) {
  console.error(`Unknown part '${name}'. Parts: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const exitCode = rerunUnderNewerNode();
if (exitCode !== undefined) process.exit(exitCode);

ensureDependencies();
for (const set of parts[name].system ?? []) ensureSystemPackages(set);

const { run } = await parts[name].load();
const counts = await run(rest);
if (counts !== undefined) {
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

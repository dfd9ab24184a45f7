/**
 * The one door of every npm script: `node scripts/run.mjs PART [ARGUMENT...]`.
 *
 * Owns: bringing what a part needs (Node, dependencies, browsers), running it, and the closing line of counts.
 * Does not own: what a part does; that is scripts/parts/.
 * Invariant: until Node is new enough nothing but Node 20's builtin modules is touched, so this file and
 * scripts/setup/ use no dependency and no newer syntax.
 */
import { ensureDependencies } from './setup/dependencies.mjs';
import { rerunUnderNewerNode } from './setup/node.mjs';
import { ensureSystemPackages } from './setup/system.mjs';

/** name -> [module, whether it drives browsers or servers of the system] */
const parts = {
  start: ['./parts/start.mjs', true],
  test: ['./parts/everything.mjs', true],
  build: ['./parts/build.mjs', false],
  check: ['./parts/check.mjs', false],
  'test:unit': ['./parts/unit.mjs', false],
  'test:interop': ['./parts/interop.mjs', false],
  'test:build': ['./parts/built.mjs', true],
  'test:mutation': ['./parts/mutation.mjs', false],
  bench: ['./parts/bench.mjs', false],
};

const [name, ...rest] = process.argv.slice(2);
const part = Object.hasOwn(parts, name ?? '') ? parts[name] : undefined;
if (part === undefined) {
  console.error(`Unknown part '${name ?? ''}'. Parts: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const exitCode = rerunUnderNewerNode();
if (exitCode !== undefined) process.exit(exitCode);

ensureDependencies();
const [module, usesSystem] = part;
if (usesSystem) ensureSystemPackages();

const { run } = await import(module);
const counts = await run(rest);
if (counts !== undefined) {
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

import { run as build } from './build.mjs';
import { run as check } from './check.mjs';
import { sumCounts } from './counts.mjs';
import { runSuite } from './suite.mjs';
import { suitesOfEveryRun } from './suites.mjs';
import { run as unit } from './unit.mjs';

/** The tests on the output need the build, so it comes first. */
const parts = {
  build,
  check,
  'test:unit': unit,
  ...Object.fromEntries(suitesOfEveryRun.map((name) => [`test:${name}`, (args) => runSuite(name, args)])),
};

/** Runs every part that must hold, the later ones too when an earlier one failed, and gives the sum. */
export async function run() {
  const results = {};
  for (const [name, part] of Object.entries(parts)) {
    const began = performance.now();
    console.log(`\n== ${name}`);
    results[name] = { ...(await part([])), seconds: (performance.now() - began) / 1000 };
  }
  console.log('\n== results');
  for (const [name, { passed, failed, seconds, complaints = [] }] of Object.entries(results)) {
    console.log(
      `${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} held, ${failed} did not (${seconds.toFixed(1)} s)`,
    );
    // Again, here: what a run of 20 minutes printed in its middle is far above.
    for (const complaint of complaints) console.log(`       ${complaint}`);
  }
  return sumCounts(Object.values(results));
}

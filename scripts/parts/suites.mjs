/**
 * The suites of tests that stand apart from the code, by the folder of test/ that holds each with a vitest.config.ts.
 * `system`: it drives browsers or servers of the system. `packages`: folders whose own dependencies it uses.
 */
export const suites = {
  interop: {},
  build: { system: true },
  sites: { system: true, packages: ['test/support/lounge'] },
  hostile: { system: true },
  crash: { system: true },
  e2e: { system: true, packages: ['test/support/lounge'] },
};

/** Those that `npm test` runs, in the order in which a failure is cheapest to learn. */
export const suitesOfEveryRun = ['interop', 'build', 'hostile'];

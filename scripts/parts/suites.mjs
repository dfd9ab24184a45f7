/**
 * The suites of tests that stand apart from the code, by the folder of test/ that holds each with a vitest.config.ts.
 * `system`: the set of the system's programs that it drives. `packages`: folders whose own dependencies it uses.
 * `native`: packages that it needs compiled.
 */
export const suites = {
  interop: {},
  build: { system: 'browsers' },
  sites: { system: 'browsers', packages: ['test/support/lounge'] },
  hostile: { system: 'browsers' },
  preview: { system: 'browsers' },
  crash: { system: 'browsers' },
  vault: { system: 'vault', native: ['pkcs11js'] },
  e2e: { system: 'browsers', packages: ['test/support/lounge'] },
};

/** Those that `npm test` runs, in the order in which a failure is cheapest to learn. */
export const suitesOfEveryRun = ['interop', 'build', 'hostile', 'preview', 'vault', 'crash', 'e2e'];

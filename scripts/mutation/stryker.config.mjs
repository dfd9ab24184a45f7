/**
 * Mutation testing of the protocol and its primitives: `npm run test:mutation -- lib/signal/spqr`.
 * scripts/parts/mutation.mjs names the files; this says how.
 */
export default {
  testRunner: 'vitest',
  // Which tests a mutant meets is said there; asking vitest which are related would bring in every room above.
  vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
  tempDirName: '.stryker-tmp',
  ignorePatterns: [
    '.output',
    '.tools',
    '.wxt',
    'pictures',
    'reports',
    'test/*',
    '!test/support',
    'docs',
    'entrypoints',
    'components',
  ],
  allowConsoleColors: false,
};

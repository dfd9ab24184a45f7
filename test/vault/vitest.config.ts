import { defineConfig } from 'vitest/config';

/** The vault's tests stand beside its code; they need what the others do not: an HSM in software and a database. */
export default defineConfig({
  test: {
    include: ['{vault,test/vault}/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/vault/support/global-setup.ts'],
    // Processes, not threads: where SoftHSM keeps its tokens is in the environment, and its module is one a process.
    pool: 'forks',
    // vitest would leave one of two cores idle.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

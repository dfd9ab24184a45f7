import { defineConfig } from 'vitest/config';

/** The tests that mutants meet: those under the folders that are mutated, as scripts/parts/mutation.mjs names them. */
const folders = process.env.SOTTO_MUTATED?.split(',') ?? [];

export default defineConfig({
  test: {
    include: folders.map((folder) => `${folder}/**/*.test.ts`),
    environment: 'node',
    // Instrumented code is several times slower; what hangs is ended by Stryker.
    testTimeout: 120_000,
  },
});

import { defineConfig } from 'vitest/config';

/** Real browsers against a page that its own script controls; one at a time, since two cores are shared. */
export default defineConfig({
  test: {
    include: ['test/hostile/**/*.test.ts'],
    globalSetup: ['test/hostile/support/setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

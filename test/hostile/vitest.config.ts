import { defineConfig } from 'vitest/config';

/** Real browsers against a page that its own script controls. Most of it is waiting, so that two files run at a time. */
export default defineConfig({
  test: {
    include: ['test/hostile/**/*.test.ts'],
    globalSetup: ['test/hostile/support/setup.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

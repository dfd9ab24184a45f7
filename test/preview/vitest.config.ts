import { defineConfig } from 'vitest/config';

/** Hostile pages, asked from Node and from an extension in real browsers. Memory is measured, so that files run one by one. */
export default defineConfig({
  test: {
    include: ['test/preview/**/*.test.ts'],
    fileParallelism: false,
    execArgv: ['--expose-gc'],
    // Bodies without an end take their five seconds, one after the other.
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});

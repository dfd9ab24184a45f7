import { defineConfig } from 'vitest/config';

/** Hostile pages, asked from Node and from an extension in real browsers. Memory is measured, so that files run one by one. */
export default defineConfig({
  test: {
    include: ['test/preview/**/*.test.ts'],
    fileParallelism: false,
    execArgv: ['--expose-gc'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

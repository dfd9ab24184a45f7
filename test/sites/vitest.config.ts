import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** lib/sites in real browsers: editors nobody here wrote, pages of many layouts, and a real chat. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/sites/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of the time is waiting, in the browsers too: more files at once than cores.
    maxWorkers: 4,
  },
});

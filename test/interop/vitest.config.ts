import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Sotto against Signal's own library. SLOW=1 makes the long run, which needs room for a single test to take long. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/interop/**/*.test.ts'],
    environment: 'node',
    // vitest would leave one of two cores idle.
    maxWorkers: '100%',
    testTimeout: process.env.SLOW === '1' ? 3_600_000 : 600_000,
  },
});

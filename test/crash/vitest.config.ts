import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The built extension in .output/ on the demonstration chat, while its worker and its browser are killed. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/crash/**/*.test.ts'],
    environment: 'node',
    // What is timed is the recovery: one file at a time.
    fileParallelism: false,
    // With SLOW=1 some tests are twenty rounds of killing and starting a browser.
    testTimeout: 900_000,
    hookTimeout: 180_000,
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Two people with the built extension in .output/ on real chats, in real browsers. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/e2e/**/*.test.ts'],
    environment: 'node',
    // Browsers of one file at a time: the machine is not the subject.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

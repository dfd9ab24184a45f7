import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests on the built extension in .output/, in real browsers, and on the rules that guard the sources. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/build/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
  },
});

import { defineConfig } from 'vitest/config';

/** Unit tests stand beside the code; what crosses rooms has a config of its own under test/. */
export default defineConfig({
  test: {
    include: ['{lib,components,entrypoints,vault,scripts}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Machines are shared: a slow one is no failure, and what hangs still ends.
    testTimeout: 60_000,
  },
});

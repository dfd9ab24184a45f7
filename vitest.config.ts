import { defineConfig } from 'vitest/config';

/** Unit tests stand beside the code; what crosses rooms has a config of its own under test/. */
export default defineConfig({
  test: {
    include: ['{lib,components,entrypoints,scripts}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // vitest would leave one of two cores idle.
    maxWorkers: '100%',
    // Only against a test that hangs: a busy machine must not fail a property test of thousands of rounds.
    testTimeout: 60_000,
  },
});

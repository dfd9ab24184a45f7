import { defineConfig } from 'vitest/config';

/** Unit tests stand beside the code; what crosses rooms has a config of its own under test/. */
export default defineConfig({
  test: {
    include: ['{lib,components,entrypoints,vault,scripts}/**/*.test.{ts,tsx}'],
    environment: 'node',
  },
});

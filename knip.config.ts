import type { KnipConfig } from 'knip';

/**
 * Dead code, asked twice: with --production, where a test keeps nothing alive, for files and exports; and with
 * --dependencies, where tests and tools count too, for packages that nobody uses or names.
 * A room's index and the halves made for the page are public faces, and what stands in them is alive. An export that
 * is there for the tests beside it alone says so with @internal. A trailing ! marks what ships.
 */
const config: KnipConfig = {
  // Exported and used in its own file is alive; whether it had to be exported is a matter of taste.
  ignoreExportsUsedInFile: true,
  workspaces: {
    '.': {
      entry: [
        'entrypoints/*.ts!',
        'entrypoints/*/index.{ts,html}!',
        'entrypoints/*/main.tsx!',
        'lib/*/index.ts!',
        'lib/rpc/client.ts!',
        'lib/frames/mount.ts!',
        'lib/armour/detect.ts!',
        'scripts/parts/*.mjs',
        'scripts/*/*.mjs',
        'test/**/*.test.ts',
        'test/bench/*.bench.ts',
        'test/hostile/extension/*.ts',
        'test/hostile/page/*.js',
        'test/sites/editors/*.{js,ts,tsx}',
        'test/sites/support/driver.ts',
      ],
      project: [
        '{lib,components,entrypoints}/**/*.{ts,tsx}!',
        '!**/*.test.{ts,tsx}!',
        '!**/test-*.ts!',
        'test/**/*.{ts,tsx,js}',
        'scripts/**/*.mjs',
      ],
      vitest: { config: ['vitest.config.ts', '{test,scripts}/*/vitest.config.ts'] },
      stryker: { config: ['scripts/mutation/stryker.config.mjs'] },
      // Run by their path under node_modules, so that no PATH decides which one it is.
      ignoreDependencies: [
        '@biomejs/biome',
        // Asked of the chat server in test/support/lounge, which brings it.
        'bcryptjs',
      ],
      ignoreBinaries: ['apt-get'],
    },
    'scripts/boundaries': {
      entry: ['*.mjs'],
    },
    vault: {
      entry: [
        '{hsm,web}/main.ts!',
        'invite-command.ts!',
        'ceremony/verify.ts!',
        'custody/index.ts!',
        '**/*.test.ts',
        // Run as processes of their own.
        'test-support/*.ts',
      ],
      project: ['**/*.ts!', '!**/*.test.ts!', '!test-support/**!'],
    },
    'test/support/lounge': { ignore: ['**'] },
  },
};

export default config;

import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { root } from '../support/paths.mjs';

/**
 * Runs npm to its end under the Node that runs this script, its output on standard error and `environment` added to its own.
 * Throws when npm is missing or fails.
 */
export function runNpm(args, environment = {}) {
  const cli = process.env.npm_execpath;
  const known = cli !== undefined && basename(cli) === 'npm-cli.js';
  const result = spawnSync(known ? process.execPath : 'npm', known ? [cli, ...args] : args, {
    cwd: root,
    env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1', ...environment },
    stdio: ['ignore', 2, 2],
    shell: !known && process.platform === 'win32',
  });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${result.status ?? result.signal}`);
}

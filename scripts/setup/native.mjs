/**
 * Owns: packages that are compiled where they are used. Dependencies are installed without their scripts
 * (docs/decisions/install-not-ci.md); these few are built afterwards, and only for the parts that need them.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inRoot } from '../support/paths.mjs';
import { runNpm } from './npm.mjs';

/**
 * Compiles `name` unless it can be loaded already. A failure is one line: what needs the package says so when it
 * can't load it.
 */
export function ensureNative(name) {
  if (loads(name)) return;
  console.error(`Compiling ${name}`);
  try {
    runNpm(['rebuild', '--ignore-scripts=false', name], headers());
  } catch (error) {
    console.error(`${name} could not be compiled: ${error.message}`);
  }
}

function loads(name) {
  try {
    createRequire(inRoot('package.json'))(name);
    return true;
  } catch {
    return false;
  }
}

/** Node's own headers where they came with this Node: node-gyp would download them otherwise. */
function headers() {
  const folder = join(dirname(process.execPath), '..');
  return existsSync(join(folder, 'include/node/node_api.h')) ? { npm_config_nodedir: folder } : {};
}

/**
 * Owns: node_modules being what package-lock.json says, and doing nothing when it already is.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../support/paths.mjs';
import { runNpm } from './npm.mjs';

/**
 * Installs the dependencies of `folder` (the repository's own unless told) when the stamp in its node_modules does not
 * name its lockfile on this platform.
 */
export function ensureDependencies(folder = '.') {
  const lock = readFileSync(inRoot(folder, 'package-lock.json'));
  const stamp = `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
  const stampFile = inRoot(folder, 'node_modules', '.sotto-lock');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  if (!installedByHand(folder, JSON.parse(lock.toString('utf8')))) {
    console.error(`Installing the dependencies that ${join(folder, 'package-lock.json')} names`);
    // Not `npm ci`; see docs/decisions/install-not-ci.md. What must be compiled is compiled by native.mjs.
    runNpm(['install', '--no-save', '--prefix', inRoot(folder), '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  writeFileSync(stampFile, stamp);
}

/**
 * Whether somebody's own `npm install` has already brought all that the lockfile names: npm keeps what it
 * installed in node_modules/.package-lock.json. Packages for other platforms may be missing.
 */
function installedByHand(folder, lock) {
  const hidden = inRoot(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/') || wanted.link) return true;
    const found = installed[path];
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && existsSync(inRoot(folder, path));
  });
}

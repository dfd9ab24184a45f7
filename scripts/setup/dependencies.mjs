/**
 * Owns: node_modules being what package-lock.json says, and doing nothing when it already is.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../support/paths.mjs';
import { runNpm } from './npm.mjs';

/** Installs the dependencies unless the stamp in node_modules names this lockfile on this platform. */
export function ensureDependencies() {
  const lock = readFileSync(inRoot('package-lock.json'));
  const stamp = `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
  const stampFile = inRoot('node_modules', '.sotto-lock');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  if (!installedByHand(JSON.parse(lock.toString('utf8')))) {
    console.error('Installing the dependencies that package-lock.json names');
    runNpm(['ci', '--no-audit', '--no-fund']);
  }
  writeFileSync(stampFile, stamp);
}

/**
 * Whether somebody's own `npm install` has already brought all that the lockfile names: npm keeps what it
 * installed in node_modules/.package-lock.json. Packages for other platforms may be missing.
 */
function installedByHand(lock) {
  const hidden = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/') || wanted.link) return true;
    const found = installed[path];
    return found === undefined
      ? wanted.optional === true
      : found.version === wanted.version && existsSync(inRoot(path));
  });
}

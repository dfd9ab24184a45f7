import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where programs stand that no PATH names; Debian's raw Chromium comes before its wrapper, which bars extensions. */
const chromiums = [
  '/usr/lib/chromium/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const firefoxes = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];
const softHsms = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** The path of Chromium or Chrome, or undefined. */
export function findChromium() {
  return findProgram(chromiums, ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
}

/** The path of Firefox, or undefined. */
export function findFirefox() {
  return findProgram(firefoxes, ['firefox-esr', 'firefox']);
}

/** The path of SoftHSM's PKCS#11 module, or undefined. */
export function findSoftHsm() {
  return softHsms.find((path) => existsSync(path));
}

/** The folder with the programs of PostgreSQL's newest version here, initdb among them, or undefined. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const initdb = findProgram(
    versions.map((version) => join(debian, version, 'bin/initdb')),
    ['initdb'],
  );
  return initdb === undefined ? undefined : dirname(initdb);
}

/** The first of these paths that exists, else the first of these names that PATH has. */
export function findProgram(paths, names) {
  // Debian keeps servers in /usr/sbin, which the PATH of an ordinary user may lack.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const candidates = [...paths, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  return candidates.find((path) => existsSync(path) && isExecutable(path));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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

/** The path of Chromium or Chrome, or undefined. */
export function findChromium() {
  return findProgram(chromiums, ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
}

/** The path of Firefox, or undefined. */
export function findFirefox() {
  return findProgram(firefoxes, ['firefox-esr', 'firefox']);
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

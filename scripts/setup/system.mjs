/**
 * Owns: the browsers, servers and fonts of the system that the tests use.
 * On Debian and Ubuntu as root they are installed by apt-get; anywhere else one line says what is missing.
 * Never fails by itself: the test that needs a missing program says so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findChromium, findFirefox, findProgram } from '../support/programs.mjs';

const onLinux = process.platform === 'linux';
const fonts = '/usr/share/fonts/truetype/noto';

/** package: Debian's name for it; get: where others find it; present: whether it is here. */
const wanted = [
  { package: 'chromium', get: 'https://www.chromium.org/', present: () => findChromium() !== undefined },
  { package: 'firefox-esr', get: 'https://www.mozilla.org/firefox/', present: () => findFirefox() !== undefined },
  { package: 'ngircd', get: 'https://ngircd.barton.de/', present: () => findProgram([], ['ngircd']) !== undefined },
  {
    package: 'fonts-noto-color-emoji',
    get: 'https://fonts.google.com/noto',
    present: () => !onLinux || existsSync(`${fonts}/NotoColorEmoji.ttf`),
  },
  {
    package: 'fonts-noto-core',
    get: 'https://fonts.google.com/noto',
    present: () => !onLinux || existsSync(`${fonts}/NotoSans-Regular.ttf`),
  },
];

/** Brings the missing programs where it can and names the rest. */
export function ensureSystemPackages() {
  let missing = wanted.filter((item) => !item.present());
  if (missing.length === 0) return;
  if (canInstall()) {
    const names = missing.map((item) => item.package);
    console.error(`Installing by apt-get: ${names.join(' ')}`);
    aptGet(['update']);
    // One at a time, so that a name which this release lacks does not keep the others away.
    for (const name of names) aptGet(['install', '--yes', '--no-install-recommends', name]);
    missing = wanted.filter((item) => !item.present());
  }
  if (missing.length > 0) {
    const list = missing.map((item) => `${item.package} (${item.get})`).join(', ');
    console.error(`Missing on this machine, and the tests that use it will fail: ${list}`);
  }
}

function canInstall() {
  if (!onLinux || process.getuid() !== 0 || findProgram([], ['apt-get']) === undefined) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

function aptGet(args) {
  const result = spawnSync('apt-get', ['-qq', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 2],
  });
  if (result.status !== 0) console.error(`apt-get ${args.join(' ')} failed`);
}

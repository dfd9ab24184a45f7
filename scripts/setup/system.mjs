/**
 * Owns: the browsers, servers, fonts and compilers of the system that the tests use, in sets by who needs them.
 * On Debian and Ubuntu as root they are installed by apt-get; anywhere else one line says what is missing.
 * Never fails by itself: the test that needs a missing program says so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findChromium, findFirefox, findPostgres, findProgram, findSoftHsm } from '../support/programs.mjs';

const onLinux = process.platform === 'linux';
const fonts = '/usr/share/fonts/truetype/noto';

/** Debian's own Python: the one for which its packages are, whatever else PATH has. */
const python = '/usr/bin/python3';

/** package: Debian's name for it; get: where others find it; present: whether it is here. */
const browsers = [
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

/** What the vault's tests drive: an HSM in software, its ceremony in Python, a database, and what builds pkcs11js. */
const vault = [
  { package: 'softhsm2', get: 'https://www.softhsm.org/', present: () => findSoftHsm() !== undefined },
  {
    package: 'opensc',
    get: 'https://github.com/OpenSC/OpenSC',
    present: () => findProgram([], ['pkcs11-tool']) !== undefined,
  },
  {
    package: 'python3-pykcs11',
    get: 'https://pypi.org/project/PyKCS11/',
    present: () => spawnSync(existsSync(python) ? python : 'python3', ['-c', 'import PyKCS11']).status === 0,
  },
  { package: 'postgresql', get: 'https://www.postgresql.org/', present: () => findPostgres() !== undefined },
  { package: 'g++', get: 'https://gcc.gnu.org/', present: () => findProgram([], ['g++', 'clang++']) !== undefined },
  {
    package: 'make',
    get: 'https://www.gnu.org/software/make/',
    present: () => findProgram([], ['make']) !== undefined,
  },
];

const sets = { browsers, vault };

/** Brings the missing programs of a set, `browsers` or `vault`, where it can, and names the rest. */
export function ensureSystemPackages(set) {
  const wanted = sets[set];
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

/**
 * Owns a throw-away token: SoftHSM2 in a temporary folder, unprivileged, with a vault's keys made by the real ceremony.
 * For tests alone. Where SoftHSM keeps its tokens is in this process's environment, and its module reads that once: a test
 * file makes its tokens before it opens the first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeUtf8, SecretBytes } from '../../lib/bytes/index.ts';

const modules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];
const ceremony = join(import.meta.dirname, '../ceremony/ceremony.py');
/** Debian's own Python has PyKCS11, whatever else PATH has. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** Of every token made here. */
export const USER_PIN = '9876543210';
export const OFFICER_PIN = '5432167890';

/** A folder of tokens, for one test file. */
export interface SoftHsm {
  /** The PKCS#11 module. */
  readonly module: string;
  /** What a child process needs in its environment to see the same tokens. */
  readonly environment: { readonly SOFTHSM2_CONF: string };
  /** The file with the user PIN of every token. */
  readonly pinFile: string;
  /** A token with this label, still without a vault. */
  makeToken(label: string): void;
  /** Holds the key ceremony in a token: `--modes` and whatever else it takes. Throws with what it says on a failure. */
  holdCeremony(label: string, ...options: string[]): string;
  /** Both: a token with a vault for all modes, unless options say otherwise. */
  makeVault(label: string, ...options: string[]): void;
  /** Takes every token away, as if the device were unplugged, until `plug`. */
  unplug(): void;
  /** Brings them back. What was made meanwhile is gone. */
  plug(): void;
  /** An empty place for other tokens while these are away. */
  makeFolder(): void;
  /** Removes everything. */
  remove(): void;
}

/** The user PIN as custody takes it; custody wipes it when it closes. */
export function userPin(pin = USER_PIN): SecretBytes<'HsmPin'> {
  return SecretBytes.of(encodeUtf8(pin));
}

/** Starts with no token. Sets SOFTHSM2_CONF in this process's environment. */
export function startSoftHsm(): SoftHsm {
  const module = modules.find((path) => existsSync(path));
  if (module === undefined) throw new Error('SoftHSM2 is not installed (Debian: softhsm2)');
  const folder = mkdtempSync(join(tmpdir(), 'sotto-softhsm-'));
  const tokens = join(folder, 'tokens');
  const pinFile = join(folder, 'pin');
  const officerFile = join(folder, 'officer-pin');
  const environment = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
  mkdirSync(tokens);
  writeFileSync(pinFile, USER_PIN, { mode: 0o600 });
  writeFileSync(officerFile, OFFICER_PIN, { mode: 0o600 });
  const settings = [`directories.tokendir = ${tokens}`, 'objectstore.backend = file', 'log.level = ERROR'];
  writeFileSync(environment.SOFTHSM2_CONF, `${settings.join('\n')}\nslots.removable = false\n`);
  Object.assign(process.env, environment);

  function run(program: string, args: string[]): string {
    const result = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...environment } });
    if (result.status !== 0)
      throw new Error(`${program} ended with ${result.status}: ${result.stdout}${result.stderr}`);
    return result.stdout;
  }
  function makeToken(label: string): void {
    run('softhsm2-util', ['--init-token', '--free', '--label', label, '--so-pin', OFFICER_PIN, '--pin', USER_PIN]);
  }
  function holdCeremony(label: string, ...options: string[]): string {
    const pins = ['--pin-file', pinFile, '--so-pin-file', officerFile];
    return run(python, [ceremony, '--module', module!, '--token', label, ...pins, ...options]);
  }
  return {
    module,
    environment,
    pinFile,
    makeToken,
    holdCeremony,
    makeVault(label, ...options) {
      makeToken(label);
      holdCeremony(label, '--modes', 'wrapped,resident,split,hmac', ...options);
    },
    unplug: () => renameSync(tokens, `${tokens}-unplugged`),
    plug() {
      rmSync(tokens, { recursive: true, force: true });
      renameSync(`${tokens}-unplugged`, tokens);
    },
    makeFolder: () => mkdirSync(tokens),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

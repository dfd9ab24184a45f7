/**
 * Owns the two kinds of files of software custody: the key file, made once and never rewritten, and one anchor file for
 * each replica. Does not own what the keys are for.
 *
 * Invariants: a file is whole or not there (written apart, flushed, then given its name); of two processes that begin at
 * once with no key file, both end with the same one; a key file that others may read is refused.
 */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeBase64Url, encodeBase64Url } from '../../lib/bytes/index.ts';
import { decodeAnchor, encodeAnchor } from './anchor.ts';
import { type Anchor, REPLICA_NAME } from './custody.ts';
import { custodyFailure } from './failure.ts';

const FORMAT = 'Sotto vault keys in software, version 1';
/** More than a key file has; what is longer is something else. */
const FILE_MOST = 4096;
const SUFFIX = '.anchor';

/** The keys by name, each of the length given here in bytes. */
const lengths = { lineage: 16, identity: 32, mac: 32, seal: 32 } as const;
export type SoftwareKeys = { readonly [Name in keyof typeof lengths]: Uint8Array };

/** The keys in the file at `path`; made by `make` where there is none. Fails with KeyFileInvalid. */
export function readOrMakeKeys(path: string, make: () => SoftwareKeys): SoftwareKeys {
  const present = readPrivate(path);
  if (present !== undefined) return parseKeys(present);
  const keys = make();
  const texts = Object.entries(keys).map(([name, bytes]) => [name, encodeBase64Url(bytes)]);
  writeWhole(
    path,
    `${JSON.stringify({ format: FORMAT, ...Object.fromEntries(texts) }, undefined, 2)}\n`,
    (temporary) => {
      try {
        linkSync(temporary, path);
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
      } finally {
        unlinkSync(temporary);
      }
    },
  );
  return parseKeys(readPrivate(path) ?? '');
}

/** One replica's anchor, or undefined where it never wrote one. Fails with AnchorInvalid. */
export function readAnchorFile(folder: string, replica: string): Anchor | undefined {
  const text = readPrivate(join(folder, replica + SUFFIX));
  if (text === undefined) return undefined;
  const anchor = decodeAnchor(text.trimEnd());
  if (anchor === undefined) throw custodyFailure('AnchorInvalid');
  return anchor;
}

/** Every replica's. */
export function readAnchorFiles(folder: string): Map<string, Anchor> {
  const names = entries(folder).filter((name) => name.endsWith(SUFFIX));
  const replicas = names.map((name) => name.slice(0, -SUFFIX.length)).filter((name) => REPLICA_NAME.test(name));
  return new Map(replicas.map((replica) => [replica, readAnchorFile(folder, replica)!]));
}

/** On its return the anchor is on the disk. */
export function writeAnchorFile(folder: string, replica: string, anchor: Anchor): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, replica + SUFFIX);
  writeWhole(path, `${encodeAnchor(anchor)}\n`, (temporary) => renameSync(temporary, path));
}

function parseKeys(text: string): SoftwareKeys {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw custodyFailure('KeyFileInvalid');
  }
  const values =
    typeof parsed === 'object' && parsed !== null ? new Map<string, unknown>(Object.entries(parsed)) : new Map();
  const names = Object.keys(lengths) as (keyof typeof lengths)[];
  if (values.get('format') !== FORMAT || values.size !== names.length + 1) throw custodyFailure('KeyFileInvalid');
  const keys = names.map((name) => {
    const value: unknown = values.get(name);
    const bytes = typeof value === 'string' ? decodeBase64Url(value) : undefined;
    if (bytes?.length !== lengths[name]) throw custodyFailure('KeyFileInvalid');
    return [name, bytes] as const;
  });
  return Object.fromEntries(keys) as SoftwareKeys;
}

/** The text of a file that belongs to this user alone, or undefined where there is none. */
function readPrivate(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw custodyFailure('KeyFileInvalid', error);
  }
  try {
    const status = fstatSync(file);
    const isOpen = process.platform !== 'win32' && ((status.mode & 0o077) !== 0 || status.uid !== process.getuid?.());
    if (isOpen || !status.isFile() || status.size > FILE_MOST) throw custodyFailure('KeyFileInvalid');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function writeWhole(path: string, text: string, publish: (temporary: string) => void): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.new`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  publish(temporary);
  flushFolder(dirname(path));
}

/** So that the name survives a power failure too. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Owns what is kept outside of the database: the key that seals it, and the sentinel that tells a first run from a loss
 * and the database from an older copy of it.
 * Does not own where it is kept: whoever opens the store hands a place in.
 *
 * The record: version 1 (1 byte) | store key (32) | installation (16) | epoch (8). Numbers are big-endian.
 * Invariants: key and installation are made once and never change; the epoch never falls.
 */
import {
  ByteReader,
  type Bytes,
  ByteWriter,
  bytesOfLength,
  decodeBase64Url,
  encodeBase64Url,
  SecretBytes,
} from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import { refusal } from './failure.ts';
import type { Locks } from './locks.ts';

const ENCODING_VERSION = 1;
const KEY_LENGTH = 32;
const INSTALLATION_LENGTH = 16;

/** 32 random bytes, from which everything that seals the database is derived. */
export type StoreKey = SecretBytes<'StoreKey'>;
/** 16 random bytes that name one installation. */
export type InstallationId = Bytes<'InstallationId'>;

/** A place outside of the database. Both may reject; then nothing is known to be kept. */
export interface KeyKeeper {
  /** What was written last, or undefined where nothing ever was. */
  read(): Promise<string | undefined>;
  /** Keeps `record` in place of what was there. */
  write(record: string): Promise<void>;
}

/** What a keeper keeps. */
export interface KeeperRecord {
  readonly key: StoreKey;
  readonly installation: InstallationId;
  /** The epoch of the last step whose results were let out; 0 before the database was made. */
  readonly epoch: number;
}

/** The part of the browser's storage that a keeper needs. */
export interface StorageArea {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

/** The name of the record in a storage area. */
export const STORAGE_KEY = 'sotto.store';
/** All contexts of the extension raise the epoch one after another. */
export const KEEPER_LOCK = 'sotto.keeper';

/** A keeper in the browser's storage, which is apart from its databases: `browser.storage.local`. */
export function createStorageKeeper(area: StorageArea): KeyKeeper {
  return {
    read: async () => {
      const found = (await area.get(STORAGE_KEY))[STORAGE_KEY];
      if (found === undefined) return undefined;
      if (typeof found !== 'string') throw refusal('StoreDamaged');
      return found;
    },
    write: (record) => area.set({ [STORAGE_KEY]: record }),
  };
}

/** A record for a first run. */
export function makeKeeperRecord(random: RandomSource): KeeperRecord {
  return {
    key: SecretBytes.of(random(KEY_LENGTH), KEY_LENGTH),
    installation: bytesOfLength(random(INSTALLATION_LENGTH), INSTALLATION_LENGTH),
    epoch: 0,
  };
}

/** What is kept, or undefined where nothing ever was. Throws StoreDamaged, or StoreUnavailable where reading failed. */
export async function readKeeper(keeper: KeyKeeper): Promise<KeeperRecord | undefined> {
  const text = await keeper.read().catch(unavailable);
  return text === undefined ? undefined : decodeRecord(text);
}

/** Keeps `record`. Throws StoreUnavailable. */
export async function writeKeeper(keeper: KeyKeeper, { key, installation, epoch }: KeeperRecord): Promise<void> {
  const writer = new ByteWriter(64).uint8(ENCODING_VERSION).raw(key.reveal()).raw(installation).uint53(epoch);
  await keeper.write(encodeBase64Url(writer.finish())).catch(unavailable);
}

/** Raises the epoch to `epoch`, unless it is there already. Throws StoreLost where the record is gone. */
export async function raiseEpoch(keeper: KeyKeeper, locks: Locks, epoch: number): Promise<void> {
  await locks.run(KEEPER_LOCK, async () => {
    const record = await readKeeper(keeper);
    if (record === undefined) throw refusal('StoreLost');
    if (record.epoch < epoch) await writeKeeper(keeper, { ...record, epoch });
  });
}

function decodeRecord(text: string): KeeperRecord {
  const damaged = () => refusal('StoreDamaged');
  const bytes = decodeBase64Url(text);
  if (bytes === undefined) throw damaged();
  const reader = new ByteReader(bytes, damaged);
  if (reader.uint8() !== ENCODING_VERSION) throw damaged();
  const key = SecretBytes.of<'StoreKey'>(reader.take(KEY_LENGTH), KEY_LENGTH);
  const installation = bytesOfLength<'InstallationId'>(reader.take(INSTALLATION_LENGTH), INSTALLATION_LENGTH);
  const epoch = reader.uint53();
  reader.end();
  return { key, installation, epoch };
}

function unavailable(error: unknown): never {
  throw error instanceof Error && error.name === 'Failure' ? error : refusal('StoreUnavailable', error);
}

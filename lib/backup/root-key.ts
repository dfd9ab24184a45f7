/**
 * Owns the backup root key and everything that is derived from it: who has it has the whole backup.
 * It is random, and wrapped: under the key that PIN and vaults give, under the recovery code, for another device. A new PIN
 * or code wraps it anew and leaves the history alone. A live browser keeps it sealed in its store.
 * Does not own where wraps are kept (wraps.ts).
 */
import { type Bytes, bytesOfLength, concatBytes, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import {
  ED25519_LENGTHS,
  type Ed25519KeyPair,
  ed25519KeyPair,
  hkdfSha256,
  type RandomSource,
} from '../crypto/index.ts';
import { BUCKET_LENGTH, type Bucket, type Locator } from '../vault-protocol/index.ts';

/** 32 bytes. */
export type RootKey = SecretBytes<'BackupRootKey'>;
export const ROOT_KEY_LENGTH = 32;

/** The keys of the log of one backup, derived once. */
export interface LogKeys {
  readonly bucket: Bucket;
  readonly writer: Ed25519KeyPair;
  readonly manifest: SecretBytes<'ManifestKey'>;
  /** Under which the newest epoch key is kept. */
  readonly epochs: SecretBytes<'EpochWrapKey'>;
  /** Under which private identity keys are sealed once more inside their segment. */
  readonly identity: SecretBytes<'IdentitySectionKey'>;
}

/** A new root key. */
export function makeRootKey(random: RandomSource): RootKey {
  return SecretBytes.of(random(ROOT_KEY_LENGTH), ROOT_KEY_LENGTH);
}

/** What reads and writes the log. */
export function logKeysOf(root: RootKey): LogKeys {
  const seed = derive(root, 'Sotto blob writer v1', ED25519_LENGTHS.seed);
  const writer = ed25519KeyPair(seed);
  seed.fill(0);
  return {
    bucket: bytesOfLength(derive(root, 'Sotto bucket v1', BUCKET_LENGTH), BUCKET_LENGTH),
    writer,
    manifest: SecretBytes.of(derive(root, 'Sotto manifest key v1', 32)),
    epochs: SecretBytes.of(derive(root, 'Sotto epoch wrap key v1', 32)),
    identity: SecretBytes.of(derive(root, 'Sotto identity section key v1', 32)),
  };
}

/** The writer of the wraps of `locator`: another key than the log's, so that the host can't link the two buckets by it. */
export function wrapsWriterOf(root: RootKey, locator: Locator): Ed25519KeyPair {
  const seed = derive(root, 'Sotto wraps writer v1', ED25519_LENGTHS.seed, locator);
  const writer = ed25519KeyPair(seed);
  seed.fill(0);
  return writer;
}

function derive(
  root: RootKey,
  label: string,
  length: number,
  more: Bytes<'Locator'> | Uint8Array = new Uint8Array(),
): Uint8Array {
  return hkdfSha256(root.reveal(), concatBytes(encodeUtf8(label), Uint8Array.of(0), more), length);
}

/**
 * Owns where a backup lies: its locator, the vaults with their pinned keys, how many of them it takes, and the blob host.
 * None of it is secret, but who has the locator can use up tries: it goes on the recovery card and into the browser's
 * synchronised storage, and nowhere else.
 * Does not own the secrets.
 *
 * Bytes of an address: version 1 (1) | locator (16) | threshold (1) | number of vaults (1) | of each: identity key (33),
 * length of the URL (4), URL | length of the blob host's URL (4), URL. URLs are UTF-8.
 */
import {
  ByteReader,
  type Bytes,
  ByteWriter,
  bytesOfLength,
  concatBytes,
  decodeUtf8,
  encodeHex,
  encodeUtf8,
  equalBytes,
} from '../bytes/index.ts';
import { sha256 } from '../crypto/index.ts';
import {
  LOCATOR_LENGTH,
  type Locator,
  MOST_VAULTS,
  type RecordId,
  recordIdFromHash,
  recordIdInput,
  type Sha256,
  VAULT_IDENTITY_KEY_LENGTH,
  type VaultId,
  type VaultIdentityKey,
  vaultIdFromHash,
  vaultIdInput,
} from '../vault-protocol/index.ts';
import { refusal } from './failure.ts';

/** A vault: where it is, and the key that signs its answers. */
export interface VaultAddress {
  readonly url: string;
  readonly identityKey: VaultIdentityKey;
}

/** Where a backup lies: any `threshold` of `vaults`, asked with the right PIN, give its secret. */
export interface BackupAddress {
  readonly locator: Locator;
  readonly threshold: number;
  readonly vaults: readonly VaultAddress[];
  /** The host of the encrypted segments. */
  readonly blobHost: string;
}

/** 10 bytes that stand for the vaults, their order and the threshold: on the card, so that no other set is taken. */
export type VaultSetHash = Bytes<'VaultSetHash'>;
export const VAULT_SET_HASH_LENGTH = 10;

const VERSION = 1;
const MOST_URL_LENGTH = 200;

/** The id of the vault with this key: 16 bytes. */
export function vaultIdOf(identityKey: VaultIdentityKey): VaultId {
  return vaultIdFromHash(hash(vaultIdInput(identityKey)));
}

/** The name of the backup's record at one vault: 16 bytes that another vault can't link to its own. */
export function recordIdOf(locator: Locator, identityKey: VaultIdentityKey): RecordId {
  return recordIdFromHash(hash(recordIdInput(vaultIdOf(identityKey), locator)));
}

/** What the card has of the vaults. */
export function vaultSetHash({ threshold, vaults }: Pick<BackupAddress, 'threshold' | 'vaults'>): VaultSetHash {
  const ids = vaults.map(({ identityKey }) => vaultIdOf(identityKey));
  const input = concatBytes(encodeUtf8('Sotto vault set v1'), Uint8Array.of(0, threshold, ids.length), ...ids);
  return bytesOfLength(sha256(input).slice(0, VAULT_SET_HASH_LENGTH), VAULT_SET_HASH_LENGTH);
}

/** `address` as it is used from now on: URLs in one spelling. Throws VaultSetInvalid, AddressMalformed for a URL. */
export function requireAddress({ locator, threshold, vaults, blobHost }: BackupAddress): BackupAddress {
  const keys = new Set(vaults.map(({ identityKey }) => encodeHex(identityKey)));
  const isThreshold = Number.isSafeInteger(threshold) && threshold >= 1 && threshold <= vaults.length;
  if (!isThreshold || vaults.length > MOST_VAULTS || keys.size !== vaults.length) throw refusal('VaultSetInvalid');
  return {
    locator: bytesOfLength(locator, LOCATOR_LENGTH),
    threshold,
    vaults: vaults.map(({ url, identityKey }) => ({ url: hostUrl(url), identityKey })),
    blobHost: hostUrl(blobHost),
  };
}

/**
 * The one spelling of a host's URL: https, or http on this machine; a path may stand before `/v1/`, nothing behind it.
 * Throws AddressMalformed.
 */
export function hostUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || text.length > MOST_URL_LENGTH) throw refusal('AddressMalformed');
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isSafe || !isPlain) throw refusal('AddressMalformed');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether both are the same record at the same vaults; where those are, and the blob host, may have changed. */
export function isSameAddress(one: BackupAddress, other: BackupAddress): boolean {
  return equalBytes(one.locator, other.locator) && equalBytes(vaultSetHash(one), vaultSetHash(other));
}

/** The bytes of an address, for synchronised storage and the QR code. */
export function encodeAddress({ locator, threshold, vaults, blobHost }: BackupAddress): Uint8Array {
  const writer = new ByteWriter(256).uint8(VERSION).raw(bytesOfLength(locator, LOCATOR_LENGTH));
  writer.uint8(threshold).uint8(vaults.length);
  for (const { identityKey, url } of vaults) {
    writer.raw(bytesOfLength(identityKey, VAULT_IDENTITY_KEY_LENGTH)).prefixed(encodeUtf8(url));
  }
  return writer.prefixed(encodeUtf8(blobHost)).finish();
}

/** The address of its bytes. Throws AddressMalformed, VaultSetInvalid, UpdateNeeded. */
export function decodeAddress(bytes: Uint8Array): BackupAddress {
  const reader = new ByteReader(bytes, () => refusal('AddressMalformed'));
  const version = reader.uint8();
  if (version !== VERSION) throw refusal(version > VERSION ? 'UpdateNeeded' : 'AddressMalformed');
  const locator = reader.take(LOCATOR_LENGTH) as Locator;
  const threshold = reader.uint8();
  const count = reader.uint8();
  if (count > MOST_VAULTS) throw refusal('VaultSetInvalid');
  const vaults = Array.from({ length: count }, () => ({
    identityKey: reader.take(VAULT_IDENTITY_KEY_LENGTH) as VaultIdentityKey,
    url: readUrl(reader),
  }));
  const blobHost = readUrl(reader);
  reader.end();
  return requireAddress({ locator, threshold, vaults, blobHost });
}

function readUrl(reader: ByteReader): string {
  const text = decodeUtf8(reader.takePrefixed(MOST_URL_LENGTH));
  if (text === undefined) throw refusal('AddressMalformed');
  return text;
}

function hash(input: Uint8Array): Sha256 {
  return sha256(input) as Sha256;
}

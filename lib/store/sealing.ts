/**
 * Owns how a row looks on disk: XChaCha20-Poly1305 under a key of its own kind, bound to its table and its keys; and keys
 * that are HMACs, so that the disk does not say which site, person or message a row is about.
 * What the disk does say: how many rows there are, which belong together, how long they are, and when they change.
 *
 * Sealed value: nonce (24) | ciphertext and tag (16). Bound beside it: table, id and group, each with its length in front.
 */
import { ByteWriter, encodeBase64Url, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import { AEAD_LENGTHS, hkdfSha256, hmacSha256, openAead, type RandomSource, sealAead } from '../crypto/index.ts';
import { refusal } from './failure.ts';
import type { InstallationId, StoreKey } from './keeper.ts';

/** Bytes of an index: no two keys of one installation meet in 128 bits. */
const INDEX_BYTES = 16;

/** The keys derived from the store key. */
export interface SealingKeys {
  readonly sealing: SecretBytes<'SealingKey'>;
  readonly index: SecretBytes<'IndexKey'>;
}

/** Where a sealed value stands: in another place it does not open. */
export interface SealedPlace {
  readonly table: string;
  readonly id: string;
  readonly group: string;
}

/** Both keys, each of its own label. */
export function deriveSealingKeys(storeKey: StoreKey, installation: InstallationId): SealingKeys {
  const derive = <Name extends string>(label: string) =>
    SecretBytes.of<Name>(hkdfSha256(storeKey.reveal(), label, AEAD_LENGTHS.key, installation));
  return { sealing: derive('sotto store sealing'), index: derive('sotto store index') };
}

/** 22 letters for `key` in the column `column` of `table`. */
export function indexOf({ index }: SealingKeys, table: string, column: 'id' | 'group', key: Uint8Array): string {
  const input = new ByteWriter(64).prefixed(encodeUtf8(table)).prefixed(encodeUtf8(column)).raw(key).finish();
  return encodeBase64Url(hmacSha256(index.reveal(), input).subarray(0, INDEX_BYTES));
}

/** The sealed form of `value` for `place`. */
export function sealValue(
  { sealing }: SealingKeys,
  place: SealedPlace,
  value: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const nonce = random(AEAD_LENGTHS.nonce);
  const sealed = sealAead({ key: sealing.reveal(), nonce, additionalData: boundTo(place) }, value);
  const whole = new Uint8Array(nonce.length + sealed.length);
  whole.set(nonce);
  whole.set(sealed, nonce.length);
  return whole;
}

/** The value that was sealed for `place`. Throws StoreDamaged for anything else. */
export function openValue({ sealing }: SealingKeys, place: SealedPlace, sealed: unknown): Uint8Array {
  // What a damaged database gives need not be bytes at all.
  if (!(sealed instanceof Uint8Array) || sealed.length < AEAD_LENGTHS.nonce) throw refusal('StoreDamaged');
  const nonce = sealed.subarray(0, AEAD_LENGTHS.nonce);
  const context = { key: sealing.reveal(), nonce, additionalData: boundTo(place) };
  const value = openAead(context, sealed.subarray(AEAD_LENGTHS.nonce));
  if (value === undefined) throw refusal('StoreDamaged');
  return value;
}

function boundTo({ table, id, group }: SealedPlace): Uint8Array {
  const writer = new ByteWriter(64);
  for (const part of [table, id, group]) writer.prefixed(encodeUtf8(part));
  return writer.finish();
}

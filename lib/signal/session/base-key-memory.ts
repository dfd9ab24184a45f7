/**
 * Owns the memory of base keys that opened a session by a last-resort KEM prekey. Such a prekey is not deleted after its
 * first use, so a recorded first message would open the same session again: it is refused by its base key instead.
 *
 * Encoding: version 1 (1 byte) | number of entries (4) | each: KEM prekey id (4), signed prekey id (4), base key (32).
 * Source: the PQXDH specification, section 4.12 (replay).
 */
import { ByteReader, type Bytes, ByteWriter, bytesOfLength, equalBytes } from '../../bytes/index.ts';
import { X25519_KEY_LENGTH, type X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { MAX_REMEMBERED_BASE_KEYS } from '../limits.ts';

const ENCODING_VERSION = 1;

/** The bytes of the memory: public keys, no secrets. */
export type BaseKeyMemory = Bytes<'BaseKeyMemory'>;

/** A base key and the prekeys that it met. */
export interface BaseKeyUse {
  readonly kemPreKeyId: number;
  readonly signedPreKeyId: number;
  readonly baseKey: X25519PublicKey;
}

/** A memory with `use` in it. Throws ReusedBaseKey where it is in there, PreKeyExhausted where 4096 are. */
export function rememberBaseKey(memory: BaseKeyMemory | undefined, use: BaseKeyUse): BaseKeyMemory {
  const uses = decode(memory);
  if (uses.some((other) => isSameUse(other, use))) throw refusal('ReusedBaseKey');
  if (uses.length >= MAX_REMEMBERED_BASE_KEYS) throw refusal('PreKeyExhausted');
  return encode([...uses, use]);
}

/** A memory without what concerned KEM prekey `kemPreKeyId`: for when that prekey has been deleted. */
export function forgetBaseKeys(memory: BaseKeyMemory | undefined, kemPreKeyId: number): BaseKeyMemory {
  return encode(decode(memory).filter((use) => use.kemPreKeyId !== kemPreKeyId));
}

function isSameUse(a: BaseKeyUse, b: BaseKeyUse): boolean {
  return a.kemPreKeyId === b.kemPreKeyId && a.signedPreKeyId === b.signedPreKeyId && equalBytes(a.baseKey, b.baseKey);
}

function encode(uses: readonly BaseKeyUse[]): BaseKeyMemory {
  const writer = new ByteWriter(8 + 40 * uses.length);
  writer.uint8(ENCODING_VERSION).list(uses, (use) => {
    writer.uint32(use.kemPreKeyId).uint32(use.signedPreKeyId).raw(use.baseKey);
  });
  return writer.finish() as BaseKeyMemory;
}

/** Throws InvalidState for bytes that `encode` can't have made. */
function decode(memory: BaseKeyMemory | undefined): BaseKeyUse[] {
  if (memory === undefined) return [];
  const reader = new ByteReader(memory, () => refusal('InvalidState'));
  if (reader.uint8() !== ENCODING_VERSION) throw refusal('InvalidState');
  const uses = reader.list(MAX_REMEMBERED_BASE_KEYS, () => ({
    kemPreKeyId: reader.uint32(),
    signedPreKeyId: reader.uint32(),
    baseKey: bytesOfLength<'X25519PublicKey'>(reader.take(X25519_KEY_LENGTH), X25519_KEY_LENGTH),
  }));
  reader.end();
  return uses;
}

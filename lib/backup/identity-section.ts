/**
 * Owns the sealing of a private identity key inside its record: under a key of its own, bound to its persona, so that history
 * is shown, merged and compacted by code that never has it in the clear.
 *
 * Sealed: nonce (24) | private key, sealed (32 + 16). Beside it in the record: the public key (32). Bound beside it: label,
 * persona (16), public key.
 */
import {
  type ByteReader,
  type Bytes,
  type ByteWriter,
  bytesOfLength,
  concatBytes,
  encodeUtf8,
  SecretBytes,
} from '../bytes/index.ts';
import {
  AEAD_LENGTHS,
  openAead,
  type RandomSource,
  sealAead,
  type X25519PrivateKey,
  type X25519PublicKey,
} from '../crypto/index.ts';
import { refusal } from './failure.ts';
import type { LogKeys } from './root-key.ts';

const KEY = 32;
const SEALED = AEAD_LENGTHS.nonce + KEY + AEAD_LENGTHS.tag;

/** An identity as its record has it. */
export interface SealedIdentity {
  readonly publicKey: X25519PublicKey;
  /** 72 bytes. */
  readonly sealed: Bytes<'SealedIdentity'>;
}

/** An identity in the clear. */
export interface IdentityPair {
  readonly publicKey: X25519PublicKey;
  readonly privateKey: X25519PrivateKey;
}

/** Seals the private half for `personaId`. */
export function sealIdentity(
  { identity }: Pick<LogKeys, 'identity'>,
  personaId: Bytes<'PersonaId'>,
  { publicKey, privateKey }: IdentityPair,
  random: RandomSource,
): SealedIdentity {
  const nonce = random(AEAD_LENGTHS.nonce);
  const context = { key: identity.reveal(), nonce, additionalData: boundTo(personaId, publicKey) };
  const sealed = concatBytes(nonce, sealAead(context, privateKey.reveal()));
  return { publicKey, sealed: bytesOfLength(sealed, SEALED) };
}

/** The pair. Throws RecordDamaged where it was sealed for another persona, or by another backup. */
export function openIdentity(
  { identity }: Pick<LogKeys, 'identity'>,
  personaId: Bytes<'PersonaId'>,
  { publicKey, sealed }: SealedIdentity,
): IdentityPair {
  const nonce = sealed.subarray(0, AEAD_LENGTHS.nonce);
  const context = { key: identity.reveal(), nonce, additionalData: boundTo(personaId, publicKey) };
  const opened = openAead(context, sealed.subarray(AEAD_LENGTHS.nonce));
  if (opened?.length !== KEY) throw refusal('RecordDamaged');
  return { publicKey, privateKey: SecretBytes.of(opened) };
}

/** How it stands in a record: 104 bytes. */
export const identityCodec = {
  write(writer: ByteWriter, { publicKey, sealed }: SealedIdentity): void {
    writer.raw(bytesOfLength(publicKey, KEY)).raw(bytesOfLength(sealed, SEALED));
  },
  read(reader: ByteReader): SealedIdentity {
    return { publicKey: bytesOfLength(reader.take(KEY), KEY), sealed: bytesOfLength(reader.take(SEALED), SEALED) };
  },
};

function boundTo(personaId: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8('Sotto identity section v1'), Uint8Array.of(0), personaId, publicKey);
}

/**
 * Owns the prekey bundle: what one side publishes so that another can open a session without it, and our own encoding of
 * it (Signal's travels as a server's JSON). `parsePreKeyBundle` checks form, `verifyPreKeyBundle` checks truth.
 *
 * Encoding: version 1 (1 byte) | registration id (4) | identity key (32) | signed prekey id (4), key (32), signature (64)
 * | KEM prekey id (4), key (1568), signature (64) | flag (1) | where set: one-time prekey id (4), key (32).
 * Numbers are big-endian, keys without a type byte.
 */
import { ByteReader, type Bytes, ByteWriter, bytesOfLength } from '../../bytes/index.ts';
import {
  isPrimeOrderX25519Key,
  KYBER1024_LENGTHS,
  type Kyber1024PublicKey,
  verifyXEdDsa,
  X25519_KEY_LENGTH,
  type X25519PublicKey,
  XEDDSA_SIGNATURE_LENGTH,
  type XEdDsaSignature,
} from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { type IdentityKey, serializeKemPublicKey, serializePublicKey } from '../keys.ts';

const ENCODING_VERSION = 1;

/** An encoded bundle: 1774 bytes, or 1810 with a one-time prekey. */
export type PreKeyBundleBytes = Bytes<'PreKeyBundle'>;

/** The public halves of one side's prekeys. */
export interface PreKeyBundle {
  readonly registrationId: number;
  readonly identityKey: IdentityKey;
  readonly signedPreKey: {
    readonly id: number;
    readonly publicKey: X25519PublicKey;
    readonly signature: XEdDsaSignature;
  };
  readonly kemPreKey: {
    readonly id: number;
    readonly publicKey: Kyber1024PublicKey;
    readonly signature: XEdDsaSignature;
  };
  readonly oneTimePreKey?: { readonly id: number; readonly publicKey: X25519PublicKey } | undefined;
}

/** Encodes. Throws RangeError for an id that is no unsigned 32-bit number. */
export function encodePreKeyBundle(bundle: PreKeyBundle): PreKeyBundleBytes {
  const writer = new ByteWriter(2048);
  writer
    .uint8(ENCODING_VERSION)
    .uint32(bundle.registrationId)
    .raw(bundle.identityKey)
    .uint32(bundle.signedPreKey.id)
    .raw(bundle.signedPreKey.publicKey)
    .raw(bundle.signedPreKey.signature)
    .uint32(bundle.kemPreKey.id)
    .raw(bundle.kemPreKey.publicKey)
    .raw(bundle.kemPreKey.signature)
    .optional(bundle.oneTimePreKey, (preKey) => writer.uint32(preKey.id).raw(preKey.publicKey));
  return writer.finish() as PreKeyBundleBytes;
}

/** Parses exactly one encoded bundle; throws InvalidMessage, or UnknownVersion for another encoding version. */
export function parsePreKeyBundle(bytes: Uint8Array): PreKeyBundle {
  const reader = new ByteReader(bytes, () => refusal('InvalidMessage'));
  if (reader.uint8() !== ENCODING_VERSION) throw refusal('UnknownVersion');
  const key = (): X25519PublicKey => bytesOfLength(reader.take(X25519_KEY_LENGTH), X25519_KEY_LENGTH);
  const signature = (): XEdDsaSignature => bytesOfLength(reader.take(XEDDSA_SIGNATURE_LENGTH), XEDDSA_SIGNATURE_LENGTH);
  const kemKey = (): Kyber1024PublicKey =>
    bytesOfLength(reader.take(KYBER1024_LENGTHS.publicKey), KYBER1024_LENGTHS.publicKey);
  const bundle: PreKeyBundle = {
    registrationId: reader.uint32(),
    identityKey: key(),
    signedPreKey: { id: reader.uint32(), publicKey: key(), signature: signature() },
    kemPreKey: { id: reader.uint32(), publicKey: kemKey(), signature: signature() },
    oneTimePreKey: reader.optional(() => ({ id: reader.uint32(), publicKey: key() })),
  };
  reader.end();
  return bundle;
}

/** Throws InvalidKey for a key no honest side makes, InvalidSignature for a prekey its identity key did not sign. */
export function verifyPreKeyBundle(bundle: PreKeyBundle): void {
  const { identityKey, signedPreKey, kemPreKey, oneTimePreKey } = bundle;
  const keys = [identityKey, signedPreKey.publicKey, ...(oneTimePreKey ? [oneTimePreKey.publicKey] : [])];
  if (!keys.every(isPrimeOrderX25519Key)) throw refusal('InvalidKey');
  const signed =
    verifyXEdDsa(identityKey, serializePublicKey(signedPreKey.publicKey), signedPreKey.signature) &&
    verifyXEdDsa(identityKey, serializeKemPublicKey(kemPreKey.publicKey), kemPreKey.signature);
  if (!signed) throw refusal('InvalidSignature');
}

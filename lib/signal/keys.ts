/**
 * Owns the key types of the protocol by their names in the specifications, and how public keys are spelt on the wire:
 * a type byte, then the key.
 * Does not own the primitives: those are lib/crypto's.
 */
import { type Bytes, bytesOfLength, concatBytes, type SecretBytes, wipe } from '../bytes/index.ts';
import {
  deriveX25519PublicKey,
  generateKyber1024KeyPair,
  KYBER1024_LENGTHS,
  type Kyber1024Ciphertext,
  type Kyber1024KeyPair,
  type Kyber1024PublicKey,
  type RandomSource,
  X25519_KEY_LENGTH,
  type X25519PrivateKey,
  type X25519PublicKey,
  x25519PrivateKey,
} from '../crypto/index.ts';
import { refusal } from './failure.ts';

/** The type byte of Curve25519 keys. */
const CURVE25519_TYPE = 0x05;
/** The type byte of Kyber1024 round 3 keys and ciphertexts. */
const KYBER1024_TYPE = 0x08;

/** Bytes of an EC public key with its type byte. */
export const PUBLIC_KEY_LENGTH = 1 + X25519_KEY_LENGTH;

/** A public EC key with its type byte, as it is signed, authenticated and sent: 33 bytes. */
export type SerializedPublicKey = Bytes<'SerializedPublicKey'>;

/** A long-term or ephemeral Curve25519 key pair. */
export interface KeyPair {
  readonly publicKey: X25519PublicKey;
  readonly privateKey: X25519PrivateKey;
}

/** The long-term key pair of one side. */
export type IdentityKeyPair = KeyPair;
/** The long-term public key of one side. */
export type IdentityKey = X25519PublicKey;

export type RootKey = SecretBytes<'RootKey'>;
export type ChainKey = SecretBytes<'ChainKey'>;
/** What a chain key gives for one message; the message keys follow once the post-quantum key is known. */
export type MessageKeySeed = SecretBytes<'MessageKeySeed'>;
/** The key of the post-quantum ratchet for one message: 32 bytes, mixed in as the salt. */
export type PostQuantumMessageKey = SecretBytes<'PostQuantumMessageKey'>;
/** What PQXDH hands to the post-quantum ratchet: 32 bytes. */
export type PostQuantumAuthKey = SecretBytes<'PostQuantumAuthKey'>;

/** A fresh Curve25519 key pair. */
export function generateKeyPair(random: RandomSource): KeyPair {
  const privateKey = x25519PrivateKey(random(X25519_KEY_LENGTH));
  return { privateKey, publicKey: deriveX25519PublicKey(privateKey) };
}

/** A fresh KEM key pair. */
export function generateKemKeyPair(random: RandomSource): Kyber1024KeyPair {
  const seed = random(KYBER1024_LENGTHS.seed);
  const keyPair = generateKyber1024KeyPair(seed);
  wipe(seed);
  return keyPair;
}

/** 33 bytes: type 0x05 and the key. */
export function serializePublicKey(publicKey: X25519PublicKey): SerializedPublicKey {
  const bytes = new Uint8Array(PUBLIC_KEY_LENGTH);
  bytes[0] = CURVE25519_TYPE;
  bytes.set(publicKey, 1);
  return bytes as SerializedPublicKey;
}

/** The key in exactly 33 bytes of type 0x05; throws InvalidKey for anything else. */
export function parsePublicKey(bytes: Uint8Array): X25519PublicKey {
  return parseTyped(bytes, CURVE25519_TYPE, X25519_KEY_LENGTH);
}

/** 1569 bytes: type 0x08 and the key. */
export function serializeKemPublicKey(publicKey: Kyber1024PublicKey): Uint8Array {
  return concatBytes(Uint8Array.of(KYBER1024_TYPE), publicKey);
}

/** 1569 bytes: type 0x08 and the ciphertext. */
export function serializeKemCiphertext(ciphertext: Kyber1024Ciphertext): Uint8Array {
  return concatBytes(Uint8Array.of(KYBER1024_TYPE), ciphertext);
}

/** The ciphertext in exactly 1569 bytes of type 0x08; throws InvalidKey for anything else. */
export function parseKemCiphertext(bytes: Uint8Array): Kyber1024Ciphertext {
  return parseTyped(bytes, KYBER1024_TYPE, KYBER1024_LENGTHS.ciphertext);
}

function parseTyped<Name extends string>(bytes: Uint8Array, type: number, length: number): Bytes<Name> {
  if (bytes.length !== 1 + length || bytes[0] !== type) throw refusal('InvalidKey');
  return bytesOfLength(bytes.slice(1), length);
}

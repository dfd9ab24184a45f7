/**
 * Owns Ed25519 (RFC 8032, section 5.1) for what is ours alone to define: who may write and what they wrote.
 * Does not own the Signal protocol's signatures: those are XEdDSA.
 */
import { type Bytes, bytesOfLength, SecretBytes } from '../bytes/index.ts';
import { sodium } from './sodium.ts';

/** Lengths in bytes. */
export const ED25519_LENGTHS = { seed: 32, publicKey: 32, signature: 64 } as const;

/** A public key, 32 bytes. */
export type Ed25519PublicKey = Bytes<'Ed25519PublicKey'>;
/** A signature, 64 bytes. */
export type Ed25519Signature = Bytes<'Ed25519Signature'>;

/** A pair; the private half is libsodium's 64 bytes, seed and public key. */
export interface Ed25519KeyPair {
  readonly publicKey: Ed25519PublicKey;
  readonly privateKey: SecretBytes<'Ed25519PrivateKey'>;
}

/** The pair of a 32-byte seed, which is not wiped. Throws RangeError on another length. */
export function ed25519KeyPair(seed: Uint8Array): Ed25519KeyPair {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(requireSeed(seed));
  return { publicKey: bytesOfLength(publicKey, ED25519_LENGTHS.publicKey), privateKey: SecretBytes.of(privateKey) };
}

/** 64 bytes over `message`: the same message gives the same signature. */
export function signEd25519({ privateKey }: Ed25519KeyPair, message: Uint8Array): Ed25519Signature {
  return bytesOfLength(sodium.crypto_sign_detached(message, privateKey.reveal()), ED25519_LENGTHS.signature);
}

/** Whether `signature` over `message` is by `publicKey`; false for what is none, and for keys of small order. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { publicKey: keyLength, signature: signatureLength } = ED25519_LENGTHS;
  if (publicKey.length !== keyLength || signature.length !== signatureLength) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}

function requireSeed(seed: Uint8Array): Uint8Array {
  if (seed.length !== ED25519_LENGTHS.seed) throw new RangeError('Ed25519 takes a seed of 32 bytes');
  return seed;
}

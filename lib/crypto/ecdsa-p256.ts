/**
 * Owns verification of ECDSA over P-256 (FIPS 186-5, section 6.4.2): what hardware security modules sign with.
 * Does not own signing or hashing: the digest is the caller's.
 */
import { loadedP256 } from './p256.ts';

/** Lengths in bytes: a compressed key, a digest, and r and s behind each other. */
export const ECDSA_P256_LENGTHS = { publicKey: 33, digest: 32, signature: 64 } as const;

/**
 * Whether `signature` over `digest` is by `publicKey`; false for anything that is no key or no signature. Both values of s
 * are taken: hardware does not choose the lower one. Only after `p256Ready` has resolved.
 */
export function verifyEcdsaP256(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (digest.length !== ECDSA_P256_LENGTHS.digest || signature.length !== ECDSA_P256_LENGTHS.signature) return false;
  if (publicKey.length !== ECDSA_P256_LENGTHS.publicKey) return false;
  const { p256 } = loadedP256();
  try {
    return p256.verify(signature, digest, publicKey, { prehash: false, lowS: false, format: 'compact' });
  } catch {
    return false; // noble throws where the key is no point
  }
}

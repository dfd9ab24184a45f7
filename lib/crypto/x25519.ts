/**
 * Owns Diffie-Hellman over Curve25519 (RFC 7748) and the check that a public key is one an honest peer could have made.
 * Does not own the type byte in front of a key on the wire: that is the signal room's.
 */
import { type Bytes, bytesOfLength, isAllZero, SecretBytes } from '../bytes/index.ts';
import { edwardsYOf, isCanonical } from './edwards.ts';
import type { SharedSecret } from './primitives.ts';
import { sodium } from './sodium.ts';

/** Bytes in a public key, in a private key and in what two of them agree on. */
export const X25519_KEY_LENGTH = 32;

/** A clamped scalar, 32 bytes little-endian. */
export type X25519PrivateKey = SecretBytes<'X25519PrivateKey'>;
/** A u-coordinate, 32 bytes little-endian. */
export type X25519PublicKey = Bytes<'X25519PublicKey'>;

/** Clamps 32 random bytes (RFC 7748, section 5) in place and takes them over. Throws RangeError on another length. */
export function x25519PrivateKey(random: Uint8Array): X25519PrivateKey {
  const key = SecretBytes.of<'X25519PrivateKey'>(random, X25519_KEY_LENGTH);
  random[0]! &= 0xf8;
  random[31]! = (random[31]! & 0x7f) | 0x40;
  return key;
}

/** The public key of `privateKey`. */
export function deriveX25519PublicKey(privateKey: X25519PrivateKey): X25519PublicKey {
  return bytesOfLength(sodium.crypto_scalarmult_base(privateKey.reveal()), X25519_KEY_LENGTH);
}

/** The agreed secret, or undefined where it would be all zero (a public key of small order; RFC 7748, section 6.1). */
export function agreeX25519(privateKey: X25519PrivateKey, publicKey: X25519PublicKey): SharedSecret | undefined {
  let agreed: Uint8Array;
  try {
    agreed = sodium.crypto_scalarmult(privateKey.reveal(), publicKey);
  } catch {
    return undefined; // libsodium refuses the zero result by throwing
  }
  return isAllZero(agreed) ? undefined : SecretBytes.of(agreed);
}

/**
 * Whether `publicKey` is canonical (u < p, the high bit clear), on the curve and free of torsion: what every honest key
 * is, and what a peer that wants to learn about our scalar or to give one key two spellings would avoid.
 */
export function isPrimeOrderX25519Key(publicKey: X25519PublicKey): boolean {
  if (!isCanonical(publicKey)) return false;
  const y = edwardsYOf(publicKey);
  return y !== undefined && sodium.crypto_core_ed25519_is_valid_point(y);
}

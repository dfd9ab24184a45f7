/**
 * Owns XEdDSA signatures by X25519 keys, in the variant that Signal's library speaks: where the XEdDSA paper negates the
 * scalar so that the Edwards sign bit is 0, this one leaves the scalar alone and carries the sign bit in the top bit of
 * the signature's last byte.
 * Source: "The XEdDSA and VXEdDSA Signature Schemes", section 4; RFC 8032 for verification.
 */
import { type Bytes, bytesOfLength, concatBytes, wipe } from '../bytes/index.ts';
import { edwardsYOf } from './edwards.ts';
import { sha512 } from './hash.ts';
import { sodium } from './sodium.ts';
import type { X25519PrivateKey, X25519PublicKey } from './x25519.ts';

/** Bytes in a signature: R and s, with the sign of the signer's Edwards key in the top bit of s. */
export const XEDDSA_SIGNATURE_LENGTH = 64;
/** Bytes of randomness (Z) that one signature takes. */
const NONCE_RANDOM_LENGTH = 64;
/** hash_1 of the paper: 2^256 - 2, little-endian, which no encoded point or scalar can begin with. */
const HASH_1_PREFIX = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xfe : 0xff));
const SIGN_BIT = 0x80;

/** 64 bytes. */
export type XEdDsaSignature = Bytes<'XEdDsaSignature'>;

/** Signs `message`. `random` is 64 fresh random bytes; throws RangeError on another length. */
export function signXEdDsa(privateKey: X25519PrivateKey, message: Uint8Array, random: Uint8Array): XEdDsaSignature {
  if (random.length !== NONCE_RANDOM_LENGTH) throw new RangeError('a signature takes 64 random bytes');
  const a = privateKey.reveal();
  const publicPoint = sodium.crypto_scalarmult_ed25519_base_noclamp(a);
  const nonceInput = concatBytes(HASH_1_PREFIX, a, message, random);
  const nonceHash = sha512(nonceInput);
  const r = sodium.crypto_core_ed25519_scalar_reduce(nonceHash);
  const R = sodium.crypto_scalarmult_ed25519_base_noclamp(r);
  const h = sodium.crypto_core_ed25519_scalar_reduce(sha512(concatBytes(R, publicPoint, message)));
  const wideScalar = concatBytes(a, new Uint8Array(32));
  const scalar = sodium.crypto_core_ed25519_scalar_reduce(wideScalar);
  const product = sodium.crypto_core_ed25519_scalar_mul(h, scalar);
  const s = sodium.crypto_core_ed25519_scalar_add(product, r);
  const signature = concatBytes(R, s);
  signature[63]! |= publicPoint[31]! & SIGN_BIT;
  // With r or the scalar and the signature, anyone computes the private key.
  wipe(nonceInput, nonceHash, r, wideScalar, scalar, product);
  return bytesOfLength(signature, XEDDSA_SIGNATURE_LENGTH);
}

/** Whether `signature` (any length: only 64 bytes can be right) is one of `message` by the owner of `publicKey`. */
export function verifyXEdDsa(publicKey: X25519PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== XEDDSA_SIGNATURE_LENGTH) return false;
  const point = edwardsYOf(publicKey);
  if (point === undefined) return false;
  point[31]! |= signature[63]! & SIGN_BIT;
  const plain = signature.slice();
  plain[63]! &= ~SIGN_BIT;
  // libsodium also refuses s >= L and points of small order, which no honest signer makes.
  return sodium.crypto_sign_verify_detached(plain, message, point);
}

/**
 * Owns the use of a scalar that stands in this process's memory for the time of one call: software custody, `hmac`, and
 * the factor of `split`. Does not own where the scalar comes from, nor its wiping.
 */
import { createECDH } from 'node:crypto';
import { p256, p256_oprf } from '@noble/curves/nist.js';
import { encodeUtf8 } from '../../lib/bytes/index.ts';
import { multiply } from './evaluation.ts';
import { custodyFailure } from './failure.ts';
import { decodeUncompressed, type Point } from './points.ts';

/** A scalar's two uses. */
export interface LocalKey {
  readonly publicKey: Point;
  /** kB, by OpenSSL's constant-time ECDH. */
  multiply(element: Point): Point;
}

/** The key of a `scalar`: 32 bytes, 1 to q - 1. Throws RangeError on any other. */
export function localKey(scalar: Uint8Array): LocalKey {
  if (!p256.utils.isValidSecretKey(scalar)) throw new RangeError('not a scalar of P-256');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const publicKey = decodeUncompressed(ecdh.getPublicKey());
  if (publicKey === undefined) throw custodyFailure('HsmFault');
  return { publicKey, multiply: (element) => multiply((point) => ecdh.computeSecret(point), element, publicKey) };
}

/** RFC 9497, section 3.2.1: DeriveKeyPair for P256-SHA256 in mode OPRF. `seed` has 32 bytes; the result too. */
export function deriveScalar(seed: Uint8Array, info: string): Uint8Array {
  return p256_oprf.oprf.deriveKeyPair(seed, encodeUtf8(info)).secretKey;
}

/** A new scalar, uniform: 32 bytes. */
export function randomScalar(): Uint8Array {
  return p256.utils.randomSecretKey();
}

/**
 * Owns k·B out of a device that gives only x coordinates: ECDH as PKCS#11 has it (CKM_ECDH1_DERIVE, CKD_NULL).
 * RFC 9497, section 3.3.1 (BlindEvaluate, P256-SHA256) asks for the whole point.
 *
 * With Q = kG known, x(kB) leaves R or -R, and x(k(B + G)) = x(kB + Q) tells which: both fitting would need 2R = 0 or
 * 2Q = 0, which a group of prime order does not have. Neither fitting means that the device did not multiply by k: the
 * same question is the check for faults, and for a key that does not belong to Q.
 * Invariant: what is given out fits Q; a faulty device never makes an answer.
 */
import { custodyFailure } from './failure.ts';
import {
  addDistinct,
  coordinate,
  encodeUncompressed,
  generator,
  isXOfSum,
  negate,
  type Point,
  pointOfX,
} from './points.ts';

/** x(kP) in 32 bytes for a point P in 65 bytes, by whoever holds k. */
export type Ecdh = (point: Uint8Array) => Uint8Array;

/**
 * kB for the `element` B and Q = kG, by two questions to `ecdh` (one where B is G or -G).
 * Fails with HsmFault when the answers fit no k with kG = Q.
 */
export function multiply(ecdh: Ecdh, element: Point, publicKey: Point): Point {
  const result = pointOfX(ecdh(encodeUncompressed(element)));
  if (result === undefined) throw custodyFailure('HsmFault');
  if (element.x === generator.x) {
    // B = ±G, so kB = ±Q; and B + G would be 2G or nothing.
    if (result.x !== publicKey.x) throw custodyFailure('HsmFault');
    return element.y === generator.y ? publicKey : negate(publicKey);
  }
  // kB = ±Q though B is not ±G.
  if (result.x === publicKey.x) throw custodyFailure('HsmFault');
  const sum = coordinate(ecdh(encodeUncompressed(addDistinct(element, generator))));
  if (sum === undefined) throw custodyFailure('HsmFault');
  if (isXOfSum(sum, result, publicKey)) return result;
  if (isXOfSum(sum, negate(result), publicKey)) return negate(result);
  throw custodyFailure('HsmFault');
}

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
  addByInverse,
  coordinate,
  encodeUncompressed,
  field,
  generator,
  negate,
  type Point,
  rightSide,
} from './points.ts';

/** x(kP) in 32 bytes for a point P in 65 bytes, by whoever holds k. */
export type Ecdh = (point: Uint8Array) => Uint8Array;

/** What an evaluation needs of arithmetic before the device is asked: public, and the same for every device. */
export interface Preparation {
  /** What the device is asked: B and B + G, each in 65 bytes. The second is nothing of use where B is ±G. */
  readonly questions: readonly [element: Uint8Array, sum: Uint8Array];
  /** 1/(2 Q.y). */
  readonly ofTwiceY: bigint;
}

/** What is to be multiplied, B, by the k of which Q = kG is known. */
export interface Multiplication {
  readonly element: Point;
  readonly publicKey: Point;
}

/**
 * Prepares multiplications, in their order. An inverse is most of the work, and many together take one: nothing that one of
 * them holds changes another's.
 */
export function prepareAll(multiplications: readonly Multiplication[]): Preparation[] {
  const divisors = multiplications.flatMap(({ element, publicKey }) => [
    field.sub(generator.x, element.x),
    field.add(publicKey.y, publicKey.y),
  ]);
  const inverses = field.invertBatch(divisors);
  return multiplications.map(({ element }, index) => {
    const sum = addByInverse(element, generator, inverses[2 * index]!);
    return {
      questions: [encodeUncompressed(element), encodeUncompressed(sum)],
      ofTwiceY: inverses[2 * index + 1]!,
    };
  });
}

/** Prepares the multiplication of `element` for Q = `publicKey`. */
export function prepare(element: Point, publicKey: Point): Preparation {
  return prepareAll([{ element, publicKey }])[0]!;
}

/**
 * kB for the `element` B and Q = kG, by two questions to `ecdh` (one where B is G or -G).
 * Fails with HsmFault when the answers fit no k with kG = Q, or the preparation was for another Q. It must be that of
 * the `element`: what is multiplied is what it asks.
 */
export function multiply(
  ecdh: Ecdh,
  element: Point,
  publicKey: Point,
  { questions, ofTwiceY } = prepare(element, publicKey),
): Point {
  const x = ask(ecdh, questions[0]);
  if (element.x === generator.x) {
    // B = ±G, so kB = ±Q; and B + G would be 2G or nothing.
    if (x !== publicKey.x) throw custodyFailure('HsmFault');
    return element.y === generator.y ? publicKey : negate(publicKey);
  }
  // kB = ±Q though B is not ±G.
  if (x === publicKey.x) throw custodyFailure('HsmFault');
  if (!field.eql(field.mul(ofTwiceY, field.add(publicKey.y, publicKey.y)), field.ONE)) throw custodyFailure('HsmFault');
  const sum = ask(ecdh, questions[1]);
  return { x, y: requireY(x, sum, publicKey, ofTwiceY) };
}

/**
 * The y of R = (x, y) with x(R + Q) = `sum`. The chord from R to Q says (sum + x + Q.x)(Q.x - x)² = (Q.y - y)², and the curve
 * says what y² is: what is left is linear in y. That y is then right exactly if it is on the curve, so a wrong answer of
 * the device shows without a root being taken. `ofTwiceY` is 1/(2 Q.y).
 */
function requireY(x: bigint, sum: bigint, publicKey: Point, ofTwiceY: bigint): bigint {
  const ySquared = rightSide(x);
  const run = field.sub(publicKey.x, x);
  const rise = field.mul(field.add(field.add(sum, x), publicKey.x), field.sqr(run));
  const y = field.mul(field.sub(field.add(field.sqr(publicKey.y), ySquared), rise), ofTwiceY);
  if (!field.eql(field.sqr(y), ySquared)) throw custodyFailure('HsmFault');
  return y;
}

function ask(ecdh: Ecdh, point: Uint8Array): bigint {
  const x = coordinate(ecdh(point));
  if (x === undefined) throw custodyFailure('HsmFault');
  return x;
}

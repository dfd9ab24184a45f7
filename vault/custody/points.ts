/**
 * Owns points of P-256 as bytes and the little arithmetic on them that an evaluation needs (SEC 1, sections 2.3.3 and
 * 2.3.4). Does not own multiplication by a secret: that is an HSM's or OpenSSL's. All values here are public.
 */
import { ECDH } from 'node:crypto';
import { p256, p256_hasher } from '@noble/curves/nist.js';
import { equalBytes } from '../../lib/bytes/index.ts';

const { Fp: field } = p256.Point;

/** A point other than the identity, by its affine coordinates. It is on the curve, by how it was made. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** SEC 1 compressed, in bytes: a sign and x. */
export const COMPRESSED_LENGTH = 33;
/** A coordinate or a scalar of P-256 in bytes. */
export const FIELD_LENGTH = 32;

/** The point that `bytes` (33, compressed) name, or undefined: another length, another form, not on the curve. */
export function decodePoint(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== COMPRESSED_LENGTH || (bytes[0] !== 2 && bytes[0] !== 3)) return undefined;
  try {
    // OpenSSL takes a third of the time that the root takes in JavaScript.
    const both = ECDH.convertKey(bytes, 'prime256v1', undefined, undefined, 'uncompressed') as Buffer;
    return { x: field.fromBytes(both.subarray(1, 33)), y: field.fromBytes(both.subarray(33)) };
  } catch {
    return undefined;
  }
}

/** The point on the curve with this x (32 bytes, big-endian) and an even y, or undefined where there is none. */
export function pointOfX(x: Uint8Array): Point | undefined {
  if (x.length !== FIELD_LENGTH) return undefined;
  const compressed = new Uint8Array(COMPRESSED_LENGTH);
  compressed[0] = 2;
  compressed.set(x, 1);
  return decodePoint(compressed);
}

/** 33 bytes. */
export function encodePoint({ x, y }: Point): Uint8Array {
  const bytes = new Uint8Array(COMPRESSED_LENGTH);
  bytes[0] = field.isOdd!(y) ? 3 : 2;
  bytes.set(field.toBytes(x), 1);
  return bytes;
}

/** 65 bytes: 4, x, y. The form that every PKCS#11 device takes. */
export function encodeUncompressed({ x, y }: Point): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * FIELD_LENGTH);
  bytes[0] = 4;
  bytes.set(field.toBytes(x), 1);
  bytes.set(field.toBytes(y), 1 + FIELD_LENGTH);
  return bytes;
}

/** The point of 65 bytes in that form, or undefined. */
export function decodeUncompressed(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 1 + 2 * FIELD_LENGTH || bytes[0] !== 4) return undefined;
  const point = decodePoint(Uint8Array.of(2 + (bytes.at(-1)! & 1), ...bytes.subarray(1, 1 + FIELD_LENGTH)));
  return point !== undefined && equalBytes(encodeUncompressed(point), bytes) ? point : undefined;
}

/** The generator G. */
export const generator: Point = p256.Point.BASE.toAffine();

/** -P. */
export function negate({ x, y }: Point): Point {
  return { x, y: field.neg(y) };
}

/** P + Q for points of different x: the only sum that is needed here. Throws RangeError on equal x. */
export function addDistinct(p: Point, q: Point): Point {
  if (p.x === q.x) throw new RangeError('points of one x are not added here');
  const slope = field.mul(field.sub(q.y, p.y), field.inv(field.sub(q.x, p.x)));
  const x = field.sub(field.sub(field.sqr(slope), p.x), q.x);
  return { x, y: field.sub(field.mul(slope, field.sub(p.x, x)), p.y) };
}

/** Whether `x` is the x of P + Q, for points of different x; without a division. */
export function isXOfSum(x: bigint, p: Point, q: Point): boolean {
  const run = field.sub(q.x, p.x);
  const runSquared = field.sqr(run);
  const rise = field.sub(q.y, p.y);
  // x = (rise/run)² - p.x - q.x, times run².
  return field.eql(field.mul(field.add(field.add(x, p.x), q.x), runSquared), field.sqr(rise));
}

/** The integer of 32 bytes, or undefined when it is no element of the field. */
export function coordinate(bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== FIELD_LENGTH) return undefined;
  try {
    return field.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** A point whose discrete logarithm nobody knows: `bytes` hashed to the curve (RFC 9380). */
export function pointOfHash(bytes: Uint8Array): Point {
  return p256_hasher.hashToCurve(bytes, { DST: 'Sotto vault self-test v1' }).toAffine();
}

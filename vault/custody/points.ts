/**
 * Owns points of P-256 as bytes and the little arithmetic on them that an evaluation needs (SEC 1, sections 2.3.3 and
 * 2.3.4). Does not own multiplication by a secret: that is an HSM's or OpenSSL's. All values here are public.
 */
import { ECDH } from 'node:crypto';
import { p256, p256_hasher } from '@noble/curves/nist.js';
import { equalBytes } from '../../lib/bytes/index.ts';

/** The field of the coordinates. */
export const field = p256.Point.Fp;
const curve = p256.Point.CURVE();

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

/** P + Q for points of different x, with `inverse` = 1/(Q.x - P.x): the only sum that is needed here. */
export function addByInverse(p: Point, q: Point, inverse: bigint): Point {
  const slope = field.mul(field.sub(q.y, p.y), inverse);
  const x = field.sub(field.sub(field.sqr(slope), p.x), q.x);
  return { x, y: field.sub(field.mul(slope, field.sub(p.x, x)), p.y) };
}

/** x³ + ax + b: the y² that the curve has at x, where it has any. */
export function rightSide(x: bigint): bigint {
  return field.add(field.mul(field.add(field.sqr(x), curve.a), x), curve.b);
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

/** 32 bytes, big-endian. */
export function encodeCoordinate(value: bigint): Uint8Array {
  return field.toBytes(value);
}

/** A point whose discrete logarithm nobody knows: `bytes` hashed to the curve (RFC 9380). */
export function pointOfHash(bytes: Uint8Array): Point {
  return p256_hasher.hashToCurve(bytes, { DST: 'Sotto vault self-test v1' }).toAffine();
}

/** Owns the headers that carry bytes beside a body: their names, and strict reading and writing of their values. */
import { bytesOfLength, concatBytes, decodeBase64Url, encodeBase64Url, writeUint64 } from '../bytes/index.ts';
import {
  MOST_CHALLENGE_LENGTH,
  type Nonce,
  WORK_SOLUTION_LENGTH,
  type WorkChallenge,
  type WorkSolution,
} from './words.ts';

/** 16 random bytes with every request; of a blob's writer 8 bytes of time and 8 random ones. */
export const NONCE_HEADER = 'sotto-nonce';
/** 64 bytes with every answer that the process with the keys made. */
export const SIGNATURE_HEADER = 'sotto-signature';
/** 64 bytes, and the 32 bytes of the key that made them, with every writing request for a blob. */
export const BLOB_SIGNATURE_HEADER = 'sotto-blob-signature';
export const BLOB_KEY_HEADER = 'sotto-blob-key';
/** With the first write to a bucket: `<challenge>.<solution>`, or the 16 bytes of an invite token. */
export const BLOB_WORK_HEADER = 'sotto-blob-work';
export const BLOB_TOKEN_HEADER = 'sotto-blob-token';

/** The value of a header that holds bytes: base64url without padding. */
export function encodeHeader(bytes: Uint8Array): string {
  return encodeBase64Url(bytes);
}

/** Exactly `length` bytes of a header's value, or undefined. */
export function decodeHeader(value: string | undefined, length: number): Uint8Array | undefined {
  // The length of the text is checked first, so that a header of any size costs nothing.
  if (value === undefined || value.length !== Math.ceil((length * 4) / 3)) return undefined;
  return decodeBase64Url(value);
}

export interface BlobWork {
  readonly challenge: WorkChallenge;
  readonly solution: WorkSolution;
}

export function encodeBlobWork(work: BlobWork): string {
  return `${encodeBase64Url(work.challenge)}.${encodeBase64Url(bytesOfLength(work.solution, WORK_SOLUTION_LENGTH))}`;
}

export function decodeBlobWork(value: string): BlobWork | undefined {
  const [left = '', right, rest] = value.split('.', 3);
  if (rest !== undefined || left === '' || left.length > (MOST_CHALLENGE_LENGTH * 4) / 3) return undefined;
  const challenge = decodeBase64Url(left);
  const solution = decodeHeader(right, WORK_SOLUTION_LENGTH);
  if (challenge === undefined || solution === undefined) return undefined;
  return { challenge: challenge as WorkChallenge, solution: solution as WorkSolution };
}

/** The nonce of a writing request for a blob: the time in milliseconds, then 8 bytes of `randomness`. */
export function timedNonce(time: number, randomness: Uint8Array): Nonce {
  return concatBytes(writeUint64(time), bytesOfLength(randomness, 8)) as Uint8Array as Nonce;
}

/** The time in such a nonce, in milliseconds; infinite where it is no time at all. */
export function timeOfNonce(nonce: Nonce): number {
  const time = new DataView(nonce.buffer, nonce.byteOffset).getBigUint64(0);
  return time <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(time) : Number.POSITIVE_INFINITY;
}

/** The `If-Match` and `ETag` of a manifest's version; 0 is the version of a manifest that is not there yet. */
export function encodeVersionTag(version: number): string {
  if (!Number.isSafeInteger(version) || version < 0) throw new RangeError('a version is a non-negative integer');
  return `"${version}"`;
}

/** The version in such a header, or undefined. */
export function decodeVersionTag(value: string): number | undefined {
  const [, digits] = /^"(0|[1-9][0-9]{0,15})"$/.exec(value) ?? [];
  const version = Number(digits);
  return Number.isSafeInteger(version) ? version : undefined;
}

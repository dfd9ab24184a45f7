/**
 * Owns one segment of the log: records, padded, under the key of an epoch, bound to its place and to the segment before it.
 *
 * Bytes, 4, 16, 64, 256 KiB or 1 MiB in all: version 1 (1) | epoch (4) | number (8) | SHA-256 of the segment before, zeros for
 * the first (32) | nonce (24) | sealed (the rest, 16 of it the tag). Sealed: number of records (4) | of each its length (4) and
 * bytes | zeros. Key: HKDF of the epoch key with the bucket and the number. Bound beside it: bucket (16) and all that stands
 * before the nonce.
 * The nonce is an HMAC of what is sealed: the same records at the same place give the same bytes after a crash, and other
 * records at the same place (two browsers at once) another nonce.
 */
import {
  ByteReader,
  type Bytes,
  ByteWriter,
  bytesOfLength,
  concatBytes,
  encodeUtf8,
  writeUint64,
} from '../bytes/index.ts';
import { AEAD_LENGTHS, hkdfSha256, hmacSha256, openAead, sealAead, sha256 } from '../crypto/index.ts';
import type { Bucket } from '../vault-protocol/index.ts';
import type { EpochKeys } from './epochs.ts';
import { refusal } from './failure.ts';
import { MOST_BLOB, paddedSize, SIZES } from './padded.ts';
import type { EncodedRecord } from './records.ts';

/** SHA-256 of a whole segment. */
export type SegmentHash = Bytes<'SegmentHash'>;
export const SEGMENT_HASH_LENGTH = 32;
/** What stands before the first segment. */
export const NO_SEGMENT: SegmentHash = bytesOfLength(new Uint8Array(SEGMENT_HASH_LENGTH), SEGMENT_HASH_LENGTH);

/** Where a segment stands. */
export interface SegmentPlace {
  readonly bucket: Bucket;
  readonly epoch: number;
  readonly number: number;
  readonly before: SegmentHash;
}

/** A segment that was opened. */
export interface OpenedSegment {
  readonly epoch: number;
  readonly before: SegmentHash;
  readonly hash: SegmentHash;
  readonly records: readonly EncodedRecord[];
}

const VERSION = 1;
const HEADER = 1 + 4 + 8 + SEGMENT_HASH_LENGTH;
const OVERHEAD = HEADER + AEAD_LENGTHS.nonce + AEAD_LENGTHS.tag + 4;
/** What the records of the largest segment may come to, each with four bytes for its length. */
export const MOST_SEGMENT_CONTENT = MOST_BLOB - OVERHEAD;
/** No segment has room for more. */
const MOST_RECORDS = MOST_BLOB / 4;

/** What a record takes in a segment, in bytes. */
export function sizeInSegment(record: EncodedRecord): number {
  return 4 + record.length;
}

/** The name of a segment at the host. */
export function segmentName(number: number): string {
  return `s${number}`;
}

/** The bytes of a segment. Throws RangeError for an epoch without a key, or more records than fit. */
export function sealSegment(keys: EpochKeys, place: SegmentPlace, records: readonly EncodedRecord[]): Uint8Array {
  const header = headerOf(place);
  const content = records.reduce((sum, record) => sum + sizeInSegment(record), 0);
  const padded = paddedSize(OVERHEAD + content) - OVERHEAD + 4;
  const writer = new ByteWriter(padded);
  writer.list(records, (record) => writer.prefixed(record));
  const plain = writer.raw(new Uint8Array(padded - 4 - content)).finish();
  const key = keyOf(keys, place);
  if (key === undefined) throw new RangeError('no key for this epoch');
  const additionalData = concatBytes(place.bucket, header);
  const nonce = nonceOf(key, additionalData, plain);
  const sealed = sealAead({ key, nonce, additionalData }, plain);
  plain.fill(0);
  return concatBytes(header, nonce, sealed);
}

/**
 * Opens segment `number` of `bucket`. Throws SegmentDamaged for what was altered, is another segment or of another bucket, or
 * of an epoch whose key is gone; UpdateNeeded.
 */
export function openSegment(keys: EpochKeys, bucket: Bucket, number: number, bytes: Uint8Array): OpenedSegment {
  if (bytes[0] !== undefined && bytes[0] > VERSION) throw refusal('UpdateNeeded');
  if (bytes[0] !== VERSION || !SIZES.includes(bytes.length)) throw damaged();
  const reader = new ByteReader(bytes.subarray(1, HEADER), damaged);
  const epoch = reader.uint32();
  const found = reader.uint53();
  const before = reader.take(SEGMENT_HASH_LENGTH) as SegmentHash;
  const key = keyOf(keys, { bucket, epoch, number, before });
  if (found !== number || key === undefined) throw damaged();
  const nonce = bytes.subarray(HEADER, HEADER + AEAD_LENGTHS.nonce);
  const additionalData = concatBytes(bucket, bytes.subarray(0, HEADER));
  const plain = openAead({ key, nonce, additionalData }, bytes.subarray(HEADER + AEAD_LENGTHS.nonce));
  if (plain === undefined) throw damaged();
  const records = readRecords(plain);
  plain.fill(0);
  return { epoch, before, hash: segmentHash(bytes), records };
}

/** The hash by which the next segment, and the manifest, know this one. */
export function segmentHash(bytes: Uint8Array): SegmentHash {
  return bytesOfLength(sha256(bytes), SEGMENT_HASH_LENGTH);
}

function readRecords(plain: Uint8Array): EncodedRecord[] {
  const reader = new ByteReader(plain, damaged);
  const records = reader.list(MOST_RECORDS, () => reader.takePrefixed() as EncodedRecord);
  if (reader.take(reader.remaining).some((byte) => byte !== 0)) throw damaged();
  return records;
}

function headerOf({ epoch, number, before }: SegmentPlace): Uint8Array {
  return new ByteWriter(HEADER).uint8(VERSION).uint32(epoch).uint53(number).raw(before).finish();
}

function keyOf(keys: EpochKeys, { bucket, epoch, number }: SegmentPlace): Uint8Array | undefined {
  const epochKey = keys.get(epoch);
  const info = concatBytes(encodeUtf8('Sotto segment v1'), Uint8Array.of(0), bucket, writeUint64(number));
  return epochKey && hkdfSha256(epochKey.reveal(), info, AEAD_LENGTHS.key);
}

function nonceOf(key: Uint8Array, additionalData: Uint8Array, plain: Uint8Array): Uint8Array {
  const nonceKey = hkdfSha256(key, 'Sotto segment nonce v1', 32);
  return hmacSha256(nonceKey, concatBytes(additionalData, plain)).slice(0, AEAD_LENGTHS.nonce);
}

function damaged() {
  return refusal('SegmentDamaged');
}

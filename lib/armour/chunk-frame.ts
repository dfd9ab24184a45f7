/**
 * Owns the bytes of a chunk: header, payload, checksum. docs/armour.md, "The bytes of a chunk".
 * Does not own their letters and marks (chunk-text.ts), nor what the payload means.
 *
 * Invariants: in every version the first byte is the version and the last four are the CRC-32 of all before them, so that
 * damage is told from news; a frame that decodes is the one frame that encodes to these bytes.
 */
import { ByteReader, type Bytes, ByteWriter, readUint16, readUint32 } from '../bytes/index.ts';
import { MAX_CHUNK_PAYLOAD, MAX_CHUNKS } from './constants.ts';
import { crc32 } from './crc32.ts';
import { type ArmourFailureCode, refusal } from './failure.ts';

const VERSION = 1;
const NO_FLAGS = 0;
const HEADER_BYTES = 14;
const LENGTH_OFFSET = 12;
const CHECKSUM_BYTES = 4;

/** 8 bytes that name a message among those of its sender: random, made once with the message, shared by its chunks. */
export type MessageId = Bytes<'ArmourMessageId'>;

/** Bytes that armour carries: a whole message, or a slice of it. Opaque here. */
export type ArmouredBytes = Bytes<'Armoured'>;

/** Length of a {@link MessageId}. */
export const MESSAGE_ID_BYTES = 8;

/** What a chunk has besides its payload: 18 bytes. */
export const FRAME_OVERHEAD = HEADER_BYTES + CHECKSUM_BYTES;

/** One part of a message. `index` counts from 0 to `count` - 1; `count` is 1 to 64. */
export interface Chunk {
  readonly messageId: MessageId;
  readonly index: number;
  readonly count: number;
  /** Up to 16 384 bytes; empty only in the one chunk of an empty message. */
  readonly payload: ArmouredBytes;
}

/** Whether some encoder may make such a chunk. */
export function isPossibleChunk(index: number, count: number, payloadLength: number): boolean {
  const placed = index >= 0 && index < count && count <= MAX_CHUNKS;
  return placed && payloadLength <= MAX_CHUNK_PAYLOAD && (payloadLength > 0 || count === 1);
}

/** The frame of `chunk`. Throws RangeError for a chunk that can't be. */
export function encodeFrame(chunk: Chunk): Uint8Array {
  const { messageId, index, count, payload } = chunk;
  if (messageId.length !== MESSAGE_ID_BYTES) throw new RangeError('a message id has 8 bytes');
  if (!isPossibleChunk(index, count, payload.length)) throw new RangeError('no such chunk');
  const writer = new ByteWriter(payload.length + FRAME_OVERHEAD);
  writer.uint8(VERSION).uint8(NO_FLAGS).raw(messageId).uint8(index).uint8(count).uint16(payload.length).raw(payload);
  const checked = writer.finish();
  return new ByteWriter(checked.length + CHECKSUM_BYTES).raw(checked).uint32(crc32(checked)).finish();
}

/** The chunk of a frame. Throws a Failure: Truncated, Altered, UnknownVersion, Malformed. */
export function decodeFrame(frame: Uint8Array): Chunk {
  if (frame.length < FRAME_OVERHEAD) throw refusal('Truncated');
  const checked = frame.subarray(0, -CHECKSUM_BYTES);
  if (crc32(checked) !== readUint32(frame, checked.length)) throw refusal(damage(frame));
  if (checked[0]! > VERSION) throw refusal('UnknownVersion');
  const reader = new ByteReader(checked, () => refusal('Malformed'));
  if (reader.uint8() !== VERSION) throw refusal('Malformed');
  // No flag has a meaning yet, and a reader that does not know one can't tell what it would change.
  if (reader.uint8() !== NO_FLAGS) throw refusal('UnknownVersion');
  const messageId = reader.take(MESSAGE_ID_BYTES) as MessageId;
  const index = reader.uint8();
  const count = reader.uint8();
  const payload = reader.take(reader.uint16()) as ArmouredBytes;
  reader.end();
  if (!isPossibleChunk(index, count, payload.length)) throw refusal('Malformed');
  return { messageId, index, count, payload };
}

/** Names what is wrong with a frame that fails its checksum: less than an intact header promises, or anything else. */
function damage(frame: Uint8Array): ArmourFailureCode {
  const [version, flags] = frame;
  const missing = readUint16(frame, LENGTH_OFFSET) > frame.length - FRAME_OVERHEAD;
  return version === VERSION && flags === NO_FLAGS && missing ? 'Truncated' : 'Altered';
}

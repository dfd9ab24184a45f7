/**
 * Owns the SPQR message on the wire: version 0x01 | epoch | key index | type | for most types a chunk, which is its
 * number and 32 bytes. Numbers are varints, seven bits a byte, lowest first.
 * Invariant: a message has one spelling. Signal's library reads past longer varints and left-over bytes, but writes
 * neither; refused here, so that what was read is what is written again.
 */
import { ByteWriter } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import { CHUNK_LENGTH, type Chunk, MOST_CHUNK_INDEX } from './erasure-code.ts';
import { VERSION } from './labels.ts';

/** The types by their byte on the wire: 0 to 6. */
const TYPES = ['None', 'Hdr', 'Ek', 'EkCt1Ack', 'Ct1Ack', 'Ct1', 'Ct2'] as const;

/** The types that carry no chunk. */
export type BareType = 'None' | 'Ct1Ack';
/** The types that carry a chunk of the header, of the vector, or of either part of the ciphertext. */
export type ChunkType = Exclude<(typeof TYPES)[number], BareType>;

/** What the braid says in a message. */
export type MessageContent =
  | { readonly type: BareType; readonly chunk?: undefined }
  | { readonly type: ChunkType; readonly chunk: Chunk };

/** Epoch of the braid (from 1), index of the message key (from 1) in the chain of the epoch before, and the content. */
export interface SpqrMessage {
  readonly epoch: number;
  readonly index: number;
  readonly content: MessageContent;
}

/** The longest message: version, epoch (8), index (5), type, chunk number (3), chunk. */
const MOST_LENGTH = 1 + 8 + 5 + 1 + 3 + CHUNK_LENGTH;
const MOST_INDEX = 0xffffffff;

/** 4 to 50 bytes. */
export function encodeSpqrMessage({ epoch, index, content }: SpqrMessage): Uint8Array {
  const writer = new ByteWriter(MOST_LENGTH);
  writer.uint8(VERSION);
  writeVarint(writer, epoch);
  writeVarint(writer, index);
  writer.uint8(TYPES.indexOf(content.type));
  if (content.chunk !== undefined) {
    writeVarint(writer, content.chunk.index);
    writer.raw(content.chunk.bytes);
  }
  return writer.finish();
}

/**
 * The message. Throws InvalidMessage for an empty one and for any version but 1 (a message without a post-quantum key
 * must not pass: whoever broke the elliptic curve could otherwise switch the ratchet off), and for any other spelling
 * than the canonical one.
 */
export function decodeSpqrMessage(bytes: Uint8Array): SpqrMessage {
  if (bytes[0] !== VERSION) throw refusal('InvalidMessage');
  const cursor: Cursor = { bytes, offset: 1 };
  const epoch = readVarint(cursor, Number.MAX_SAFE_INTEGER);
  const index = readVarint(cursor, MOST_INDEX);
  const content = readContent(cursor);
  if (epoch < 1 || index < 1 || cursor.offset !== bytes.length) throw refusal('InvalidMessage');
  return { epoch, index, content };
}

interface Cursor {
  readonly bytes: Uint8Array;
  offset: number;
}

function readContent(cursor: Cursor): MessageContent {
  const type = TYPES[cursor.bytes[cursor.offset++] ?? TYPES.length];
  if (type === undefined) throw refusal('InvalidMessage');
  if (type === 'None' || type === 'Ct1Ack') return { type };
  const index = readVarint(cursor, MOST_CHUNK_INDEX);
  const start = cursor.offset;
  cursor.offset += CHUNK_LENGTH;
  // A chunk that is cut short leaves the offset past the end, which the caller refuses.
  return { type, chunk: { index, bytes: cursor.bytes.slice(start, cursor.offset) } };
}

function readVarint(cursor: Cursor, most: number): number {
  let value = 0;
  // Multiplied, not shifted: shifts end at 32 bits. The scale bounds the length, so that every sum is exact.
  for (let scale = 1; scale <= most; scale *= 128) {
    const byte = cursor.bytes[cursor.offset++];
    if (byte === undefined || (byte === 0 && scale > 1)) break;
    value += (byte & 127) * scale;
    if (value > most) break;
    if (byte < 128) return value;
  }
  throw refusal('InvalidMessage');
}

function writeVarint(writer: ByteWriter, value: number): void {
  let rest = value;
  while (rest > 127) {
    writer.uint8((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  writer.uint8(rest);
}

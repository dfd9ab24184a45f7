/**
 * Owns the erasure code of the braid: a payload goes out as an endless row of 32-byte chunks, and any `needed` different
 * ones give it back.
 * A payload is 16-bit symbols; symbol i is the value at x = i div 16 of polynomial i mod 16, whose degree is below
 * `needed`. Chunk x is the values of the 16 polynomials at x. So the first `needed` chunks are the payload itself.
 * Source: "The ML-KEM Braid Protocol", section on erasure codes; field and symbol order as on Signal's wire.
 * Not owned: authenticity. A chunk that nobody made gives another payload; the braid checks MACs and hashes.
 */
import { concatBytes, readUint16, writeUint16 } from '../../bytes/index.ts';
import { divide, multiply } from './gf65536.ts';

/** Bytes of a chunk: 16 symbols. */
export const CHUNK_LENGTH = 32;
/** Chunk numbers are elements of the field. */
export const MOST_CHUNK_INDEX = 65535;

/** One chunk: its number (the x), and 32 bytes. */
export interface Chunk {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** A payload on its way out. `next` is the number of the next chunk, back to 0 after 65535. */
export interface ErasureEncoder {
  readonly payload: Uint8Array;
  next: number;
}

/** Chunks on their way in, in the order of arrival: flat, for they are written at every message. */
export interface ErasureDecoder {
  /** Chunks that make up the payload. */
  readonly needed: number;
  /** Fewer than `needed` entries of 34 bytes: the chunk's number in 2, the chunk. No number comes twice. */
  entries: Uint8Array;
}

const INDEX_LENGTH = 2;
/** Bytes of an entry of a decoder. */
export const ENTRY_LENGTH = INDEX_LENGTH + CHUNK_LENGTH;

/** Begins to send `payload`, a multiple of 32 bytes. */
export function startEncoder(payload: Uint8Array): ErasureEncoder {
  return { payload, next: 0 };
}

/** The next chunk. */
export function nextChunk(encoder: ErasureEncoder): Chunk {
  const index = encoder.next;
  encoder.next = index === MOST_CHUNK_INDEX ? 0 : index + 1;
  return { index, bytes: chunkAt(encoder.payload, index) };
}

/** Begins to collect a payload of `length` bytes, a multiple of 32. */
export function startDecoder(length: number): ErasureDecoder {
  return { needed: length / CHUNK_LENGTH, entries: new Uint8Array(0) };
}

/**
 * Takes in one chunk; one whose number is there already changes nothing. Gives the payload as soon as it is complete:
 * the decoder has then done its work.
 */
export function addChunk(decoder: ErasureDecoder, { index, bytes }: Chunk): Uint8Array | undefined {
  if (chunkIndices(decoder).includes(index)) return undefined;
  decoder.entries = concatBytes(decoder.entries, writeUint16(index), bytes);
  return decoder.entries.length === decoder.needed * ENTRY_LENGTH ? assemble(decoder) : undefined;
}

/** The numbers of the chunks that have come, in the order of arrival. */
export function chunkIndices({ entries }: ErasureDecoder): Uint16Array {
  const indices = new Uint16Array(entries.length / ENTRY_LENGTH);
  for (let i = 0; i < indices.length; i++) indices[i] = readUint16(entries, i * ENTRY_LENGTH);
  return indices;
}

function chunkAt(payload: Uint8Array, index: number): Uint8Array {
  const start = index * CHUNK_LENGTH;
  if (start < payload.length) return payload.slice(start, start + CHUNK_LENGTH);
  const points = consecutivePoints(payload.length / CHUNK_LENGTH);
  return interpolate(points, payload, index);
}

/** The payload: chunks that came are copied, only those that did not are interpolated. */
function assemble(decoder: ErasureDecoder): Uint8Array {
  const indices = chunkIndices(decoder);
  const chunks = new Uint8Array(decoder.needed * CHUNK_LENGTH);
  const payload = new Uint8Array(chunks.length);
  for (const [i, x] of indices.entries()) {
    const chunk = decoder.entries.subarray(i * ENTRY_LENGTH + INDEX_LENGTH, (i + 1) * ENTRY_LENGTH);
    chunks.set(chunk, i * CHUNK_LENGTH);
    if (x < decoder.needed) payload.set(chunk, x * CHUNK_LENGTH);
  }
  let points: Points | undefined;
  for (let x = 0; x < decoder.needed; x++) {
    if (indices.includes(x)) continue;
    points ??= pointsAt(indices);
    payload.set(interpolate(points, chunks, x), x * CHUNK_LENGTH);
  }
  return payload;
}

/** Different x with their barycentric weights: w_j = 1 / product over m != j of (x_j - x_m). */
interface Points {
  readonly xs: Uint16Array;
  readonly weights: Uint16Array;
}

function pointsAt(xs: Uint16Array): Points {
  const weights = xs.map((x) => {
    let product = 1;
    for (const other of xs) if (other !== x) product = multiply(product, x ^ other);
    return divide(1, product);
  });
  return { xs, weights };
}

/** Senders always interpolate over 0 .. needed - 1, and there are four values of `needed`. */
const consecutive = new Map<number, Points>();

function consecutivePoints(needed: number): Points {
  let points = consecutive.get(needed);
  if (points === undefined) {
    points = pointsAt(Uint16Array.from({ length: needed }, (_, x) => x));
    consecutive.set(needed, points);
  }
  return points;
}

/** The chunk at `x`, none of the points, by Lagrange: sum over j of chunk_j * w_j * product over m of (x - x_m) / (x - x_j). */
function interpolate({ xs, weights }: Points, chunks: Uint8Array, x: number): Uint8Array {
  let product = 1;
  for (const point of xs) product = multiply(product, x ^ point);
  const bytes = new Uint8Array(CHUNK_LENGTH);
  for (let j = 0; j < xs.length; j++) {
    const factor = multiply(weights[j]!, divide(product, x ^ xs[j]!));
    for (let i = 0; i < CHUNK_LENGTH; i += 2) {
      const at = j * CHUNK_LENGTH + i;
      const symbol = multiply(factor, (chunks[at]! << 8) | chunks[at + 1]!);
      bytes[i]! ^= symbol >> 8;
      bytes[i + 1]! ^= symbol & 255;
    }
  }
  return bytes;
}

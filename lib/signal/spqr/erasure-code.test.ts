import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../../bytes/index.ts';
import { addChunk, type Chunk, chunkIndices, nextChunk, startDecoder, startEncoder } from './erasure-code.ts';
import { PAYLOAD_LENGTHS } from './labels.ts';
import vectors from './vectors/signal-library.json' with { type: 'json' };

const lengths = Object.values(PAYLOAD_LENGTHS);

function patternOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 73 + (i >> 3) * 29 + 11) & 255);
}

function chunkOf(payload: Uint8Array, index: number): Chunk {
  return nextChunk({ payload, next: index });
}

function decode(length: number, chunks: readonly Chunk[]): Uint8Array | undefined {
  const decoder = startDecoder(length);
  let payload: Uint8Array | undefined;
  for (const chunk of chunks) {
    expect(payload).toBeUndefined();
    payload = addChunk(decoder, chunk);
  }
  return payload;
}

describe('the encoder', () => {
  it('sends the payload itself first, 32 bytes a chunk, and counts its chunks', () => {
    const payload = patternOf(160);
    const encoder = startEncoder(payload);
    for (let index = 0; index < 5; index++) {
      expect(nextChunk(encoder)).toEqual({ index, bytes: payload.slice(32 * index, 32 * index + 32) });
    }
    expect(nextChunk(encoder).index).toBe(5);
    expect(encoder.next).toBe(6);
  });

  it('begins again after the last number that a chunk can have', () => {
    const encoder = { payload: patternOf(96), next: 65534 };
    expect([nextChunk(encoder).index, nextChunk(encoder).index, nextChunk(encoder).index]).toEqual([65534, 65535, 0]);
    expect(nextChunk(encoder).bytes).toEqual(patternOf(96).slice(32, 64));
  });

  it('gives chunks that share no memory with the payload', () => {
    const payload = patternOf(96);
    nextChunk(startEncoder(payload)).bytes.fill(0);
    expect(payload).toEqual(patternOf(96));
  });

  it.each(vectors.payloads)(
    "makes the chunks that Signal's library makes of a $type payload",
    ({ payload, chunks }) => {
      expect(chunks.length).toBe(7);
      for (const { index, bytes } of chunks) {
        expect(encodeHex(chunkOf(decodeHex(payload)!, index).bytes)).toBe(bytes);
      }
    },
  );
});

describe('the decoder', { timeout: 60_000 }, () => {
  it.each(vectors.payloads)(
    "reads a $type payload from later chunks of Signal's library and its first ones",
    (vector) => {
      const payload = decodeHex(vector.payload)!;
      const late = vector.chunks.map(({ index, bytes }) => ({ index, bytes: decodeHex(bytes)! }));
      const needed = payload.length / 32;
      const early = Array.from({ length: needed }, (_, index) => chunkOf(payload, needed - 1 - index));
      expect(decode(payload.length, [...late, ...early].slice(0, needed))).toEqual(payload);
    },
  );

  it.each(lengths)('gives back %i bytes from any sufficient set of chunks in any order', (length) => {
    const payload = patternOf(length);
    const needed = length / 32;
    const index = fc.oneof(fc.integer({ min: 0, max: needed + 3 }), fc.integer({ min: 0, max: 65535 }));
    const indices = fc.uniqueArray(index, { minLength: needed, maxLength: needed });
    fc.assert(
      fc.property(indices, (chosen) => {
        expect(
          decode(
            length,
            chosen.map((i) => chunkOf(payload, i)),
          ),
        ).toEqual(payload);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it('gives nothing before the last chunk it needs', () => {
    const payload = patternOf(96);
    expect(decode(96, [chunkOf(payload, 9), chunkOf(payload, 1)])).toBeUndefined();
    expect(decode(96, [chunkOf(payload, 9), chunkOf(payload, 1), chunkOf(payload, 65535)])).toEqual(payload);
  });

  it('counts a chunk once, however often it comes, and keeps the first', () => {
    const payload = patternOf(96);
    const decoder = startDecoder(96);
    const first = chunkOf(payload, 7);
    expect(addChunk(decoder, first)).toBeUndefined();
    const before = decoder.entries;
    for (let i = 0; i < 3; i++) expect(addChunk(decoder, { index: 7, bytes: new Uint8Array(32) })).toBeUndefined();
    expect(decoder.entries).toBe(before);
    expect(addChunk(decoder, chunkOf(payload, 8))).toBeUndefined();
    expect(addChunk(decoder, chunkOf(payload, 2))).toEqual(payload);
  });

  it('knows which chunks came, in the order in which they came', () => {
    const decoder = startDecoder(160);
    expect(decoder.needed).toBe(5);
    for (const index of [300, 0, 65535]) addChunk(decoder, chunkOf(patternOf(160), index));
    expect([...chunkIndices(decoder)]).toEqual([300, 0, 65535]);
    expect(decoder.entries.length).toBe(3 * 34);
  });

  it('is changed by a chunk that nobody made: authenticity is not its concern', () => {
    const payload = patternOf(96);
    const forged = { index: 5, bytes: new Uint8Array(32) };
    const read = decode(96, [chunkOf(payload, 0), forged, chunkOf(payload, 2)]);
    expect(read).not.toEqual(payload);
    expect(read?.slice(0, 32)).toEqual(payload.slice(0, 32));
  });
});

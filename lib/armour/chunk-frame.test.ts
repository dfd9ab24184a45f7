import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, concatBytes, encodeHex, writeUint32 } from '../bytes/index.ts';
import { attempt } from '../failure/index.ts';
import {
  type Chunk,
  decodeFrame,
  encodeFrame,
  FRAME_OVERHEAD,
  isPossibleChunk,
  type MessageId,
} from './chunk-frame.ts';
import { crc32 } from './crc32.ts';
import type { ArmourFailureCode } from './failure.ts';
import { chunk, codeOf, messageId, sampleBytes } from './test-samples.ts';

function decoded(frame: Uint8Array) {
  return attempt<Chunk, ArmourFailureCode>(() => decodeFrame(frame));
}

function sealed(checked: Uint8Array): Uint8Array {
  return concatBytes(checked, writeUint32(crc32(checked)));
}

interface Header {
  version?: number;
  flags?: number;
  index?: number;
  count?: number;
  length?: number;
  payload?: Uint8Array;
}

/** A frame with a right checksum and any header. */
function frame({ version = 1, flags = 0, index = 0, count = 1, payload = sampleBytes(5), length }: Header): Uint8Array {
  const writer = new ByteWriter().uint8(version).uint8(flags).raw(messageId()).uint8(index).uint8(count);
  return sealed(
    writer
      .uint16(length ?? payload.length)
      .raw(payload)
      .finish(),
  );
}

describe('a frame', () => {
  it('is the bytes that the format describes', () => {
    const bytes = encodeFrame({
      ...chunk({ index: 2, count: 3, payload: Uint8Array.of(0xaa, 0xbb) }),
      messageId: messageId(9),
    });
    const checked = '0100090909090909090902030002aabb';
    expect(encodeHex(bytes.subarray(0, 16))).toBe(checked);
    expect(encodeHex(bytes.subarray(16))).toBe(encodeHex(writeUint32(crc32(bytes.subarray(0, 16)))));
    expect(bytes.length).toBe(2 + FRAME_OVERHEAD);
    expect(FRAME_OVERHEAD).toBe(18);
  });

  it('round-trips', () => {
    const place = fc
      .integer({ min: 1, max: 64 })
      .chain((count) => fc.record({ count: fc.constant(count), index: fc.nat({ max: count - 1 }) }));
    const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => bytes as MessageId);
    fc.assert(
      fc.property(
        place,
        id,
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        ({ index, count }, messageId, payload) => {
          const whole = chunk({ index, count, messageId, payload });
          expect(decodeFrame(encodeFrame(whole))).toEqual(whole);
        },
      ),
    );
  });

  it('holds up to 16 384 bytes', () => {
    const most = chunk({ payload: sampleBytes(16_384) });
    expect(decodeFrame(encodeFrame(most))).toEqual(most);
    expect(() => encodeFrame(chunk({ payload: sampleBytes(16_385) }))).toThrow(RangeError);
    expect(codeOf(decoded(frame({ payload: sampleBytes(16_385) })))).toBe('Malformed');
  });

  it.each([
    [0, 0, 1, false],
    [255, 255, 1, false],
    [0, 1, 0, true],
    [0, 1, 1, true],
    [0, 2, 0, false],
    [1, 2, 1, true],
    [1, 1, 1, false],
    [63, 64, 1, true],
    [64, 65, 1, false],
    [0, 65, 1, false],
  ])('has a place %i of %i with %i bytes: %s', (index, count, length, possible) => {
    expect(isPossibleChunk(index, count, length)).toBe(possible);
    const payload = sampleBytes(length);
    expect(codeOf(decoded(frame({ index, count, payload })))).toBe(possible ? 'none' : 'Malformed');
    const encode = () => encodeFrame(chunk({ index, count, payload }));
    if (possible) expect(encode()).toEqual(frame({ index, count, payload }));
    else expect(encode).toThrow(RangeError);
  });

  it.each([7, 9])('is not made for a message id of %i bytes', (length) => {
    expect(() => encodeFrame(chunk({ messageId: new Uint8Array(length) as MessageId }))).toThrow(RangeError);
  });

  it('of a newer version, or with a flag that has no meaning yet, is of an unknown version', () => {
    expect(codeOf(decoded(frame({ version: 2 })))).toBe('UnknownVersion');
    expect(codeOf(decoded(frame({ version: 255, count: 0 })))).toBe('UnknownVersion');
    for (const flags of [1, 2, 4, 8, 16, 32, 64, 128]) expect(codeOf(decoded(frame({ flags })))).toBe('UnknownVersion');
    // A newer version may have another header: only the checksum is where it was.
    expect(codeOf(decoded(sealed(concatBytes(Uint8Array.of(2), sampleBytes(13)))))).toBe('UnknownVersion');
  });

  it('of version 0, which never was, is malformed', () => {
    expect(codeOf(decoded(frame({ version: 0 })))).toBe('Malformed');
  });

  it('whose length is not that of its payload, under a right checksum, is malformed', () => {
    expect(codeOf(decoded(frame({ length: 4 })))).toBe('Malformed');
    expect(codeOf(decoded(frame({ length: 6 })))).toBe('Malformed');
    expect(codeOf(decoded(frame({ length: 5 })))).toBe('none');
  });

  it('that is shorter than any frame is truncated', () => {
    expect(codeOf(decoded(new Uint8Array(17)))).toBe('Truncated');
    expect(codeOf(decoded(new Uint8Array()))).toBe('Truncated');
    expect(codeOf(decoded(new Uint8Array(18)))).toBe('Altered');
    expect(codeOf(decoded(frame({ payload: new Uint8Array() })))).toBe('none');
  });

  it('that lost bytes after its header is truncated', () => {
    const whole = encodeFrame(chunk());
    for (let cut = 14; cut < 40; cut++) {
      expect(codeOf(decoded(concatBytes(whole.subarray(0, cut), whole.subarray(cut + 1))))).toBe('Truncated');
    }
  });

  it('that gained bytes, or lost some while its header makes no sense, is altered', () => {
    const whole = encodeFrame(chunk());
    expect(codeOf(decoded(concatBytes(whole, Uint8Array.of(0))))).toBe('Altered');
    const shorter = whole.slice(0, -1);
    shorter[0] = 2;
    expect(codeOf(decoded(shorter))).toBe('Altered');
    shorter[0] = 1;
    shorter[1] = 1;
    expect(codeOf(decoded(shorter))).toBe('Altered');
    shorter[1] = 0;
    expect(codeOf(decoded(shorter))).toBe('Truncated');
  });

  it('with any bit flipped is refused', () => {
    const whole = encodeFrame(chunk());
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const longer = flipped[12]! * 256 + flipped[13]! > 40;
      expect(codeOf(decoded(flipped)), `bit ${bit}`).toBe(longer ? 'Truncated' : 'Altered');
    }
  });

  it('decodes from no bytes but those it encodes to', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, seal) => {
        const input = seal ? sealed(concatBytes(Uint8Array.of(1, 0), bytes)) : bytes;
        const outcome = decoded(input);
        if (outcome.ok) expect(encodeFrame(outcome.value)).toEqual(input);
      }),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeUtf8 } from '../bytes/index.ts';
import { addChunk, EMPTY_ASSEMBLY } from './assembly.ts';
import { decodeBase62 } from './base62.ts';
import type { Chunk, MessageId } from './chunk-frame.ts';
import { planChunks, type TextLimit } from './chunk-plan.ts';
import { decodeChunk } from './chunk-text.ts';
import type { AlphabetName } from './constants.ts';
import { countText } from './count-text.ts';
import { findArmour } from './detect.ts';
import { encodeArmour } from './encode-armour.ts';
import {
  ALPHABET_NAMES,
  accepted,
  codeOf,
  expectRefusal,
  messageId,
  SITE_LIMITS,
  sampleBytes,
  withBlanks,
} from './test-samples.ts';

const IRC: TextLimit = { amount: 350, unit: 'utf8Bytes' };

function encode(bytes: Uint8Array, alphabet: AlphabetName, limit: TextLimit): string[] {
  return accepted(encodeArmour(bytes, { messageId: messageId(), alphabet, limit }));
}

function chunksIn(text: string): Chunk[] {
  return findArmour(text).map(({ start, end }) => accepted(decodeChunk(text.slice(start, end))));
}

/** What an assembly makes of `chunks`, in their order: every complete message. */
function assembled(chunks: readonly Chunk[]): Uint8Array[] {
  let state = EMPTY_ASSEMBLY;
  const messages: Uint8Array[] = [];
  for (const each of chunks) {
    const step = addChunk(state, 'alice', each, 0);
    state = step.state;
    if (step.outcome.kind === 'complete') messages.push(step.outcome.bytes);
  }
  return messages;
}

/** A payload whose second block in a chunk, and every later one, is made of stems. */
function stems(length: number): Uint8Array {
  const block = decodeBase62(`${'qZ7'.repeat(14)}q`)!;
  return concatBytes(new Uint8Array(18), ...new Array(Math.ceil(length / 32)).fill(block)).subarray(0, length);
}

describe.each(ALPHABET_NAMES)('encodeArmour in %s', (alphabet) => {
  it.each(SITE_LIMITS)('brings 0 to 5000 bytes through a limit of $amount $unit, each chunk within it', (limit) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000, size: 'max' }), (bytes) => {
        const chunks = encode(bytes, alphabet, limit);
        for (const text of chunks) {
          expect(countText(text, limit.unit)).toBeLessThanOrEqual(limit.amount - (limit.slack ?? 64));
        }
        expect(assembled(chunks.map((text) => accepted(decodeChunk(text))))).toEqual([bytes]);
      }),
      { numRuns: 60 },
    );
  });

  it('brings every small length through', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = sampleBytes(length, length + 1);
      expect(assembled(chunksIn(encode(bytes, alphabet, IRC).join('\n')))).toEqual([bytes]);
    }
  });

  it('makes lines of one token that begin with a letter and hold letters and digits only', () => {
    for (const text of encode(sampleBytes(3000), alphabet, IRC)) expect(text).toMatch(/^\p{L}[\p{L}\p{Nd}]*$/u);
  });

  it('makes the same chunks of the same input', () => {
    expect(encode(sampleBytes(900), alphabet, IRC)).toEqual(encode(sampleBytes(900), alphabet, IRC));
  });

  it('survives any order, repetition and blanks, all in one text', () => {
    const bytes = sampleBytes(1500);
    const chunks = encode(bytes, alphabet, IRC);
    const order = fc
      .shuffledSubarray([...chunks, ...chunks], { minLength: 2 * chunks.length })
      .chain((shuffled) => withBlanks(`<alice> ${shuffled.join('\n<alice> ')}`));
    fc.assert(
      fc.property(order, (text) => {
        const found = chunksIn(text);
        expect(found.length).toBe(2 * chunks.length);
        expect(assembled(found)[0]).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it('waits while any one chunk is missing', () => {
    const chunks = chunksIn(encode(sampleBytes(1500), alphabet, IRC).join(' '));
    for (const missing of chunks) expect(assembled(chunks.filter((each) => each !== missing))).toEqual([]);
  });

  it('is not made for a message id of another length', () => {
    const options = { messageId: new Uint8Array(7) as MessageId, alphabet, limit: IRC };
    expect(() => encodeArmour(sampleBytes(1), options)).toThrow(RangeError);
  });

  it('fills 64 chunks and refuses one byte more', () => {
    for (const limit of SITE_LIMITS.slice(0, 5)) {
      const { slice } = accepted(planChunks(1, alphabet, limit));
      expect(encode(sampleBytes(64 * slice), alphabet, limit).length).toBe(64);
      const longer = encodeArmour(sampleBytes(64 * slice + 1), { messageId: messageId(), alphabet, limit });
      expectRefusal(longer, 'TooLong');
    }
  });
});

describe('encodeArmour', () => {
  it.each([
    ['base62', 'qZ7Vx40A2kvrWVMXTg4BQwAkEbORcHsOGAanfqZ7W'],
    ['han14', '鸈韄鏕乀丐嘌刅侁纀丄丅栙擆羾澖繑蘀齃'],
  ] as const)('makes in %s the example of docs/armour.md', (alphabet, text) => {
    const messageId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) as MessageId;
    expect(accepted(encodeArmour(encodeUtf8('hello'), { messageId, alphabet, limit: IRC }))).toEqual([text]);
  });

  it('keeps within the limit when the payload is made of stems', () => {
    for (const amount of [300, 350, 400, 500, 2000]) {
      const limit: TextLimit = { amount, unit: 'utf16' };
      const bytes = stems(accepted(planChunks(1, 'base62', limit)).slice);
      const chunks = encode(bytes, 'base62', limit);
      for (const text of chunks) expect(text.length).toBeLessThanOrEqual(amount - 64);
      expect(assembled(chunksIn(chunks.join(' ')))).toEqual([bytes]);
      expect(chunks.length).toBe(2);
    }
  });

  it('takes four letters of stuffing within the limit, and cuts smaller for five', () => {
    // 143 units: marks, three blocks and four letters. The second block is pure payload.
    const limit: TextLimit = { amount: 143, unit: 'utf16', slack: 0 };
    for (const [stuffed, lengths] of [
      [3, [142]],
      [4, [143]],
    ] as const) {
      const block = decodeBase62('qZ7a'.repeat(stuffed).padEnd(43, '0'))!;
      const bytes = concatBytes(new Uint8Array(18), block, new Uint8Array(28));
      expect(encode(bytes, 'base62', limit).map((text) => text.length)).toEqual(lengths);
    }
    const five = concatBytes(new Uint8Array(18), decodeBase62('qZ7a'.repeat(5).padEnd(43, '0'))!, new Uint8Array(28));
    expect(encode(five, 'base62', limit).length).toBe(2);
  });

  it('refuses a message that stuffing makes too long for 64 chunks', () => {
    const limit: TextLimit = { amount: 350, unit: 'utf16' };
    const bytes = stems(64 * accepted(planChunks(1, 'base62', limit)).slice);
    expect(codeOf(planChunks(bytes.length, 'base62', limit))).toBe('none');
    expectRefusal(encodeArmour(bytes, { messageId: messageId(), alphabet: 'base62', limit }), 'TooLong');
  });
});

import { describe, expect, it } from 'vitest';
import { ALPHABETS } from './alphabet.ts';
import { planChunks, planSurely, type TextLimit } from './chunk-plan.ts';
import type { TextUnit } from './count-text.ts';
import { ALPHABET_NAMES, accepted, expectRefusal } from './test-samples.ts';

describe('planChunks', () => {
  it.each([
    // 350 - 64 slack - 10 marks - 4 reserve = 272 letters: 6 blocks and 14 letters, 202 bytes, less 18.
    ['base62', { amount: 350, unit: 'utf8Bytes' }, 184],
    ['base62', { amount: 350, unit: 'utf8Bytes', slack: 0 }, 232],
    ['base62', { amount: 2000, unit: 'codePoints' }, 1412],
    // (350 - 64) / 3 = 95 characters, 91 letters, 159 bytes, less 18.
    ['han14', { amount: 350, unit: 'utf8Bytes' }, 141],
    // 1936 characters, 1932 letters, 3380 bytes, less 18.
    ['han14', { amount: 2000, unit: 'codePoints' }, 3362],
    ['han14', { amount: 2000, unit: 'utf16' }, 3362],
    ['han14', { amount: 65_536, unit: 'utf16' }, 16_384],
  ] as const)('puts into a %s chunk of %o its %i bytes', (alphabet, limit, slice) => {
    expect(accepted(planChunks(1, alphabet, limit))).toEqual({ slice, count: 1 });
    expect(accepted(planChunks(0, alphabet, limit))).toEqual({ slice, count: 1 });
    expect(accepted(planChunks(slice, alphabet, limit)).count).toBe(1);
    expect(accepted(planChunks(slice + 1, alphabet, limit)).count).toBe(2);
    expect(accepted(planChunks(64 * slice, alphabet, limit)).count).toBe(64);
    expectRefusal(planChunks(64 * slice + 1, alphabet, limit), 'TooLong');
  });

  it('sends a first message of 1 900 bytes in one Discord message of Han, or in eleven IRC lines', () => {
    expect(accepted(planChunks(1900, 'han14', { amount: 2000, unit: 'codePoints' })).count).toBe(1);
    expect(accepted(planChunks(1900, 'base62', { amount: 350, unit: 'utf8Bytes' })).count).toBe(11);
  });

  it.each(ALPHABET_NAMES)('refuses a limit that does not hold a byte of payload in %s', (name) => {
    const least = name === 'base62' ? 26 + 10 + 4 : 11 + 4;
    const limit = (amount: number): TextLimit => ({ amount, unit: 'utf16', slack: 10 });
    expect(accepted(planChunks(1, name, limit(least + 10)))).toEqual({ slice: 1, count: 1 });
    expectRefusal(planChunks(1, name, limit(least + 9)), 'TooLong');
    for (let amount = 0; amount < least + 9; amount++) expectRefusal(planChunks(0, name, limit(amount)), 'TooLong');
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('throws for a length, amount or slack of %d', (value) => {
    const limit: TextLimit = { amount: 1000, unit: 'utf16' };
    expect(() => planChunks(value, 'base62', limit)).toThrow(RangeError);
    expect(() => planChunks(1, 'base62', { ...limit, amount: value })).toThrow(RangeError);
    expect(() => planChunks(1, 'base62', { ...limit, slack: value })).toThrow(RangeError);
  });
});

describe('planSurely', () => {
  it('leaves base62 a letter for every stem and needs no more in han14', () => {
    const limit: TextLimit = { amount: 1000, unit: 'utf16', slack: 0 };
    // 990 letters, of which 742 before stuffing: 17 blocks and 11 letters, 552 bytes, less 18.
    expect(accepted(planSurely(534, 'base62', limit))).toEqual({ slice: 534, count: 1 });
    expect(accepted(planSurely(535, 'base62', limit)).count).toBe(2);
    expect(planSurely(900, 'han14', limit)).toEqual(planChunks(900, 'han14', limit));
  });
});

describe('an alphabet', () => {
  it.each(ALPHABET_NAMES)('has %s letters and marks of the UTF-8 length that it says', (name) => {
    const alphabet = ALPHABETS[name];
    const text = alphabet.sentinel + alphabet.encode(new Uint8Array(50).fill(200)) + alphabet.end;
    const unit: TextUnit = 'utf8Bytes';
    expect(new TextEncoder().encode(text).length, unit).toBe(text.length * alphabet.utf8Bytes);
  });
});

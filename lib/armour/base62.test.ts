import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../bytes/index.ts';
import { base62Capacity, decodeBase62, encodeBase62 } from './base62.ts';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The same by big integers, for one block. */
function textOfNumber(value: bigint, letters: number): string {
  let text = '';
  for (let rest = value; text.length < letters; rest /= 62n) text = LETTERS[Number(rest % 62n)] + text;
  return text;
}

describe('base62', () => {
  it('writes a byte as two letters and a full block as 43', () => {
    expect(encodeBase62(new Uint8Array())).toBe('');
    expect(encodeBase62(Uint8Array.of(0))).toBe('00');
    expect(encodeBase62(Uint8Array.of(61))).toBe('0z');
    expect(encodeBase62(Uint8Array.of(255))).toBe('47');
    expect(encodeBase62(new Uint8Array(32).fill(255))).toBe(textOfNumber((1n << 256n) - 1n, 43));
    expect(encodeBase62(new Uint8Array(33))).toBe('0'.repeat(45));
  });

  it('agrees with big-integer arithmetic on every block length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), (bytes) => {
        const text = encodeBase62(bytes);
        expect(text).toBe(textOfNumber(BigInt(`0x${encodeHex(bytes)}`), text.length));
      }),
    );
  });

  it('spends the fewest letters that hold each number of bytes', () => {
    for (let length = 1; length <= 32; length++) {
      const letters = BigInt(encodeBase62(new Uint8Array(length)).length);
      const values = 1n << BigInt(8 * length);
      expect(62n ** letters >= values && 62n ** (letters - 1n) < values, `${length} bytes`).toBe(true);
    }
  });

  it('round-trips any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(decodeBase62(encodeBase62(bytes))).toEqual(bytes);
      }),
    );
  });

  it('round-trips every length around the block border', () => {
    for (let length = 0; length <= 100; length++) {
      const bytes = new Uint8Array(length).fill(255);
      expect(decodeBase62(encodeBase62(bytes))).toEqual(bytes);
    }
  });

  it('refuses a length that no bytes have', () => {
    const possible = new Set(Array.from({ length: 65 }, (_, bytes) => encodeBase62(new Uint8Array(bytes)).length));
    for (let length = 0; length <= 86; length++) {
      expect(decodeBase62('0'.repeat(length)) !== undefined, `${length} letters`).toBe(possible.has(length));
    }
  });

  it('refuses the first value that a block cannot hold', () => {
    expect(decodeBase62('47')).toEqual(Uint8Array.of(255));
    expect(decodeBase62('48')).toBeUndefined();
    expect(decodeBase62(textOfNumber((1n << 256n) - 1n, 43))).toEqual(new Uint8Array(32).fill(255));
    expect(decodeBase62(textOfNumber(1n << 256n, 43))).toBeUndefined();
    expect(decodeBase62('z'.repeat(43))).toBeUndefined();
  });

  it.each(['1/', '1:', '1@', '1[', '1`', '1{', '1 ', '1é', '1一', '/0'])('refuses the foreign letter in %j', (text) => {
    expect(decodeBase62(text)).toBeUndefined();
  });

  it('decodes only what encoding makes', () => {
    const letter = fc.constantFrom(...LETTERS, '_', 'é');
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 100 }), (text) => {
        const bytes = decodeBase62(text);
        if (bytes !== undefined) expect(encodeBase62(bytes)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('fills a number of letters with as many bytes as go in', () => {
    for (let letters = 0; letters <= 130; letters++) {
      const bytes = base62Capacity(letters);
      expect(encodeBase62(new Uint8Array(bytes)).length, `${letters} letters`).toBeLessThanOrEqual(letters);
      expect(encodeBase62(new Uint8Array(bytes + 1)).length, `${letters} letters`).toBeGreaterThan(letters);
    }
  });

  it('leaves the bytes it is given as they were', () => {
    const bytes = decodeHex('00ff10')!;
    encodeBase62(bytes);
    expect(encodeHex(bytes)).toBe('00ff10');
  });
});

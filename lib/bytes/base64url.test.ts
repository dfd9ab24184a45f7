import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { encodeUtf8 } from './utf8.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('base64url', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('of "%s" is "%s" (RFC 4648, section 10, without padding)', (text, encoded) => {
    expect(encodeBase64Url(encodeUtf8(text))).toBe(encoded);
    expect(decodeBase64Url(encoded)).toEqual(encodeUtf8(text));
  });

  it('uses all 64 letters of the URL alphabet in their order', () => {
    const bytes = Buffer.from(LETTERS, 'base64url');
    expect(encodeBase64Url(bytes)).toBe(LETTERS);
    expect(decodeBase64Url(LETTERS)).toEqual(Uint8Array.from(bytes));
  });

  it.each([
    ['a lone letter', 'A'],
    ['a fifth letter', 'AAAAA'],
    ['padding', 'Zg=='],
    ['padding of one', 'Zm8='],
    ['the plain alphabet: plus', 'AA+A'],
    ['the plain alphabet: slash', 'AA/A'],
    ['a space', 'AA A'],
    ['a line break at the end', 'AAA\n'],
    ['a letter of two code units', 'AA\u{1f600}'],
    ['a lone surrogate', 'AAA\ud83d'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });

  it('refuses left-over bits that are not zero: one text for each byte string', () => {
    // Two letters carry 12 bits for 8: the low four of the second are left over. Three carry 18 for 16: the low two.
    for (let low = 0; low < 64; low++) {
      const two = decodeBase64Url(`A${LETTERS[low]}`);
      expect(two !== undefined).toBe(low % 16 === 0);
      const three = decodeBase64Url(`AA${LETTERS[low]}`);
      expect(three !== undefined).toBe(low % 4 === 0);
    }
  });

  it('comes back as it was, and agrees with Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  it('reads no text that it would not write', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...LETTERS, '=', '+', ' '), maxLength: 12 }), (text) => {
        const bytes = decodeBase64Url(text);
        if (bytes !== undefined) expect(encodeBase64Url(bytes)).toBe(text);
        else expect(Buffer.from(text, 'base64url').toString('base64url')).not.toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

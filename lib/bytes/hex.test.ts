import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from './hex.ts';

describe('hex', () => {
  it('has two lower-case digits a byte', () => {
    expect(encodeHex(Uint8Array.of(0x00, 0x0f, 0x10, 0xab, 0xff))).toBe('000f10abff');
    expect(encodeHex(new Uint8Array(0))).toBe('');
  });

  it('is read in either case', () => {
    expect(decodeHex('000f10abff')).toEqual(Uint8Array.of(0x00, 0x0f, 0x10, 0xab, 0xff));
    expect(decodeHex('ABCDEFabcdef')).toEqual(Uint8Array.of(0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef));
    expect(decodeHex('')).toEqual(new Uint8Array(0));
  });

  it.each([
    ['an odd number of digits', '0'],
    ['an odd number of digits', 'abc'],
    ['a foreign letter first', 'g0'],
    ['a foreign letter last', '0g'],
    ['a prefix', '0x00'],
    ['a space before', ' 00 '],
    ['a line break after', '00\n\n'],
    ['a sign', '-1'],
    ['letters beside the digits', '/:'],
    ['letters beside the capitals', '@G'],
    ['letters beside the small ones', '`g'],
    ['digits of another script', '١١'],
  ])('refuses %s', (_, text) => {
    expect(decodeHex(text)).toBeUndefined();
  });

  it('comes back as it was, and agrees with Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = encodeHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('hex'));
        expect(decodeHex(text)).toEqual(bytes);
        expect(decodeHex(text.toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it('has no text with two readings: what is read is written the same way, in lower case', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0189afAFgG -'), maxLength: 8 }), (text) => {
        const bytes = decodeHex(text);
        if (bytes !== undefined) expect(encodeHex(bytes)).toBe(text.toLowerCase());
        else expect(text.length % 2 === 1 || /[^0-9a-fA-F]/.test(text)).toBe(true);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

describe('UTF-8', () => {
  it('has one to four bytes a character', () => {
    expect(encodeUtf8('')).toEqual(new Uint8Array(0));
    expect(encodeUtf8('a\u00e9\u20ac\u{1f512}')).toEqual(
      Uint8Array.of(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x94, 0x92),
    );
  });

  it('writes a lone surrogate as the replacement character', () => {
    expect(encodeUtf8('\ud83d')).toEqual(Uint8Array.of(0xef, 0xbf, 0xbd));
  });

  it('keeps a byte order mark as a character', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a cut-off character', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong nul', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a value above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a byte that never occurs', [0x61, 0xff]],
  ])('refuses %s', (_, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('reads the next text rightly after a refusal', () => {
    expect(decodeUtf8(Uint8Array.of(0xe2, 0x82))).toBeUndefined();
    expect(decodeUtf8(Uint8Array.of(0xac))).toBeUndefined();
    expect(decodeUtf8(Uint8Array.of(0x61))).toBe('a');
  });

  it('comes back as it was for every well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });

  it('reads no bytes that it would not write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        const text = decodeUtf8(bytes);
        if (text !== undefined) expect(encodeUtf8(text)).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHan14, encodeHan14, han14Capacity } from './han14.ts';

describe('han14', () => {
  it('closes the bits with a single 1 and fills the letter with 0', () => {
    expect(encodeHan14(new Uint8Array())).toBe('\u6e00'); // 10 0000 0000 0000
    expect(encodeHan14(Uint8Array.of(0xff))).toBe(String.fromCharCode(0x4e00 + 0b11111111100000));
    expect(encodeHan14(Uint8Array.of(0x12, 0x34))).toBe(
      String.fromCharCode(0x4e00 + 0b00010010001101, 0x4e00 + 0b00100000000000),
    );
    // Seven bytes fill four letters, so the closing bit needs a fifth.
    expect(encodeHan14(new Uint8Array(7))).toBe('\u4e00\u4e00\u4e00\u4e00\u6e00');
    expect(encodeHan14(new Uint8Array(6))).toBe(`\u4e00\u4e00\u4e00${String.fromCharCode(0x4e00 + 0b00000010000000)}`);
  });

  it('round-trips any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(decodeHan14(encodeHan14(bytes))).toEqual(bytes);
      }),
    );
  });

  it('round-trips every length, all zero and all one', () => {
    for (let length = 0; length <= 60; length++) {
      for (const fill of [0, 255]) {
        const bytes = new Uint8Array(length).fill(fill);
        expect(decodeHan14(encodeHan14(bytes))).toEqual(bytes);
      }
    }
  });

  it('refuses no text, an unclosed text and a text of broken bytes', () => {
    expect(decodeHan14('')).toBeUndefined();
    expect(decodeHan14('\u4e00')).toBeUndefined();
    expect(decodeHan14('\u6e00\u4e00')).toBeUndefined();
    expect(decodeHan14('\u4e00'.repeat(4))).toBeUndefined(); // 56 bits and nothing that closes them
    expect(decodeHan14('\u4e01')).toBeUndefined(); // 13 bits
    expect(decodeHan14('\u5e00')).toBeUndefined(); // 1 bit
  });

  it('refuses the letters on either side of the alphabet, anywhere', () => {
    expect(decodeHan14('\u8dff\u6e00')).toBeUndefined(); // 14 bits are not whole bytes
    expect(decodeHan14(`\u8dff\u8dff\u8dff\u8dff\u6e00`)).toEqual(new Uint8Array(7).fill(255));
    for (const foreign of ['\u4dff', '\u8e00', 'a', '\ud83d']) {
      expect(decodeHan14(`\u8dff\u8dff${foreign}\u8dff\u6e00`)).toBeUndefined();
      expect(decodeHan14(foreign)).toBeUndefined();
    }
  });

  it('decodes only what encoding makes', () => {
    const letter = fc.integer({ min: 0x4dfe, max: 0x8e01 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 12 }), (text) => {
        const bytes = decodeHan14(text);
        if (bytes !== undefined) expect(encodeHan14(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('fills a number of letters with as many bytes as go in', () => {
    expect(han14Capacity(0)).toBe(0);
    for (let letters = 1; letters <= 60; letters++) {
      const bytes = han14Capacity(letters);
      expect(encodeHan14(new Uint8Array(bytes)).length).toBeLessThanOrEqual(letters);
      expect(encodeHan14(new Uint8Array(bytes + 1)).length).toBeGreaterThan(letters);
    }
  });
});

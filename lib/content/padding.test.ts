import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PADDED_SIZES, padContent, unpadContent } from './padding.ts';
import { codeThrown } from './test-support.ts';

describe('padding', () => {
  it('has exactly these sizes', () => {
    expect(PADDED_SIZES).toEqual([
      127, 351, 511, 639, 767, 895, 1023, 1279, 1535, 1791, 2047, 2559, 3071, 3583, 4095, 5119, 6143, 7167, 8191, 10239,
      12287, 14335, 16383, 20479, 24575, 28671, 32767, 40959, 49151, 57343, 65535, 81919, 98303, 114687, 131071, 163839,
      196607, 229375, 262143,
    ]);
  });

  it.each([
    [0, 127],
    [126, 127],
    [127, 351],
    [350, 351],
    [351, 511],
    [510, 511],
    [511, 639],
    [4094, 4095],
    [4095, 5119],
    [262_142, 262_143],
  ])('fills %i bytes up to %i', (length, size) => {
    const content = new Uint8Array(length).fill(0x80);
    const padded = padContent(content);
    expect(padded.length).toBe(size);
    expect(padded[length]).toBe(0x80);
    expect(padded.subarray(length + 1).every((byte) => byte === 0)).toBe(true);
    expect(unpadContent(padded)).toEqual(content);
  });

  it('is one byte short of a cipher block at every size', () => {
    expect(PADDED_SIZES.filter((size) => size % 16 !== 15)).toEqual([]);
  });

  it('adds at most a quarter above 511 bytes', () => {
    for (const [i, size] of PADDED_SIZES.entries()) {
      const least = PADDED_SIZES[i - 1] ?? 0;
      if (least >= 511) expect((size + 1) / (least + 1)).toBeLessThanOrEqual(5 / 4);
    }
  });

  it('does not take more than the largest size holds', () => {
    expect(() => padContent(new Uint8Array(262_143))).toThrow(RangeError);
  });

  it.each([
    ['nothing', []],
    ['zeros', new Array(127).fill(0)],
    ['no mark', [...new Array(126).fill(0), 1]],
    ['another mark before the zeros', [5, 0x81, ...new Array(125).fill(0)]],
    ['a size between two', [1, 0x80, ...new Array(128).fill(0)]],
    ['a larger size than needed', [1, 0x80, ...new Array(349).fill(0)]],
    ['a smaller size than any', [1, 0x80]],
  ])('refuses %s', (_, bytes) => {
    expect(codeThrown(() => unpadContent(Uint8Array.from(bytes)))).toBe('BadPadding');
  });

  it('refuses a content padded one size too large, and takes it at its own', () => {
    const large = new Uint8Array(351);
    large[126] = 0x80;
    expect(codeThrown(() => unpadContent(large))).toBe('BadPadding');
    large[126] = 0;
    large[127] = 0x80;
    expect(unpadContent(large).length).toBe(127);
  });

  it('comes back whole, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (content) => {
        expect(unpadContent(padContent(content))).toEqual(content);
      }),
    );
  });
});

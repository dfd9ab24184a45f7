import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes, equalBytes, isAllZero } from './equality.ts';

const of = (...bytes: number[]) => Uint8Array.from(bytes);

describe('equality', () => {
  it('holds for the same bytes in different arrays, and for no bytes', () => {
    expect(equalBytes(of(1, 2, 3), of(1, 2, 3))).toBe(true);
    expect(equalBytes(of(), of())).toBe(true);
  });

  it('fails for one differing bit at any place', () => {
    const bytes = of(0x5a, 0, 0xff, 0x80);
    for (let bit = 0; bit < 32; bit++) {
      const other = bytes.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(equalBytes(bytes, other)).toBe(false);
      expect(equalBytes(other, bytes)).toBe(false);
    }
  });

  it('fails for two differences that would cancel out in a sum or an exclusive or', () => {
    expect(equalBytes(of(1, 2), of(2, 1))).toBe(false);
    expect(equalBytes(of(0, 0), of(5, 5))).toBe(false);
  });

  it('fails for another length, whichever side is longer', () => {
    expect(equalBytes(of(1, 2), of(1, 2, 0))).toBe(false);
    expect(equalBytes(of(1, 2, 0), of(1, 2))).toBe(false);
    expect(equalBytes(of(), of(0))).toBe(false);
  });
});

describe('the test for all zero', () => {
  it('holds for zeros and for no bytes', () => {
    expect(isAllZero(new Uint8Array(32))).toBe(true);
    expect(isAllZero(of())).toBe(true);
  });

  it('fails for a single bit at either end', () => {
    expect(isAllZero(of(1, 0, 0))).toBe(false);
    expect(isAllZero(of(0, 0, 0x80))).toBe(false);
    expect(isAllZero(of(5, 5))).toBe(false);
  });
});

describe('the order of public values', () => {
  it('goes by the first byte that differs', () => {
    expect(compareBytes(of(1, 2, 9), of(1, 3, 0))).toBe(-1);
    expect(compareBytes(of(1, 3, 0), of(1, 2, 9))).toBe(1);
    expect(compareBytes(of(0xff), of(0))).toBe(255);
  });

  it('puts a prefix before what it begins', () => {
    expect(compareBytes(of(1, 2), of(1, 2, 0))).toBe(-1);
    expect(compareBytes(of(1, 2, 0, 0), of(1, 2))).toBe(2);
    expect(compareBytes(of(), of(0))).toBe(-1);
  });

  it('is zero for equal values only', () => {
    expect(compareBytes(of(4, 5), of(4, 5))).toBe(0);
    expect(compareBytes(of(), of())).toBe(0);
  });

  it('agrees with the order of the hex texts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6, max: 3 }), fc.uint8Array({ maxLength: 6, max: 3 }), (a, b) => {
        const [textA, textB] = [Buffer.from(a).toString('hex'), Buffer.from(b).toString('hex')];
        expect(Math.sign(compareBytes(a, b))).toBe(textA < textB ? -1 : textA > textB ? 1 : 0);
        expect(equalBytes(a, b)).toBe(textA === textB);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, multiply } from './gf65536.ts';

/** Long multiplication of polynomials, then reduction: slow, and nothing in common with tables of logarithms. */
function multiplySlowly(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 16; bit++) if ((b >> bit) & 1) product ^= a << bit;
  for (let bit = 31; bit >= 16; bit--) if ((product >>> bit) & 1) product ^= 0x1100b << (bit - 16);
  return product >>> 0;
}

const element = fc.integer({ min: 0, max: 65535 });
const nonZero = fc.integer({ min: 1, max: 65535 });

describe('GF(2^16)', () => {
  it('divides right in its very first operation, before anything was multiplied', () => {
    expect(divide(1, 2)).toBe(0x8805);
  });

  it('reduces by x^16 + x^12 + x^3 + x + 1', () => {
    expect(multiply(0x8000, 2)).toBe(0x100b);
    expect(multiply(0x100, 0x100)).toBe(0x100b);
    expect(multiply(0xffff, 0xffff)).toBe(multiplySlowly(0xffff, 0xffff));
  });

  it('multiplies as long multiplication of polynomials does', () => {
    fc.assert(fc.property(element, element, (a, b) => multiply(a, b) === multiplySlowly(a, b)));
  });

  it('knows zero and one', () => {
    for (const a of [0, 1, 2, 0x8000, 0xffff]) {
      expect(multiply(a, 0)).toBe(0);
      expect(multiply(0, a)).toBe(0);
      expect(multiply(a, 1)).toBe(a);
      expect(multiply(1, a)).toBe(a);
      expect(divide(a, 1)).toBe(a);
    }
    expect(divide(0, 7)).toBe(0);
  });

  it('undoes a multiplication by a division', () => {
    fc.assert(
      fc.property(element, nonZero, (a, b) => divide(multiply(a, b), b) === a && multiply(divide(a, b), b) === a),
    );
  });

  it('distributes over addition, which is XOR', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => multiply(a, b ^ c) === (multiply(a, b) ^ multiply(a, c))),
    );
  });

  it('has an inverse for every element but zero', () => {
    for (let a = 1; a < 65536; a++) if (multiply(a, divide(1, a)) !== 1) expect.fail(`no inverse of ${a}`);
  });

  it('refuses to divide by zero', () => {
    expect(() => divide(1, 0)).toThrow(new RangeError('division by zero'));
    expect(() => divide(0, 0)).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edwardsYOf, isCanonical } from './edwards.ts';

const P = 2n ** 255n - 19n;

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());
}

function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

describe('a canonical u-coordinate', () => {
  it('is below p', () => {
    for (const value of [0n, 1n, 9n, P - 1n]) expect(isCanonical(bytesOf(value))).toBe(true);
    for (const value of [P, P + 1n, 2n ** 255n - 1n]) expect(isCanonical(bytesOf(value))).toBe(false);
  });

  it('has the high bit clear', () => {
    for (const value of [0n, 9n, P - 1n]) expect(isCanonical(bytesOf(value + 2n ** 255n))).toBe(false);
    expect(isCanonical(bytesOf(2n ** 256n - 1n))).toBe(false);
  });

  it('is told by every one of its bytes', () => {
    for (let bit = 0; bit < 256; bit++) expect(isCanonical(bytesOf(2n ** BigInt(bit)))).toBe(bit < 255);
    for (let bit = 0; bit < 255; bit++) {
      const value = P - 2n ** BigInt(bit);
      if (value >= 0n) expect(isCanonical(bytesOf(value))).toBe(true);
    }
  });
});

describe('the map to Edwards form', () => {
  it('takes the base point of one curve to that of the other (RFC 7748, section 4.1)', () => {
    const y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
    expect(edwardsYOf(bytesOf(9n))).toEqual(bytesOf(y));
  });

  it('takes 0 to -1 and 1 to 0', () => {
    expect(edwardsYOf(bytesOf(0n))).toEqual(bytesOf(P - 1n));
    expect(edwardsYOf(bytesOf(1n))).toEqual(bytesOf(0n));
  });

  it('reaches nothing from -1, in either spelling of its high bit', () => {
    expect(edwardsYOf(bytesOf(P - 1n))).toBeUndefined();
    expect(edwardsYOf(bytesOf(P - 1n + 2n ** 255n))).toBeUndefined();
    expect(edwardsYOf(bytesOf(P - 2n))).toBeDefined();
  });

  it('takes a value above p, or with the high bit, for what it is mod p', () => {
    expect(edwardsYOf(bytesOf(P))).toEqual(bytesOf(P - 1n));
    expect(edwardsYOf(bytesOf(P + 9n))).toEqual(edwardsYOf(bytesOf(9n)));
    expect(edwardsYOf(bytesOf(9n + 2n ** 255n))).toEqual(edwardsYOf(bytesOf(9n)));
  });

  it('gives y with y (u + 1) = u - 1, below p', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: P - 2n }), (u) => {
        const y = integerOf(edwardsYOf(bytesOf(u))!);
        expect(y).toBeLessThan(P);
        expect((y * (u + 1n)) % P).toBe((u - 1n + P) % P);
      }),
    );
  });

  it('reads within its array: what stands beside it in the buffer changes nothing, and a short array is refused', () => {
    const buffer = new Uint8Array(48).fill(0xff);
    buffer.set(bytesOf(9n), 8);
    expect(edwardsYOf(buffer.subarray(8, 40))).toEqual(edwardsYOf(bytesOf(9n)));
    expect(() => edwardsYOf(buffer.subarray(8, 39))).toThrow(RangeError);
    expect(() => isCanonical(buffer.subarray(8, 39))).toThrow(RangeError);
  });
});

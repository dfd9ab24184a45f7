import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../bytes/index.ts';
import { p256Ready } from './p256.ts';
import {
  addScalars,
  interpolate,
  randomScalar,
  readScalar,
  type ScalarShare,
  scalarOfWide,
  shareScalar,
  subtractScalars,
} from './scalar-sharing.ts';

beforeAll(p256Ready);

const ORDER = p256.Point.Fn.ORDER;
const bytesOf = (value: bigint, length = 32) => decodeHex(value.toString(16).padStart(2 * length, '0'))!;
const scalar = (value: bigint) => readScalar(bytesOf(value))!;
const numberOf = (bytes: { reveal(): Uint8Array }) => BigInt(`0x${encodeHex(bytes.reveal())}`);
const counting = () => {
  let next = 0;
  return (length: number) => {
    next += 1;
    return new Uint8Array(length).map((_, i) => next * (i + 1));
  };
};
const anyScalar = fc.bigInt({ min: 0n, max: ORDER - 1n });

describe('scalars of P-256', () => {
  it('are read below the order only, from 32 bytes only', () => {
    expect(numberOf(readScalar(bytesOf(ORDER - 1n))!)).toBe(ORDER - 1n);
    expect(readScalar(bytesOf(ORDER))).toBeUndefined();
    expect(readScalar(bytesOf(1n, 31))).toBeUndefined();
    expect(readScalar(bytesOf(1n, 33))).toBeUndefined();
    expect(numberOf(readScalar(bytesOf(0n))!)).toBe(0n);
  });

  it('are reduced from 48 bytes, which are wiped', () => {
    const wide = bytesOf(ORDER + 5n, 48);
    expect(numberOf(scalarOfWide(wide))).toBe(5n);
    expect(wide).toEqual(new Uint8Array(48));
    expect(() => scalarOfWide(new Uint8Array(47))).toThrow(RangeError);
    expect(numberOf(randomScalar(() => bytesOf(7n, 48)))).toBe(7n);
  });

  it('are added and subtracted in their field', () => {
    fc.assert(
      fc.property(anyScalar, anyScalar, (a, b) => {
        expect(numberOf(addScalars(scalar(a), scalar(b)))).toBe((a + b) % ORDER);
        expect(numberOf(subtractScalars(scalar(a), scalar(b)))).toBe((a - b + ORDER) % ORDER);
      }),
      { verbose: 1 },
    );
  });
});

describe('secret sharing', () => {
  it('gives the secret from any threshold of the shares, and every other share with it', () => {
    fc.assert(
      fc.property(
        anyScalar,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 3 }),
        (secret, threshold, more) => {
          const shares = shareScalar(scalar(secret), threshold, threshold + more, counting());
          expect(shares.map(({ place }) => place)).toEqual(Array.from({ length: threshold + more }, (_, i) => i + 1));
          for (const chosen of [shares.slice(0, threshold), shares.slice(-threshold), [...shares].reverse()]) {
            expect(numberOf(interpolate(chosen))).toBe(secret);
            for (const { place, share } of shares) expect(numberOf(interpolate(chosen, place))).toBe(numberOf(share));
          }
        },
      ),
      { numRuns: 40, verbose: 1 },
    );
  });

  it('fits every secret with fewer shares: one share of two says nothing', () => {
    const [first] = shareScalar(scalar(42n), 2, 3, counting());
    for (const guess of [0n, 41n, 42n, ORDER - 1n]) {
      // Whatever the secret is said to be, one line through it and the share exists.
      const claimed: ScalarShare[] = [
        first!,
        { place: 3, share: interpolate([{ place: 0, share: scalar(guess) }, first!], 3) },
      ];
      expect(numberOf(interpolate(claimed))).toBe(guess);
    }
  });

  it('is, at threshold 1, the secret itself; at threshold 2 a line', () => {
    expect(shareScalar(scalar(9n), 1, 2, counting()).map(({ share }) => numberOf(share))).toEqual([9n, 9n]);
    const [one, two, three] = shareScalar(scalar(9n), 2, 3, () => bytesOf(4n, 48)).map(({ share }) => numberOf(share));
    expect([one, two, three]).toEqual([13n, 17n, 21n]);
  });

  it('refuses thresholds that can not be met, no shares, and two shares at one place', () => {
    const secret = scalar(1n);
    for (const threshold of [0, 3, 1.5, -1])
      expect(() => shareScalar(secret, threshold, 2, counting())).toThrow(RangeError);
    const share = { place: 1, share: secret };
    expect(() => interpolate([])).toThrow(RangeError);
    expect(() => interpolate([share, share])).toThrow(RangeError);
  });
});

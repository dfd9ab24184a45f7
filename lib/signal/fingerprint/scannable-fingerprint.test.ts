import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeHex, encodeHex } from '../../bytes/index.ts';
import { encodeFields } from '../wire/protobuf.ts';
import {
  compareScannableFingerprints,
  encodeScannableFingerprint,
  type ScannableFingerprint,
} from './scannable-fingerprint.ts';
import vectors from './vectors/numeric-fingerprints.json' with { type: 'json' };

const ALICE = new Uint8Array(32).fill(0xa1);
const BOB = new Uint8Array(32).fill(0xb0);
const MALLORY = new Uint8Array(32).fill(0xee);
const OURS = encodeScannableFingerprint(2, ALICE, BOB);

function side(hash: Uint8Array): Uint8Array {
  return encodeFields([[1, hash]]);
}

function scan(...fields: readonly (readonly [number, number | Uint8Array])[]): string {
  return compareScannableFingerprints(OURS, encodeFields(fields));
}

describe('a scannable fingerprint', () => {
  it('is version and two nested hashes, byte for byte', () => {
    expect(encodeHex(OURS)).toBe(`080212220a20${'a1'.repeat(32)}1a220a20${'b0'.repeat(32)}`);
  });

  it('matches where each side shows what the other expects', () => {
    expect(compareScannableFingerprints(OURS, encodeScannableFingerprint(2, BOB, ALICE))).toBe('match');
    for (const { scannable, remoteScannable } of vectors.cases) {
      const ours = decodeHex(scannable) as ScannableFingerprint;
      expect(compareScannableFingerprints(ours, decodeHex(remoteScannable)!)).toBe('match');
      expect(compareScannableFingerprints(ours, ours)).toBe('mismatch');
    }
  });

  it('does not match where either half differs', () => {
    expect(compareScannableFingerprints(OURS, encodeScannableFingerprint(2, MALLORY, ALICE))).toBe('mismatch');
    expect(compareScannableFingerprints(OURS, encodeScannableFingerprint(2, BOB, MALLORY))).toBe('mismatch');
    expect(compareScannableFingerprints(OURS, encodeScannableFingerprint(2, ALICE, BOB))).toBe('mismatch');
  });

  it('says so where the versions differ, older or newer, whatever the hashes', () => {
    for (const version of [0, 1, 3, 0xffffffff]) {
      expect(compareScannableFingerprints(OURS, encodeScannableFingerprint(version, BOB, ALICE))).toBe(
        'version-mismatch',
      );
      expect(compareScannableFingerprints(OURS, encodeScannableFingerprint(version, MALLORY, ALICE))).toBe(
        'version-mismatch',
      );
    }
  });

  it('calls everything else malformed', () => {
    expect(scan([1, 2], [2, side(BOB)], [3, side(ALICE)])).toBe('match');
    expect(scan()).toBe('malformed');
    expect(scan([2, side(BOB)], [3, side(ALICE)])).toBe('malformed');
    expect(scan([1, 2], [3, side(ALICE)])).toBe('malformed');
    expect(scan([1, 2], [2, side(BOB)])).toBe('malformed');
    expect(scan([1, 2], [2, side(BOB)], [3, side(ALICE)], [4, 0])).toBe('malformed');
    expect(scan([1, 2], [2, new Uint8Array()], [3, side(ALICE)])).toBe('malformed');
    expect(scan([1, 2], [2, side(BOB)], [3, encodeFields([[2, ALICE]])])).toBe('malformed');
    expect(scan([1, 2], [2, side(BOB)], [3, concatBytes(side(ALICE), Uint8Array.of(0x10, 1))])).toBe('malformed');
    for (const length of [0, 31, 33]) {
      expect(scan([1, 2], [2, side(new Uint8Array(length))], [3, side(ALICE)])).toBe('malformed');
      expect(scan([1, 2], [2, side(BOB)], [3, side(new Uint8Array(length))])).toBe('malformed');
    }
  });

  it('throws where our own side is no fingerprint, which is a mistake of the caller', () => {
    expect(() => compareScannableFingerprints(new Uint8Array(3) as ScannableFingerprint, OURS)).toThrow(RangeError);
  });

  it('takes any bytes that a camera can give', () => {
    const good = encodeScannableFingerprint(2, BOB, ALICE);
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, mask]) => good.with(at, good[at]! ^ mask));
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        expect(['mismatch', 'version-mismatch', 'malformed']).toContain(compareScannableFingerprints(OURS, bytes));
      }),
      { numRuns: 500 },
    );
  });
});

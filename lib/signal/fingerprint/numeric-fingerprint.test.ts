import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex, encodeUtf8 } from '../../bytes/index.ts';
import { cryptoReady, type X25519PublicKey } from '../../crypto/index.ts';
import { parsePublicKey } from '../keys.ts';
import { createNumericFingerprint, type FingerprintSide, type FingerprintVersion } from './numeric-fingerprint.ts';
import vectors from './vectors/numeric-fingerprints.json' with { type: 'json' };

beforeAll(cryptoReady);

function sideOf(side: { identityKey: string; stableId: string }): FingerprintSide {
  return { identityKey: parsePublicKey(decodeHex(side.identityKey)!), stableId: decodeHex(side.stableId)! };
}

const ALICE: FingerprintSide = {
  identityKey: new Uint8Array(32).fill(0xa1) as X25519PublicKey,
  stableId: encodeUtf8('a'),
};
const BOB: FingerprintSide = {
  identityKey: new Uint8Array(32).fill(0xb0) as X25519PublicKey,
  stableId: encodeUtf8('b'),
};

/** One side's hash by Node's own SHA-512. */
function hashOf(side: FingerprintSide, iterations: number): Buffer {
  const key = Buffer.concat([Uint8Array.of(5), side.identityKey]);
  let hash = createHash('sha512').update(Uint8Array.of(0, 0)).update(key).update(side.stableId).update(key).digest();
  for (let i = 1; i < iterations; i++) hash = createHash('sha512').update(hash).update(key).digest();
  return hash.subarray(0, 32);
}

function digitsOf(hash: Buffer): string {
  return [0, 5, 10, 15, 20, 25].map((at) => String(hash.readUIntBE(at, 5) % 100000).padStart(5, '0')).join('');
}

describe('a numeric fingerprint', () => {
  it("is that of Signal's library, on both sides", () => {
    for (const { version, iterations, local, remote, displayable, scannable, remoteScannable } of vectors.cases) {
      const input = { version: version as FingerprintVersion, iterations };
      const ours = createNumericFingerprint({ ...input, local: sideOf(local), remote: sideOf(remote) });
      expect(ours.displayable).toBe(displayable);
      expect(encodeHex(ours.scannable)).toBe(scannable);
      const theirs = createNumericFingerprint({ ...input, local: sideOf(remote), remote: sideOf(local) });
      expect(theirs.displayable).toBe(displayable);
      expect(encodeHex(theirs.scannable)).toBe(remoteScannable);
    }
  });

  it('takes 5200 rounds where nothing else is said', () => {
    const [first] = vectors.cases;
    expect(first!.iterations).toBe(5200);
    const made = createNumericFingerprint({ version: 1, local: sideOf(first!.local), remote: sideOf(first!.remote) });
    expect(made.displayable).toBe(first!.displayable);
  });

  it('shows 6 groups of 5 digits a side, the smaller half first, with leading zeros', () => {
    const seen = { zero: false, swapped: false, straight: false };
    for (let i = 0; i < 20; i++) {
      const local = { ...ALICE, stableId: Uint8Array.of(i) };
      const { displayable } = createNumericFingerprint({ version: 2, iterations: 2, local, remote: BOB });
      const [ours, theirs] = [digitsOf(hashOf(local, 2)), digitsOf(hashOf(BOB, 2))];
      const swapped = ours > theirs;
      expect(displayable).toBe(swapped ? theirs + ours : ours + theirs);
      expect(displayable).toMatch(/^\d{60}$/);
      seen[swapped ? 'swapped' : 'straight'] = true;
      for (let group = 0; group < 60; group += 5) if (displayable[group] === '0') seen.zero = true;
    }
    expect(seen).toEqual({ zero: true, swapped: true, straight: true });
  });

  it('shows the same half twice where both sides are one', () => {
    const { displayable } = createNumericFingerprint({ version: 2, iterations: 2, local: ALICE, remote: ALICE });
    expect(displayable).toBe(digitsOf(hashOf(ALICE, 2)).repeat(2));
  });

  it('takes 2 rounds or more, and versions 1 and 2', () => {
    const make = (version: number, iterations: number) => () =>
      createNumericFingerprint({ version: version as FingerprintVersion, iterations, local: ALICE, remote: BOB });
    for (const iterations of [0, 1, -1, 2.5, Number.NaN]) expect(make(1, iterations)).toThrow(RangeError);
    for (const version of [0, 3, 1.5]) expect(make(version, 2)).toThrow(RangeError);
    for (const version of [1, 2]) expect(encodeHex(make(version, 2)().scannable).slice(0, 4)).toBe(`080${version}`);
    expect(make(1, 3)().displayable).toBe([digitsOf(hashOf(ALICE, 3)), digitsOf(hashOf(BOB, 3))].sort().join(''));
  });
});

import * as signal from '@signalapp/libsignal-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, encodeUtf8 } from '../../lib/bytes/index.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';
import {
  compareScannableFingerprints,
  createNumericFingerprint,
  type FingerprintComparison,
  type FingerprintSide,
  type FingerprintVersion,
  generateKeyPair,
  type NumericFingerprint,
  serializePublicKey,
} from '../../lib/signal/index.ts';
import { SeededRandom, seedOfRun, systemRandom } from '../support/signal/random.ts';

type Buffer8 = Uint8Array<ArrayBuffer>;
const PAIRS = process.env.SLOW === '1' ? 5000 : 300;
/** One pair in so many takes the full 5200 rounds; the others fewer, to see more pairs in the time. */
const FULL_EVERY = 10;
const FULL_ITERATIONS = 5200;

beforeAll(cryptoReady);

interface Both {
  readonly ours: NumericFingerprint;
  readonly theirs: signal.Fingerprint;
}

function make(version: FingerprintVersion, iterations: number, local: FingerprintSide, remote: FingerprintSide): Both {
  const key = (side: FingerprintSide) =>
    signal.PublicKey.deserialize(serializePublicKey(side.identityKey) as Uint8Array as Buffer8);
  const id = (side: FingerprintSide) => side.stableId as Buffer8;
  // The default is tested by leaving it out.
  const ours = createNumericFingerprint(
    iterations === FULL_ITERATIONS ? { version, local, remote } : { version, iterations, local, remote },
  );
  const theirs = signal.Fingerprint.new(iterations, version, id(local), key(local), id(remote), key(remote));
  return { ours, theirs };
}

/** What the library says of the same two codes, in our words. */
function compareByTheirs(ours: Uint8Array, scanned: Uint8Array): FingerprintComparison {
  const read = (bytes: Uint8Array) => signal.ScannableFingerprint._fromBuffer(bytes as Buffer8);
  try {
    return read(ours).compare(read(scanned)) ? 'match' : 'mismatch';
  } catch (error) {
    if (!(error instanceof signal.LibSignalErrorBase)) throw error;
    return error.message.includes('version') ? 'version-mismatch' : 'malformed';
  }
}

describe("fingerprints and those of Signal's library", () => {
  it(`are equal for ${PAIRS} random pairs, of phone numbers and of account ids`, () => {
    const seed = seedOfRun();
    const random = new SeededRandom(seed);
    const person = (version: FingerprintVersion): FingerprintSide => ({
      identityKey: generateKeyPair(systemRandom).publicKey,
      stableId: version === 1 ? encodeUtf8(`+1555${1_000_000 + random.below(9_000_000)}`) : random.bytes(16),
    });
    console.log(`fingerprints: SEED=${seed}, ${PAIRS} pairs`);
    for (let i = 0; i < PAIRS; i++) {
      const version = i % 2 === 0 ? 1 : 2;
      const iterations = i % FULL_EVERY < 2 ? FULL_ITERATIONS : 2 + random.below(200);
      const [alice, bob, mallory] = [person(version), person(version), person(version)];
      const atAlice = make(version, iterations, alice, bob);
      const atBob = make(version, iterations, bob, alice);
      const atFooled = make(version, iterations, bob, mallory);
      const label = `SEED=${seed}, pair ${i}`;
      for (const { ours, theirs } of [atAlice, atBob, atFooled]) {
        expect(ours.displayable, label).toBe(theirs.displayableFingerprint().toString());
        expect(encodeHex(ours.scannable), label).toBe(encodeHex(theirs.scannableFingerprint().toBuffer()));
      }
      expect(atAlice.ours.displayable, label).toBe(atBob.ours.displayable);
      const verdicts = [atBob, atFooled, atAlice].map(({ theirs }) => {
        const scanned = theirs.scannableFingerprint().toBuffer();
        const verdict = compareScannableFingerprints(atAlice.ours.scannable, scanned);
        expect(verdict, label).toBe(compareByTheirs(atAlice.ours.scannable, scanned));
        return verdict;
      });
      expect(verdicts, label).toEqual(['match', 'mismatch', 'mismatch']);
    }
  });

  it('are compared alike across versions, and refused alike when they are none', () => {
    const side = (id: string): FingerprintSide => ({
      identityKey: generateKeyPair(systemRandom).publicKey,
      stableId: encodeUtf8(id),
    });
    const [alice, bob] = [side('alice'), side('bob')];
    const { scannable } = make(1, 2, alice, bob).ours;
    const other = make(2, 2, bob, alice).ours.scannable;
    expect(compareScannableFingerprints(scannable, other)).toBe('version-mismatch');
    expect(compareByTheirs(scannable, other)).toBe('version-mismatch');
    for (const scanned of [Uint8Array.of(0xff), Uint8Array.of(8, 1), other.slice(0, 20)]) {
      expect(compareScannableFingerprints(scannable, scanned)).toBe('malformed');
      expect(compareByTheirs(scannable, scanned)).toBe('malformed');
    }
  });
});

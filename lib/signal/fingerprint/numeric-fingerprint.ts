/**
 * Owns the safety number: what two people compare to learn that nobody sits between them, as 60 digits to read aloud and
 * as bytes to scan.
 * Does not own comparing scanned bytes (scannable-fingerprint.ts), nor how either is shown.
 * Invariants: both sides see the same digits; the digits depend on both identity keys and both names.
 * Source: Signal's numeric fingerprints, versions 1 and 2; byte-compatible.
 */
import { concatBytes } from '../../bytes/index.ts';
import { sha512 } from '../../crypto/index.ts';
import { type IdentityKey, serializePublicKey } from '../keys.ts';
import { encodeScannableFingerprint, FINGERPRINT_LENGTH, type ScannableFingerprint } from './scannable-fingerprint.ts';

/** What the stable ids are: 1 phone numbers, 2 account ids. The digits do not depend on it; the scannable form does. */
export type FingerprintVersion = 1 | 2;

/** Hash rounds: makes the search for a key whose digits look alike 5200 times dearer. */
const ITERATIONS = 5200;
/** The fewest that Signal's library takes. */
const MIN_ITERATIONS = 2;
/** The version of the hash itself, in front of everything that is hashed: two bytes of 0. */
const HASH_VERSION = Uint8Array.of(0, 0);
/** One side's half: 6 groups of 5 digits, each from 5 bytes. */
const GROUPS = 6;
const GROUP_BYTES = 5;
const GROUP_DIGITS = 5;
const GROUP_MODULUS = 10 ** GROUP_DIGITS;

/** One side of the comparison. */
export interface FingerprintSide {
  readonly identityKey: IdentityKey;
  /** The name that does not change, as bytes: a phone number in UTF-8 (version 1), an account's UUID (version 2). */
  readonly stableId: Uint8Array;
}

/** What to make a safety number of. */
export interface FingerprintInput {
  readonly version: FingerprintVersion;
  readonly local: FingerprintSide;
  readonly remote: FingerprintSide;
  /** Hash rounds, at least 2: 5200 where not given, and both sides need the same. */
  readonly iterations?: number;
}

/** A safety number in its two forms. */
export interface NumericFingerprint {
  /** 60 digits, without spaces. The same on both sides. */
  readonly displayable: string;
  /** What this side shows to the other's camera. */
  readonly scannable: ScannableFingerprint;
}

/** The safety number of two sides; about 10 ms. Throws RangeError for another version or too few rounds. */
export function createNumericFingerprint(input: FingerprintInput): NumericFingerprint {
  const { version, local, remote, iterations = ITERATIONS } = input;
  if (version !== 1 && version !== 2) throw new RangeError('fingerprint versions are 1 and 2');
  if (!Number.isInteger(iterations) || iterations < MIN_ITERATIONS) throw new RangeError('too few iterations');
  const localHash = hashSide(local, iterations);
  const remoteHash = hashSide(remote, iterations);
  return {
    // The halves stand in the order of their digits, or the two sides would show different numbers.
    displayable: [digitsOf(localHash), digitsOf(remoteHash)].sort().join(''),
    scannable: encodeScannableFingerprint(version, localHash, remoteHash),
  };
}

/** The first 32 bytes of the iterated SHA-512 of one side. */
function hashSide(side: FingerprintSide, iterations: number): Uint8Array {
  const key = serializePublicKey(side.identityKey);
  let hash = sha512(concatBytes(HASH_VERSION, key, side.stableId, key));
  const round = concatBytes(hash, key);
  for (let i = 1; i < iterations; i++) {
    round.set(hash);
    hash = sha512(round);
  }
  return hash.subarray(0, FINGERPRINT_LENGTH);
}

/** 30 digits: of each 5 bytes, as a big-endian number, the last 5 decimal digits. */
function digitsOf(hash: Uint8Array): string {
  let digits = '';
  for (let group = 0; group < GROUPS; group++) {
    let value = 0;
    for (const byte of hash.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES)) value = value * 256 + byte;
    digits += String(value % GROUP_MODULUS).padStart(GROUP_DIGITS, '0');
  }
  return digits;
}

/**
 * Owns the bytes that one side shows and the other scans, and what the comparison says:
 * protobuf {1 version, 2 {1 hash of the side that shows}, 3 {1 hash of the other}}, hashes of 32 bytes.
 * Does not own the hashes: see numeric-fingerprint.ts.
 */
import { type Bytes, equalBytes } from '../../bytes/index.ts';
import { attempt } from '../../failure/index.ts';
import { refusal } from '../failure.ts';
import { decodeFields, encodeFields, type FieldTable, requiredBytes, requiredNumber } from '../wire/protobuf.ts';

/** Bytes of each side's hash in a fingerprint. */
export const FINGERPRINT_LENGTH = 32;
const FIELDS: FieldTable = { 1: 'uint32', 2: 'bytes', 3: 'bytes' };
const SIDE_FIELDS: FieldTable = { 1: 'bytes' };

/** What one side shows as a code to scan. */
export type ScannableFingerprint = Bytes<'ScannableFingerprint'>;

/**
 * - match: both sides hold the same keys and names.
 * - mismatch: they do not: someone sits between them, or one of them has changed keys.
 * - version-mismatch: the sides make fingerprints in different ways; says nothing about the keys.
 * - malformed: what was scanned is no fingerprint.
 */
export type FingerprintComparison = 'match' | 'mismatch' | 'version-mismatch' | 'malformed';

/** The bytes for a code. The hashes are 32 bytes each. */
export function encodeScannableFingerprint(
  version: number,
  localHash: Uint8Array,
  remoteHash: Uint8Array,
): ScannableFingerprint {
  const side = (hash: Uint8Array): Uint8Array => encodeFields([[1, hash]]);
  return encodeFields([
    [1, version],
    [2, side(localHash)],
    [3, side(remoteHash)],
  ]) as ScannableFingerprint;
}

/**
 * Compares what our side shows with what we scanned from the other's, which may be any bytes.
 * Throws RangeError where `ours` is no fingerprint: a programmer's mistake.
 */
export function compareScannableFingerprints(ours: ScannableFingerprint, scanned: Uint8Array): FingerprintComparison {
  const own = attempt(() => parse(ours));
  if (!own.ok) throw new RangeError('our own side is no fingerprint');
  const other = attempt(() => parse(scanned));
  if (!other.ok) return 'malformed';
  if (own.value.version !== other.value.version) return 'version-mismatch';
  // What is local to them is remote to us. Both are compared, whatever the first says.
  const theirsMatches = equalBytes(own.value.remote, other.value.local);
  const oursMatches = equalBytes(own.value.local, other.value.remote);
  return theirsMatches && oursMatches ? 'match' : 'mismatch';
}

interface Sides {
  readonly version: number;
  readonly local: Uint8Array;
  readonly remote: Uint8Array;
}

function parse(bytes: Uint8Array): Sides {
  const values = decodeFields(bytes, FIELDS);
  return {
    version: requiredNumber(values, 1),
    local: parseSide(requiredBytes(values, 2)),
    remote: parseSide(requiredBytes(values, 3)),
  };
}

function parseSide(bytes: Uint8Array): Uint8Array {
  const hash = requiredBytes(decodeFields(bytes, SIDE_FIELDS), 1);
  if (hash.length !== FINGERPRINT_LENGTH) throw refusal('InvalidMessage');
  return hash;
}

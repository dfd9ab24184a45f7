export {
  createNumericFingerprint,
  type FingerprintInput,
  type FingerprintSide,
  type FingerprintVersion,
  type NumericFingerprint,
} from './numeric-fingerprint.ts';
export {
  compareScannableFingerprints,
  type FingerprintComparison,
  type ScannableFingerprint,
} from './scannable-fingerprint.ts';

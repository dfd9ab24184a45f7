/** Owns the numbers of docs/vault-protocol.md that both sides must hold to. */

/** The version that `/v1/info` names. */
export const PROTOCOL_VERSION = 1;
/** Most bytes of a JSON body, either way: five times the largest that the protocol can make. */
export const MOST_BODY_BYTES = 16 * 1024;
/** Most bytes of a blob. */
export const MOST_SEGMENT_BYTES = 1024 * 1024;
/** What a bucket holds unless its host says otherwise. */
export const DEFAULT_QUOTA_BYTES = 64 * 1024 * 1024;
/** Most bytes of a sealed part as JSON: sixteen vaults need about 1300. */
export const MOST_RECORD_BYTES = 4096;
/** Most vaults that share one secret. */
export const MOST_VAULTS = 16;
/** The tries of a record unless its owner chose fewer, and the most that any vault may allow. */
export const DEFAULT_TRIES = 10;
export const MOST_TRIES = 10;
/** How long a pending record or generation waits for its `finish`, in milliseconds. */
export const PENDING_FOR = 10 * 60_000;
/** How long a challenge of work holds, in milliseconds. */
export const WORK_FOR = 10 * 60_000;
/** Zero bits that a vault may ask for: 2^16 hashes are half a second in a browser, 2^22 half a minute. */
export const LEAST_WORK_BITS = 16;
export const MOST_WORK_BITS = 22;
/** How far the time in a nonce of a blob request may be off, in milliseconds. */
export const MOST_CLOCK_SKEW = 5 * 60_000;
/** At zero the record is kept so long for the unlock of its last, right try, in milliseconds. */
export const LAST_UNLOCK_WITHIN = 60 * 60_000;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What follows the n-th charged try (the first is at 0) that no unlock followed, in milliseconds. */
export const TRY_DELAYS: readonly number[] = [
  0,
  0,
  0,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

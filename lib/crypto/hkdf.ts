/** Owns HKDF with SHA-256 (RFC 5869). */
import { encodeUtf8, wipe } from '../bytes/index.ts';
import { hmacSha256 } from './hmac.ts';

const HASH_LENGTH = 32;
/** The block counter is one byte (RFC 5869, section 2.3). */
const MOST_BLOCKS = 255;
/** "If not provided, it is set to a string of HashLen zeros" (section 2.2). */
const NO_SALT: Uint8Array = new Uint8Array(HASH_LENGTH);

/**
 * `length` bytes derived from `inputKey`. `info` is text (taken as UTF-8) or bytes.
 * Throws RangeError for a length that HKDF can't give (over 8160 bytes).
 */
export function hkdfSha256(
  inputKey: Uint8Array,
  info: string | Uint8Array,
  length: number,
  salt: Uint8Array = NO_SALT,
): Uint8Array {
  const blocks = Math.ceil(length / HASH_LENGTH);
  if (blocks > MOST_BLOCKS) throw new RangeError('HKDF gives at most 8160 bytes');
  const infoBytes = typeof info === 'string' ? encodeUtf8(info) : info;
  const pseudoRandomKey = hmacSha256(salt, inputKey);
  const output = new Uint8Array(length);
  // One buffer for T(i-1) | info | i; the first round has no T(i-1) and begins behind its place.
  const round = new Uint8Array(HASH_LENGTH + infoBytes.length + 1);
  round.set(infoBytes, HASH_LENGTH);
  for (let block = 1; block <= blocks; block++) {
    round[round.length - 1] = block;
    const bytes = hmacSha256(pseudoRandomKey, block === 1 ? round.subarray(HASH_LENGTH) : round);
    const start = (block - 1) * HASH_LENGTH;
    output.set(bytes.subarray(0, length - start), start);
    round.set(bytes);
    wipe(bytes);
  }
  wipe(pseudoRandomKey, round);
  return output;
}

/**
 * Owns scalars derived by an HSM key: HMAC-SHA-512 of label, salt and context, and DeriveKeyPair of RFC 9497 (section
 * 3.2.1) over its first 32 bytes. Does not own what they are for: `split` and `hmac` name their own labels.
 */
import pkcs11js, { type Handle } from 'pkcs11js';
import { ByteWriter, encodeUtf8, wipe } from '../../../lib/bytes/index.ts';
import { deriveScalar } from '../local-key.ts';
import { findOne } from './objects.ts';
import type { Token } from './token.ts';

/** Of each user's own, so that a key made anew for the same context is another key. */
export const SALT_LENGTH = 32;
const HMAC_LENGTH = 64;
/** The length of a seed of DeriveKeyPair. */
const SEED_LENGTH = 32;

/** The key that derives. */
export function seedKey(token: Token, name: string): Handle {
  return findOne(token, name, 'seed', pkcs11js.CKO_SECRET_KEY);
}

/** Runs `use` with the derived scalar, which is wiped after it. */
export function deriveWithSeed<Result>(
  token: Token,
  seed: Handle,
  salt: Uint8Array,
  context: Uint8Array,
  label: string,
  use: (scalar: Uint8Array) => Result,
): Result {
  const message = new ByteWriter(192).prefixed(encodeUtf8(label)).prefixed(salt).prefixed(context).finish();
  const code = token.sign(pkcs11js.CKM_SHA512_HMAC, seed, message, HMAC_LENGTH);
  const scalar = deriveScalar(code.subarray(0, SEED_LENGTH), label);
  try {
    return use(scalar);
  } finally {
    wipe(code, scalar);
  }
}

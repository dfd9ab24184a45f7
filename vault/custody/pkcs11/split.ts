/**
 * Owns mode `split`: a user's key is k·h, with one key k of the HSM for all users and a factor h of that user's own, which
 * an HSM key derives anew at each call. For devices without wrapping and without room (YubiHSM 2).
 *
 * h is never stored: keys that differ by known factors would let a thief of the database use an account of his own as an
 * oracle for others. Who harvested factors on the live host keeps that oracle: then k is replaced and all enrol again.
 */
import { randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { concatBytes, equalBytes } from '../../../lib/bytes/index.ts';
import { multiply } from '../evaluation.ts';
import { custodyFailure } from '../failure.ts';
import { type LocalKey, localKey } from '../local-key.ts';
import { encodePoint } from '../points.ts';
import { findOne, readPoint } from './objects.ts';
import { deriveWithSeed, SALT_LENGTH, seedKey } from './seed.ts';
import type { Token } from './token.ts';
import type { ModeSettings, UserKeys } from './user-keys.ts';

/** Of the HSM key's public point, so that a user's key of before it was replaced is known as such. */
const MARK_LENGTH = 8;

/** Payload: a salt (32 bytes) and a mark of the HSM key (8). */
export function splitKeys(token: Token, settings: ModeSettings): UserKeys {
  const seed = seedKey(token, settings.name);
  const resident = findOne(token, settings.name, 'oprf', pkcs11js.CKO_PRIVATE_KEY);
  const residentPoint = readPoint(token, findOne(token, settings.name, 'oprf', pkcs11js.CKO_PUBLIC_KEY));
  const mark = encodePoint(residentPoint).subarray(1, 1 + MARK_LENGTH);

  function withFactor<Result>(salt: Uint8Array, context: Uint8Array, use: (factor: LocalKey) => Result): Result {
    return deriveWithSeed(token, seed, salt, context, 'Sotto split v1', (scalar) => use(localKey(scalar)));
  }

  return {
    create(context) {
      const salt = randomBytes(SALT_LENGTH);
      const publicKey = withFactor(salt, context, (factor) => factor.multiply(residentPoint));
      return { payload: concatBytes(salt, mark), publicKey };
    },
    evaluate({ payload, context }, element) {
      if (!equalBytes(payload.subarray(SALT_LENGTH), mark)) throw custodyFailure('KeyBlobInvalid');
      const salt = payload.subarray(0, SALT_LENGTH);
      // The factor first: the HSM sees hB, and its answer is checked against its own public key.
      const scaled = withFactor(salt, context, (factor) => factor.multiply(element));
      return multiply((point) => token.ecdh(resident, point), scaled, residentPoint);
    },
    destroy() {},
  };
}

/**
 * Owns mode `split`: a user's key is k·h, with one key k of the HSM for all users and a factor h of that user's own, which
 * an HSM key derives anew at each call. For devices without wrapping and without room (YubiHSM 2).
 *
 * h is never stored: keys that differ by known factors would let a thief of the database use an account of his own as an
 * oracle for others. Who harvested factors on the live host keeps that oracle: then k is replaced and all enrol again.
 */
import { randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { multiply } from '../evaluation.ts';
import { type LocalKey, localKey } from '../local-key.ts';
import { findOne, readPoint } from './objects.ts';
import { deriveWithSeed, SALT_LENGTH, seedKey } from './seed.ts';
import type { Token } from './token.ts';
import type { ModeSettings, UserKeys } from './user-keys.ts';

/** Payload: a salt (32 bytes). */
export function splitKeys(token: Token, settings: ModeSettings): UserKeys {
  const seed = seedKey(token, settings.name);
  const resident = findOne(token, settings.name, 'oprf', pkcs11js.CKO_PRIVATE_KEY);
  const residentPoint = readPoint(token, findOne(token, settings.name, 'oprf', pkcs11js.CKO_PUBLIC_KEY));

  function withFactor<Result>(salt: Uint8Array, context: Uint8Array, use: (factor: LocalKey) => Result): Result {
    return deriveWithSeed(token, seed, salt, context, 'Sotto split v1', (scalar) => use(localKey(scalar)));
  }

  return {
    create(context) {
      const payload = Uint8Array.from(randomBytes(SALT_LENGTH));
      return { payload, publicKey: withFactor(payload, context, (factor) => factor.multiply(residentPoint)) };
    },
    evaluate({ payload, context }, element) {
      // The factor first: the HSM sees hB, and its answer is checked against its own public key.
      const scaled = withFactor(payload, context, (factor) => factor.multiply(element));
      return multiply((point) => token.ecdh(resident, point), scaled, residentPoint);
    },
    destroy() {},
  };
}

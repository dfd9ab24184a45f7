/**
 * Owns mode `hmac`: a user's key is derived by an HSM key and used in this process's memory for the time of one call. For
 * devices without raw ECDH (AWS CloudHSM). The weakest mode with an HSM: who reads this memory has that user's key.
 */
import { randomBytes } from 'node:crypto';
import { custodyFailure } from '../failure.ts';
import { type LocalKey, localKey } from '../local-key.ts';
import { deriveWithSeed, SALT_LENGTH, seedKey } from './seed.ts';
import type { Token } from './token.ts';
import type { ModeSettings, UserKeys } from './user-keys.ts';

/** Payload: a salt (32 bytes). */
export function hmacKeys(token: Token, settings: ModeSettings): UserKeys {
  const seed = seedKey(token, settings.name);

  function withUserKey<Result>(salt: Uint8Array, context: Uint8Array, use: (key: LocalKey) => Result): Result {
    return deriveWithSeed(token, seed, salt, context, 'Sotto hmac v1', (scalar) => use(localKey(scalar)));
  }

  return {
    create(context) {
      const payload = Uint8Array.from(randomBytes(SALT_LENGTH));
      return { payload, publicKey: withUserKey(payload, context, (key) => key.publicKey) };
    },
    evaluate({ payload, publicKey, context }, element) {
      return withUserKey(payload, context, (key) => {
        // The tag was right: another public key means that the HSM's key is not the one of then.
        if (key.publicKey.x !== publicKey.x || key.publicKey.y !== publicKey.y) throw custodyFailure('KeyBlobInvalid');
        return key.multiply(element);
      });
    },
    destroy() {},
  };
}

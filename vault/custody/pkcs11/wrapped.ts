/**
 * Owns mode `wrapped`: each user's key is made in the HSM, leaves it under a wrapping key (AES-KWP) and comes back as a
 * session object for the time of one evaluation. Capacity is the database's.
 * Whether who is logged in can read a key that comes back is the wrapping key's affair: its CKA_UNWRAP_TEMPLATE is set at
 * the ceremony and looked at by the self-test.
 */
import pkcs11js, { type Attribute, type Handle } from 'pkcs11js';
import { multiply } from '../evaluation.ts';
import { custodyFailure } from '../failure.ts';
import { findOne, readPoint } from './objects.ts';
import { failureOf, isLoss } from './refusals.ts';
import { ofSession, type Token, unwrapped } from './token.ts';
import { type ModeSettings, type UserKeys, withKey } from './user-keys.ts';

/** The wrapping key of a vault. */
export function wrappingKey(token: Token, name: string): Handle {
  return findOne(token, name, 'wrapping', pkcs11js.CKO_SECRET_KEY);
}

/**
 * What a user's key is between its making and its wrapping. Where the security officer marked the wrapping key as trusted,
 * nobody who is logged in can wrap it under another one in between.
 */
export function freshTemplate(token: Token, wrapping: Handle): Attribute[] {
  const isTrusted = token.flag(wrapping, pkcs11js.CKA_TRUSTED);
  return [
    ofSession,
    { type: pkcs11js.CKA_EXTRACTABLE, value: true },
    ...(isTrusted ? [{ type: pkcs11js.CKA_WRAP_WITH_TRUSTED, value: true }] : []),
  ];
}

/** Payload: the wrapped key (80 bytes on SoftHSM). */
export function wrappedKeys(token: Token, { name, wrapMechanism }: ModeSettings): UserKeys {
  const wrapping = wrappingKey(token, name);
  const fresh = freshTemplate(token, wrapping);
  return {
    create() {
      const pair = token.generatePair(fresh);
      return withKey(token, pair.publicKey, () =>
        withKey(token, pair.privateKey, () => ({
          payload: token.wrap(wrapMechanism, wrapping, pair.privateKey),
          publicKey: readPoint(token, pair.publicKey),
        })),
      );
    },
    evaluate({ payload, publicKey }, element, preparation) {
      const key = unwrap(payload);
      return withKey(token, key, () => multiply((point) => token.ecdh(key, point), element, publicKey, preparation));
    },
    destroy() {},
  };

  function unwrap(payload: Uint8Array) {
    try {
      return token.unwrap(wrapMechanism, wrapping, payload, unwrapped);
    } catch (error) {
      if (isLoss(error) || failureOf(error).code === 'MechanismMissing') throw error;
      // The tag was right, so this is a key of before the wrapping key was replaced.
      throw custodyFailure('KeyBlobInvalid', error);
    }
  }
}

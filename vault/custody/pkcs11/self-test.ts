/**
 * Owns finding out, at the start, what the device can do and what it keeps from who is logged in to it. It tries what an
 * intruder on the host would try, on keys of its own making, and takes back what succeeded.
 * Does not own what follows from the grade: the vault runs all the same, and says so in /v1/info.
 *
 * An attempt that the device answers with any refusal has failed; one that can't be made (no known AES key may be
 * brought in, say) too. Nothing here reads a nested template: pkcs11js aborts the process on one.
 */
import pkcs11js, { type Attribute, type Handle } from 'pkcs11js';
import type { CustodyGrade } from '../custody.ts';
import { custodyFailure } from '../failure.ts';
import { findOne } from './objects.ts';
import { isLoss, returnValue } from './refusals.ts';
import { isPrivate, ofSession, type Token, unwrapped } from './token.ts';
import type { ModeSettings } from './user-keys.ts';
import { withKey } from './user-keys.ts';
import { freshTemplate, wrappingKey } from './wrapped.ts';

/** What the self-test found: the grade, and what an intruder who is logged in could do. */
export interface SelfTest {
  readonly grade: Exclude<CustodyGrade, 'software'>;
  /** Names of the attempts that succeeded; empty at grade `enforced`. */
  readonly weaknesses: readonly string[];
}

type Attempts = Record<string, () => void>;

const needed: Record<ModeSettings['mode'], readonly number[]> = {
  wrapped: [pkcs11js.CKM_EC_KEY_PAIR_GEN, pkcs11js.CKM_ECDH1_DERIVE],
  resident: [pkcs11js.CKM_EC_KEY_PAIR_GEN, pkcs11js.CKM_ECDH1_DERIVE],
  split: [pkcs11js.CKM_ECDH1_DERIVE, pkcs11js.CKM_SHA512_HMAC],
  hmac: [pkcs11js.CKM_SHA512_HMAC],
};

/** Throws MechanismMissing, with its number as the cause, where the device does not name what the mode needs. */
export function requireMechanisms(token: Token, { mode, wrapMechanism }: ModeSettings): void {
  const wrap = mode === 'wrapped' ? [wrapMechanism] : [];
  for (const mechanism of [pkcs11js.CKM_ECDSA, pkcs11js.CKM_SHA256_HMAC, ...needed[mode], ...wrap]) {
    if (!token.has(mechanism)) throw custodyFailure('MechanismMissing', `0x${mechanism.toString(16)}`);
  }
}

/** Tries the device. Leaves no object behind. */
export function selfTest(token: Token, settings: ModeSettings): SelfTest {
  // Whoever is logged in to such a device asks it for any user's key.
  if (settings.mode === 'hmac')
    return { grade: 'unenforced', weaknesses: ['user keys are derived outside the device'] };
  const weaknesses =
    settings.mode === 'wrapped' ? wrappedWeaknesses(token, settings) : residentWeaknesses(token, settings);
  return { grade: weaknesses.length === 0 ? 'enforced' : 'unenforced', weaknesses };
}

function wrappedWeaknesses(token: Token, { name, wrapMechanism }: ModeSettings): string[] {
  const wrapping = wrappingKey(token, name);
  const pair = token.generatePair(freshTemplate(token, wrapping));
  const wrapped = withKey(token, pair.publicKey, () =>
    withKey(token, pair.privateKey, () => token.wrap(wrapMechanism, wrapping, pair.privateKey)),
  );
  const unwrapAs = (...changes: Attribute[]) => {
    const kept = unwrapped.filter(({ type }) => changes.every((change) => change.type !== type));
    token.destroy(token.unwrap(wrapMechanism, wrapping, wrapped, [...kept, ...changes]));
  };
  const attempts: Attempts = {
    'a user key comes back readable': () => unwrapAs({ type: pkcs11js.CKA_SENSITIVE, value: false }),
    'a user key comes back extractable': () => unwrapAs({ type: pkcs11js.CKA_EXTRACTABLE, value: true }),
    // With it, one block operation at a time undoes the wrapping.
    'the wrapping key may decrypt': () => requireFlag(token, wrapping, pkcs11js.CKA_DECRYPT),
    'the wrapping key can be made to decrypt': () => raiseFlag(token, wrapping, pkcs11js.CKA_DECRYPT),
    'a copy of the wrapping key can be made to decrypt': () => copyAs(token, wrapping, pkcs11js.CKA_DECRYPT, true),
    'a modifiable copy of the wrapping key can be made': () => copyAs(token, wrapping, pkcs11js.CKA_MODIFIABLE, true),
    ...secretAttempts(token, 'the wrapping key', wrapping, wrapMechanism),
  };
  const key = token.unwrap(wrapMechanism, wrapping, wrapped, unwrapped);
  return withKey(token, key, () =>
    succeeded({
      ...attempts,
      'a user key can be wrapped again': () => token.wrap(wrapMechanism, wrapping, key),
      ...secretAttempts(token, 'a user key', key, wrapMechanism),
    }),
  );
}

function residentWeaknesses(token: Token, { mode, name, wrapMechanism }: ModeSettings): string[] {
  if (mode === 'split') {
    const key = findOne(token, name, 'oprf', pkcs11js.CKO_PRIVATE_KEY);
    return succeeded(secretAttempts(token, 'the OPRF key', key, wrapMechanism));
  }
  // As a session object: what is asked is the same, and no flash is worn.
  const pair = token.generatePair([ofSession, { type: pkcs11js.CKA_EXTRACTABLE, value: false }]);
  return withKey(token, pair.publicKey, () =>
    withKey(token, pair.privateKey, () =>
      succeeded(secretAttempts(token, 'a user key', pair.privateKey, wrapMechanism)),
    ),
  );
}

/** The ways to the value of a key that must not be had. */
function secretAttempts(token: Token, what: string, key: Handle, wrapMechanism: number): Attempts {
  return {
    [`${what} can be read`]: () => void token.read(key, pkcs11js.CKA_VALUE),
    [`${what} can be made readable`]: () => lowerFlag(token, key, pkcs11js.CKA_SENSITIVE),
    [`${what} can be made extractable`]: () => raiseFlag(token, key, pkcs11js.CKA_EXTRACTABLE),
    [`a readable copy of ${what} can be made`]: () => copyAs(token, key, pkcs11js.CKA_SENSITIVE, false),
    [`an extractable copy of ${what} can be made`]: () => copyAs(token, key, pkcs11js.CKA_EXTRACTABLE, true),
    [`${what} can be wrapped under a known key`]: () => wrapUnderKnownKey(token, key, wrapMechanism),
  };
}

function wrapUnderKnownKey(token: Token, key: Handle, wrapMechanism: number): void {
  const known = token.create([
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_AES },
    ofSession,
    isPrivate,
    { type: pkcs11js.CKA_WRAP, value: true },
    { type: pkcs11js.CKA_VALUE, value: Buffer.alloc(32, 0x5a) },
  ]);
  withKey(token, known, () => token.wrap(wrapMechanism, known, key));
}

function copyAs(token: Token, key: Handle, type: number, value: boolean): void {
  const copy = token.copy(key, [ofSession, { type, value }]);
  // Some devices copy and pass over what they do not allow.
  withKey(token, copy, () => requireFlag(token, copy, type, value));
}

function raiseFlag(token: Token, key: Handle, type: number): void {
  token.setFlag(key, type, true);
  token.setFlag(key, type, false);
}

function lowerFlag(token: Token, key: Handle, type: number): void {
  token.setFlag(key, type, false);
  token.setFlag(key, type, true);
}

function requireFlag(token: Token, key: Handle, type: number, value = true): void {
  if (token.flag(key, type) !== value) throw new Refused();
}

/** An attempt that the device did not refuse in words. */
class Refused extends Error {}

function succeeded(attempts: Attempts): string[] {
  return Object.entries(attempts)
    .filter(([, attempt]) => {
      try {
        attempt();
        return true;
      } catch (error) {
        if (error instanceof Refused) return false;
        if (returnValue(error) === undefined || isGone(error)) throw error;
        return false;
      }
    })
    .map(([name]) => name);
}

/** The general codes are refusals here: devices answer strange templates with them. */
function isGone(error: unknown): boolean {
  const vague: (number | undefined)[] = [pkcs11js.CKR_GENERAL_ERROR, pkcs11js.CKR_FUNCTION_FAILED];
  return isLoss(error) && !vague.includes(returnValue(error));
}

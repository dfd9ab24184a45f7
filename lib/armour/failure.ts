/** Owns the closed union of what can go wrong with armour, and how the room refuses. */
import { Failure, type Outcome, type Retry } from '../failure/index.ts';

/**
 * - NotArmour: the text does not open with one of our sentinels: it is somebody's ordinary text.
 * - Truncated: it opens with a sentinel and a part of it is missing: cut off, folded, or still to come.
 * - Altered: whole to look at, but not the text that was made: the site changed, added or removed something in it.
 * - UnknownVersion: intact, and made by a newer version of Sotto.
 * - Malformed: intact, and nothing that any version of Sotto makes.
 * - TooLong: the bytes do not fit the site, even in the most chunks that a message may have.
 * - InvalidState: stored bytes of an assembly that this room did not write, or wrote in another version.
 */
export type ArmourFailureCode =
  | 'NotArmour'
  | 'Truncated'
  | 'Altered'
  | 'UnknownVersion'
  | 'Malformed'
  | 'TooLong'
  | 'InvalidState';

/** `later` where the rest may still appear by itself, `user` where a person must update, shorten or ask again. */
const RETRY: Record<ArmourFailureCode, Retry> = {
  NotArmour: 'never',
  Truncated: 'later',
  Altered: 'user',
  UnknownVersion: 'user',
  Malformed: 'never',
  TooLong: 'user',
  InvalidState: 'never',
};

/** Makes the failure. Nothing of the input goes into it. */
export function refusal(code: ArmourFailureCode): Failure<ArmourFailureCode> {
  return new Failure(code, RETRY[code]);
}

/** The failure as a value. */
export function refuse(code: ArmourFailureCode): Outcome<never, ArmourFailureCode> {
  return { ok: false, failure: refusal(code) };
}

/** Owns the closed union of what can go wrong in the Signal protocol, and how the room refuses. */
import { Failure, type Retry } from '../failure/index.ts';

/**
 * - InvalidMessage: malformed, not canonical, or its authentication fails.
 * - DuplicateMessage: its key was used already: a replay, or a second delivery.
 * - MessageGapTooBig: further ahead than the local limit allows to catch up with.
 * - UnknownVersion: made by a newer protocol version. LegacyVersion: by one that is no longer safe.
 * - InvalidKey: a public key that no honest peer makes, or one of another type.
 * - InvalidSignature: a prekey or a group message that its owner did not sign.
 * - SessionNotFound: no session, or none that can send. SessionStale: unanswered for so long that it must not send.
 * - PreKeyNotFound: the message names a prekey that is not (or no longer) ours.
 * - ReusedBaseKey: a first message that was seen before, for a last-resort prekey.
 * - PreKeyExhausted: a last-resort prekey has opened as many sessions as can be remembered; a new one must be made.
 * - UntrustedIdentity: the peer's identity key is not the one that the person accepted.
 * - SenderKeyNotFound: no distribution message for this sender key has come; in sending, no key of ours that can send.
 * - InvalidState: stored bytes that this room did not write, or wrote in another version.
 */
export type SignalFailureCode =
  | 'InvalidMessage'
  | 'DuplicateMessage'
  | 'MessageGapTooBig'
  | 'UnknownVersion'
  | 'LegacyVersion'
  | 'InvalidKey'
  | 'InvalidSignature'
  | 'SessionNotFound'
  | 'SessionStale'
  | 'PreKeyNotFound'
  | 'ReusedBaseKey'
  | 'PreKeyExhausted'
  | 'UntrustedIdentity'
  | 'SenderKeyNotFound'
  | 'InvalidState';

/** A failure of this room; `later` where a message that is still under way mends it, `user` where a person must act. */
const RETRY: Partial<Record<SignalFailureCode, Retry>> = {
  PreKeyExhausted: 'user',
  SenderKeyNotFound: 'later',
  SessionNotFound: 'user',
  SessionStale: 'user',
  UnknownVersion: 'user',
  UntrustedIdentity: 'user',
};

/** Makes the failure to throw. Nothing of the input goes into it. */
export function refusal(code: SignalFailureCode): Failure<SignalFailureCode> {
  return new Failure(code, RETRY[code] ?? 'never');
}

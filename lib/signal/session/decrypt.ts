/**
 * Owns receiving from a peer in an open session: which of its sessions a message belongs to.
 * Source: the Sesame specification, section 3.4, as Signal's library does it: the current session first, then the archived
 * ones from the newest; the one that opens the message becomes current.
 */
import type { RandomSource } from '../../crypto/index.ts';
import { attempt, Failure, type Outcome } from '../../failure/index.ts';
import { refusal, type SignalFailureCode } from '../failure.ts';
import type { IdentityKey } from '../keys.ts';
import { WORK_BEFORE_AUTHENTICATION } from '../limits.ts';
import { parseSignalMessage, type SignalMessage } from '../wire/signal-message.ts';
import { WorkAllowance } from '../work-allowance.ts';
import { requireTrusted } from './identity-trust.ts';
import { type ReceiveContext, receiveInState } from './receive.ts';
import {
  decodeSessionRecord,
  encodeSessionRecord,
  type SessionRecord,
  type Sessions,
  succeedWith,
} from './session-record.ts';
import { decodeSessionState, encodeSessionState, type SessionStateBytes } from './session-state-codec.ts';

/** What a receiver brings. */
export interface DecryptInput {
  readonly record: SessionRecord | undefined;
  /** The serialized SignalMessage, untrusted. */
  readonly message: Uint8Array;
  /** The peer's identity key as the person accepted it; undefined trusts the session's. */
  readonly trustedIdentity?: IdentityKey | undefined;
  /** 36 bytes of service addresses, sender's first, where both sides have such. */
  readonly addresses?: Uint8Array | undefined;
  readonly random: RandomSource;
}

/**
 * The plaintext, and the record after it: to be saved together with what the plaintext becomes.
 * Failures: SessionNotFound, DuplicateMessage, MessageGapTooBig, InvalidMessage, InvalidKey, UntrustedIdentity,
 * LegacyVersion, UnknownVersion; InvalidState for a broken record. Nothing has changed then.
 */
export function decryptMessage(
  input: DecryptInput,
): Outcome<{ record: SessionRecord; plaintext: Uint8Array }, SignalFailureCode> {
  return attempt(() => {
    const sessions = decodeSessionRecord(input.record);
    const message = parseSignalMessage(input.message);
    const context = contextOf(input);
    const opened = openInSomeSession(sessions, message, context, input.trustedIdentity);
    return { record: encodeSessionRecord(opened.sessions), plaintext: opened.plaintext };
  });
}

/** The context of one message: its own account of work. */
export function contextOf(input: Pick<DecryptInput, 'addresses' | 'random'>): ReceiveContext {
  return { addresses: input.addresses, random: input.random, work: new WorkAllowance(WORK_BEFORE_AUTHENTICATION) };
}

/** Opens `message` in the session that `bytes` hold. Throws as `receiveInState`; UntrustedIdentity. */
export function openInSession(
  bytes: SessionStateBytes,
  message: SignalMessage,
  context: ReceiveContext,
  trustedIdentity: IdentityKey | undefined,
): { state: SessionStateBytes; plaintext: Uint8Array } {
  const state = decodeSessionState(bytes);
  const plaintext = receiveInState(state, message, context);
  // Only a session that opened the message says who sent it.
  requireTrusted(state.remoteIdentity, trustedIdentity);
  return { state: encodeSessionState(state), plaintext };
}

function openInSomeSession(
  sessions: Sessions,
  message: SignalMessage,
  context: ReceiveContext,
  trustedIdentity: IdentityKey | undefined,
): { sessions: Sessions; plaintext: Uint8Array } {
  const candidates = sessions.current ? [sessions.current, ...sessions.archived] : sessions.archived;
  if (candidates.length === 0) throw refusal('SessionNotFound');
  let failure: unknown;
  for (const candidate of candidates) {
    try {
      const { state, plaintext } = openInSession(candidate, message, context, trustedIdentity);
      if (candidate === sessions.current) return { sessions: { ...sessions, current: state }, plaintext };
      const others = sessions.archived.filter((session) => session !== candidate);
      return { sessions: succeedWith(state, sessions, others), plaintext };
    } catch (error) {
      if (endsSearch(error)) throw error;
      // What the current session said is what a person is told: the archived ones were only asked in case.
      failure ??= error;
    }
  }
  throw failure;
}

/** Whether `error` is final: a duplicate, a peer that is not trusted, or a defect. */
function endsSearch(error: unknown): boolean {
  if (!(error instanceof Failure)) return true;
  return error.code === 'DuplicateMessage' || error.code === 'UntrustedIdentity' || error.code === 'InvalidState';
}

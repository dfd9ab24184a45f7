/**
 * Owns receiving from a peer in an open session: which of its sessions a message belongs to.
 * Source: the Sesame specification, section 3.4, as Signal's library does it: the current session first, then the archived
 * ones from the newest; the one that opens the message becomes current.
 */
import type { RandomSource } from '../../crypto/index.ts';
import { attempt, Failure, type Outcome } from '../../failure/index.ts';
import { refusal, type SignalFailureCode } from '../failure.ts';
import type { IdentityKey } from '../keys.ts';
import { SESSION_BYTES_IN_A_UNIT, WORK_BEFORE_AUTHENTICATION, WORK_OF_SESSION } from '../limits.ts';
import { parseSignalMessage, type SignalMessage } from '../wire/signal-message.ts';
import { WorkAllowance } from '../work-allowance.ts';
import { requireTrusted } from './identity-trust.ts';
import { type ReceiveContext, receiveInState } from './receive.ts';
import {
  archiveSessions,
  decodeSessionRecord,
  encodeSessionRecord,
  type SessionRecord,
  type Sessions,
} from './session-record.ts';
import { type SessionState, wipeSessionState } from './session-state.ts';
import { decodeSessionState, type SessionStateBytes } from './session-state-codec.ts';

/** What a receiver brings. */
export interface DecryptInput {
  readonly record: SessionRecord | undefined;
  /** The serialized SignalMessage, untrusted. */
  readonly message: Uint8Array;
  /**
   * The peer's identity key as the person accepted it. Undefined trusts whoever the message is from, in a first message
   * too: only for a peer that nothing is known of yet.
   */
  readonly trustedIdentity: IdentityKey | undefined;
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
    const { session, state, plaintext } = openInSomeSession(sessions, message, input);
    const archived = session === sessions[0] ? sessions.slice(1) : archiveSessions(sessions, session);
    return { record: encodeSessionRecord(state, archived, session.length), plaintext };
  });
}

/** The context of one message: its own account of work. */
export function contextOf(input: Pick<DecryptInput, 'addresses' | 'random'>): ReceiveContext {
  return { addresses: input.addresses, random: input.random, work: new WorkAllowance(WORK_BEFORE_AUTHENTICATION) };
}

interface Opened {
  readonly session: SessionStateBytes;
  readonly state: SessionState;
  readonly plaintext: Uint8Array;
}

/** The first session that opens `message`. Throws what the current one said where none does. */
function openInSomeSession(sessions: Sessions, message: SignalMessage, input: DecryptInput): Opened {
  const context = contextOf(input);
  // The archived sessions are only asked in case: a person is told what the current one said.
  let failure: unknown;
  for (const session of sessions) {
    try {
      context.work.spend(WORK_OF_SESSION + Math.ceil(session.length / SESSION_BYTES_IN_A_UNIT));
      return { session, ...openInSession(decodeSessionState(session), message, context, input.trustedIdentity) };
    } catch (error) {
      if (endsSearch(error)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? refusal('SessionNotFound');
}

/** Opens `message` in `state`, which is wiped where that fails. Throws as `receiveInState`; UntrustedIdentity. */
export function openInSession(
  state: SessionState,
  message: SignalMessage,
  context: ReceiveContext,
  trustedIdentity: IdentityKey | undefined,
): { state: SessionState; plaintext: Uint8Array } {
  try {
    const plaintext = receiveInState(state, message, context);
    // Only a session that opened the message says who sent it.
    requireTrusted(state.remoteIdentity, trustedIdentity);
    return { state, plaintext };
  } catch (error) {
    wipeSessionState(state);
    throw error;
  }
}

/** Whether `error` is final: a duplicate, a peer that is not trusted, or a defect. */
function endsSearch(error: unknown): boolean {
  if (!(error instanceof Failure)) return true;
  return error.code === 'DuplicateMessage' || error.code === 'UntrustedIdentity' || error.code === 'InvalidState';
}

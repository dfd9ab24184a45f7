/**
 * Owns receiving a first message: it opens a session by our prekeys, or belongs to one that it opened before.
 * Source: the PQXDH specification, section 3.4; matching by base key as in Signal's library.
 */
import { equalBytes, SecretBytes } from '../../bytes/index.ts';
import { isPrimeOrderX25519Key } from '../../crypto/index.ts';
import { attempt, type Outcome } from '../../failure/index.ts';
import { refusal, type SignalFailureCode } from '../failure.ts';
import type { IdentityKeyPair, KeyPair } from '../keys.ts';
import { agreeAsResponder } from '../pqxdh/agreement.ts';
import type { KemPreKey, OneTimePreKey, SignedPreKey } from '../pqxdh/pre-keys.ts';
import { startSpqr } from '../spqr/index.ts';
import { type PreKeySignalMessage, parsePreKeySignalMessage } from '../wire/pre-key-signal-message.ts';
import { parseSignalMessage } from '../wire/signal-message.ts';
import { type BaseKeyMemory, rememberBaseKey } from './base-key-memory.ts';
import { contextOf, type DecryptInput, openInSession } from './decrypt.ts';
import { requireTrusted } from './identity-trust.ts';
import {
  archiveSessions,
  decodeSessionRecord,
  encodeSessionRecord,
  type SessionRecord,
  type Sessions,
} from './session-record.ts';
import type { SessionState } from './session-state.ts';
import { decodeSessionState, isSessionOf } from './session-state-codec.ts';

/** Looks prekeys up by id; undefined where there is none (any more). Must not change anything. */
export interface PreKeyLookup {
  oneTimePreKey(id: number): Pick<OneTimePreKey, 'keyPair'> | undefined;
  signedPreKey(id: number): Pick<SignedPreKey, 'keyPair'> | undefined;
  kemPreKey(id: number): (Pick<KemPreKey, 'keyPair'> & { readonly lastResort: boolean }) | undefined;
}

/** What a responder brings. */
export interface DecryptPreKeyInput extends DecryptInput {
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly preKeys: PreKeyLookup;
  readonly baseKeyMemory: BaseKeyMemory | undefined;
}

/** Prekeys that a first message used up: to be deleted in the transaction that saves the record. */
export interface SpentPreKeys {
  readonly oneTimePreKeyId: number | undefined;
  /** Undefined for a last-resort prekey, which stays. */
  readonly kemPreKeyId: number | undefined;
}

/** What a first message changes. All of it is saved together, or none. */
export interface PreKeyReceipt {
  readonly record: SessionRecord;
  readonly plaintext: Uint8Array;
  readonly identityKey: PreKeySignalMessage['identityKey'];
  /** Undefined where the message belongs to a session that is open already. */
  readonly spent: SpentPreKeys | undefined;
  readonly baseKeyMemory: BaseKeyMemory | undefined;
}

/**
 * The plaintext of a PreKeySignalMessage, and everything it changes.
 * Failures: PreKeyNotFound, ReusedBaseKey, PreKeyExhausted, UntrustedIdentity, InvalidKey, InvalidMessage,
 * DuplicateMessage, MessageGapTooBig, LegacyVersion, UnknownVersion; InvalidState for broken stored bytes. Nothing has
 * changed then.
 */
export function decryptPreKeyMessage(input: DecryptPreKeyInput): Outcome<PreKeyReceipt, SignalFailureCode> {
  return attempt(() => {
    const sessions = decodeSessionRecord(input.record);
    const first = parsePreKeySignalMessage(input.message);
    const message = parseSignalMessage(first.message);
    requireTrusted(first.identityKey, input.trustedIdentity);
    const { state, archived, ...used } = findSession(sessions, first) ?? openAsResponder(sessions, first, input);
    const { plaintext } = openInSession(state, message, contextOf(input), input.trustedIdentity);
    const record = encodeSessionRecord(state, archived);
    return { record, plaintext, identityKey: first.identityKey, baseKeyMemory: input.baseKeyMemory, ...used };
  });
}

/** The one session that a first message is tried on, and what else changes when that succeeds. */
interface Candidate {
  readonly state: SessionState;
  readonly archived: Sessions;
  readonly spent: SpentPreKeys | undefined;
  readonly baseKeyMemory?: BaseKeyMemory;
}

/** The session that an earlier copy of this first message opened. */
function findSession(sessions: Sessions, first: PreKeySignalMessage): Candidate | undefined {
  const session = sessions.find((candidate) => isSessionOf(candidate, first.baseKey));
  if (session === undefined) return undefined;
  const state = decodeSessionState(session);
  // The MAC binds the session's identities, not those that stand beside it.
  if (!equalBytes(first.identityKey, state.remoteIdentity)) throw refusal('InvalidMessage');
  const archived = session === sessions[0] ? sessions.slice(1) : archiveSessions(sessions, session);
  return { state, archived, spent: undefined };
}

/** Opens a new session by our prekeys. */
function openAsResponder(sessions: Sessions, first: PreKeySignalMessage, input: DecryptPreKeyInput): Candidate {
  const { keys, lastResort } = lookUpPreKeys(first, input);
  if (!isPrimeOrderX25519Key(first.baseKey)) throw refusal('InvalidKey');
  const memory = lastResort ? { baseKeyMemory: rememberBaseKey(input.baseKeyMemory, first) } : {};
  const agreed = agreeAsResponder(keys, first.identityKey, first.baseKey, first.kemCiphertext);
  const spqr = startSpqr('B2A', agreed.authKey);
  agreed.authKey.wipe();
  const state: SessionState = {
    baseKey: first.baseKey,
    localIdentity: input.identity.publicKey,
    remoteIdentity: first.identityKey,
    localRegistrationId: input.registrationId,
    rootKey: agreed.rootKey,
    previousCounter: 0,
    // Our first ratchet key is the signed prekey; the first message turns the ratchet at once. The pair is copied, since
    // the turn wipes what it replaces, and the prekey is still the store's.
    sendingChain: { ratchetKeyPair: copyKeyPair(keys.signedPreKey), chainKey: agreed.chainKey, index: 0 },
    receivingChains: [],
    pending: undefined,
    spqr,
  };
  return {
    state,
    archived: archiveSessions(sessions),
    spent: { oneTimePreKeyId: first.preKeyId, kemPreKeyId: lastResort ? undefined : first.kemPreKeyId },
    ...memory,
  };
}

function copyKeyPair({ publicKey, privateKey }: KeyPair): KeyPair {
  return { publicKey, privateKey: SecretBytes.of(privateKey.reveal().slice()) };
}

function lookUpPreKeys(first: PreKeySignalMessage, { identity, preKeys }: DecryptPreKeyInput) {
  const signedPreKey = preKeys.signedPreKey(first.signedPreKeyId);
  const kemPreKey = preKeys.kemPreKey(first.kemPreKeyId);
  const oneTimePreKey = first.preKeyId === undefined ? undefined : preKeys.oneTimePreKey(first.preKeyId);
  const missing = first.preKeyId !== undefined && oneTimePreKey === undefined;
  if (signedPreKey === undefined || kemPreKey === undefined || missing) throw refusal('PreKeyNotFound');
  return {
    keys: {
      identity,
      signedPreKey: signedPreKey.keyPair,
      oneTimePreKey: oneTimePreKey?.keyPair,
      kemPrivateKey: kemPreKey.keyPair.privateKey,
    },
    lastResort: kemPreKey.lastResort,
  };
}

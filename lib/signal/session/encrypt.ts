/** Owns sending in a session: the Triple Ratchet's RatchetEncrypt. */
import { encryptAesCbc, type RandomSource } from '../../crypto/index.ts';
import { attempt, type Outcome } from '../../failure/index.ts';
import { refusal, type SignalFailureCode } from '../failure.ts';
import type { IdentityKey } from '../keys.ts';
import { MAX_UNACKNOWLEDGED_AGE_MS } from '../limits.ts';
import { deriveMessageKeys, wipeMessageKeys } from '../ratchet/message-keys.ts';
import { nextSendingSeed } from '../ratchet/sending-chain.ts';
import { sendSpqr } from '../spqr/index.ts';
import { encodePreKeySignalMessage, type PreKeySignalMessageBytes } from '../wire/pre-key-signal-message.ts';
import { encodeSignalMessage, type SignalMessageBytes } from '../wire/signal-message.ts';
import { requireTrusted } from './identity-trust.ts';
import { decodeSessionRecord, encodeSessionRecord, type SessionRecord } from './session-record.ts';
import { type SessionState, sendingMac } from './session-state.ts';
import { decodeSessionState } from './session-state-codec.ts';

/** A message, by what the receiver must do with it. */
export type CiphertextMessage =
  | { readonly type: 'preKey'; readonly bytes: PreKeySignalMessageBytes }
  | { readonly type: 'signal'; readonly bytes: SignalMessageBytes };

/** What a sender brings. */
export interface EncryptInput {
  readonly record: SessionRecord | undefined;
  readonly plaintext: Uint8Array;
  /** The peer's identity key as the person accepted it; undefined trusts the session's. */
  readonly trustedIdentity: IdentityKey | undefined;
  /** 36 bytes of service addresses to bind a first message to, where both sides have such. */
  readonly addresses?: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly random: RandomSource;
}

/**
 * A message in the current session, and the record after it. The record must be saved before the message leaves: the same
 * keys must never be used twice.
 * Failures: SessionNotFound, SessionStale, UntrustedIdentity; InvalidState for a broken record. Nothing has changed then.
 */
export function encryptMessage(
  input: EncryptInput,
): Outcome<{ record: SessionRecord; message: CiphertextMessage }, SignalFailureCode> {
  return attempt(() => {
    const [current, ...archived] = decodeSessionRecord(input.record);
    if (current === undefined) throw refusal('SessionNotFound');
    const state = decodeSessionState(current);
    requireTrusted(state.remoteIdentity, input.trustedIdentity);
    requireAcknowledged(state, input.nowMs);
    const message = encryptInState(state, input);
    return { record: encodeSessionRecord(state, archived, current.length), message };
  });
}

function requireAcknowledged(state: SessionState, nowMs: number): void {
  if (state.pending && nowMs - state.pending.createdAtMs > MAX_UNACKNOWLEDGED_AGE_MS) throw refusal('SessionStale');
}

function encryptInState(state: SessionState, input: EncryptInput): CiphertextMessage {
  const { seed, counter } = nextSendingSeed(state.sendingChain);
  const postQuantum = sendSpqr(state.spqr, input.random);
  const keys = deriveMessageKeys(seed, postQuantum.key);
  const header = {
    ratchetKey: state.sendingChain.ratchetKeyPair.publicKey,
    counter,
    previousCounter: state.previousCounter,
    ciphertext: encryptAesCbc(keys.cipherKey.reveal(), keys.iv.reveal(), input.plaintext),
    pqRatchet: postQuantum.message,
    // Signal's library binds addresses only while the receiver may not know the sender yet.
    addresses: state.pending ? input.addresses : undefined,
  };
  const message = encodeSignalMessage(header, sendingMac(state, keys.macKey.reveal()));
  wipeMessageKeys(keys);
  if (state.pending === undefined) return { type: 'signal', bytes: message };
  const { preKeyId, signedPreKeyId, kemPreKeyId, kemCiphertext } = state.pending;
  const bytes = encodePreKeySignalMessage({
    registrationId: state.localRegistrationId,
    preKeyId,
    signedPreKeyId,
    kemPreKeyId,
    kemCiphertext,
    baseKey: state.baseKey,
    identityKey: state.localIdentity,
    message,
  });
  return { type: 'preKey', bytes };
}

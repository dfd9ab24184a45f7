/** Owns the beginning of a session by the side that holds the other's prekey bundle (PQXDH specification, section 3.3). */
import type { RandomSource } from '../../crypto/index.ts';
import { attempt, type Outcome } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { generateKeyPair, type IdentityKey, type IdentityKeyPair } from '../keys.ts';
import { agreeAsInitiator } from '../pqxdh/agreement.ts';
import { type PreKeyBundle, verifyPreKeyBundle } from '../pqxdh/pre-key-bundle.ts';
import { stepRootKey } from '../ratchet/message-keys.ts';
import { SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import { startSpqr } from '../spqr/index.ts';
import { requireTrusted } from './identity-trust.ts';
import { archiveSessions, decodeSessionRecord, encodeSessionRecord, type SessionRecord } from './session-record.ts';
import type { SessionState } from './session-state.ts';

/** What an initiator brings. */
export interface InitiateInput {
  /** The record with this peer so far; undefined where there is none. */
  readonly record: SessionRecord | undefined;
  readonly identity: IdentityKeyPair;
  readonly registrationId: number;
  readonly bundle: PreKeyBundle;
  /** The peer's identity key as the person accepted it; undefined trusts the one in the bundle. */
  readonly trustedIdentity: IdentityKey | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly random: RandomSource;
}

/**
 * A record whose current session is a new one with the owner of the bundle; the one before is archived.
 * Failures: UntrustedIdentity, InvalidKey, InvalidSignature; InvalidState for a broken record. Nothing has changed then.
 */
export function initiateSession(input: InitiateInput): Outcome<{ record: SessionRecord }, SignalFailureCode> {
  return attempt(() => {
    const sessions = decodeSessionRecord(input.record);
    requireTrusted(input.bundle.identityKey, input.trustedIdentity);
    verifyPreKeyBundle(input.bundle);
    return { record: encodeSessionRecord(openAsInitiator(input), archiveSessions(sessions)) };
  });
}

function openAsInitiator(input: InitiateInput): SessionState {
  const { bundle, identity, random } = input;
  const baseKey = generateKeyPair(random);
  const { keys, kemCiphertext } = agreeAsInitiator(identity, baseKey, bundle, random);
  const ratchetKeyPair = generateKeyPair(random);
  // The responder's first ratchet key is its signed prekey.
  const theirs = bundle.signedPreKey.publicKey;
  const step = stepRootKey(keys.rootKey, ratchetKeyPair.privateKey, theirs);
  baseKey.privateKey.wipe();
  keys.rootKey.wipe();
  const spqr = startSpqr('A2B', keys.authKey);
  keys.authKey.wipe();
  return {
    baseKey: baseKey.publicKey,
    localIdentity: identity.publicKey,
    remoteIdentity: bundle.identityKey,
    localRegistrationId: input.registrationId,
    rootKey: step.rootKey,
    previousCounter: 0,
    sendingChain: { ratchetKeyPair, chainKey: step.chainKey, index: 0 },
    receivingChains: [{ ratchetKey: theirs, chainKey: keys.chainKey, index: 0, skipped: new SkippedSeeds() }],
    pending: {
      preKeyId: bundle.oneTimePreKey?.id,
      signedPreKeyId: bundle.signedPreKey.id,
      kemPreKeyId: bundle.kemPreKey.id,
      kemCiphertext,
      createdAtMs: input.nowMs,
    },
    spqr,
  };
}

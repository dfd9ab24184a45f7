/**
 * Owns encrypting a message once for a whole group, and decrypting what another member sent.
 * Does not own who is in the group, nor what binds a message to it: the ciphertext is bound to a sender key and nothing
 * else, so the caller looks the record up by sender and distribution id, and binds the rest inside the plaintext.
 * Invariants: a signature is checked before any work on the chain; a failed operation leaves no trace; an iteration
 * encrypts once, provided that the caller saves the new record before it lets the message go.
 */
import { equalBytes } from '../../bytes/index.ts';
import { decryptAesCbc, encryptAesCbc, type RandomSource, signXEdDsa, verifyXEdDsa } from '../../crypto/index.ts';
import { attempt, type Outcome } from '../../failure/index.ts';
import { refusal, type SignalFailureCode } from '../failure.ts';
import type { SenderKeyHeader } from '../wire/sender-key-header.ts';
import {
  encodeSenderKeyMessage,
  encodeSignedPart,
  parseSenderKeyMessage,
  type SenderKeyMessage,
  type SenderKeyMessageBytes,
} from '../wire/sender-key-message.ts';
import { withGroupMessageKeys } from './group-message-keys.ts';
import { changeRecord, type SenderKeyRecord, type SenderKeyRecordContents } from './sender-key-record.ts';
import { canAdvance, takeNextSeed, takeSeedAt } from './sender-key-state.ts';

/** Bytes of randomness that one signature takes. */
const SIGNATURE_RANDOM_LENGTH = 64;

/** What {@link encryptGroupMessage} gives. */
export interface EncryptedGroupMessage {
  readonly record: SenderKeyRecord;
  readonly message: SenderKeyMessageBytes;
}

/** What {@link decryptGroupMessage} gives. */
export interface DecryptedGroupMessage {
  readonly record: SenderKeyRecord;
  readonly plaintext: Uint8Array;
}

/**
 * Encrypts `plaintext` for everyone who has our sender key. `random` gives 64 bytes for the signature.
 * Fails with SenderKeyNotFound where there is no record, or none that can send: it holds another's key, or its chain is
 * used up. Fails with InvalidState. The caller saves the new record before the message leaves.
 */
export function encryptGroupMessage(
  record: SenderKeyRecord | undefined,
  plaintext: Uint8Array,
  random: RandomSource,
): Outcome<EncryptedGroupMessage, SignalFailureCode> {
  return attempt(() => {
    if (record === undefined) throw refusal('SenderKeyNotFound');
    const changed = changeRecord(record, (contents) => encrypt(contents, plaintext, random));
    return { record: changed.record, message: changed.result };
  });
}

function encrypt(
  contents: SenderKeyRecordContents,
  plaintext: Uint8Array,
  random: RandomSource,
): SenderKeyMessageBytes {
  const state = contents.states[0]!;
  const { chainId, iteration, signingPrivateKey } = state;
  if (signingPrivateKey === undefined || !canAdvance(state)) throw refusal('SenderKeyNotFound');
  const ciphertext = withGroupMessageKeys(takeNextSeed(state), ({ key, iv }) => encryptAesCbc(key, iv, plaintext));
  const signedPart = encodeSignedPart({ distributionId: contents.distributionId, chainId, iteration, ciphertext });
  return encodeSenderKeyMessage(signedPart, signXEdDsa(signingPrivateKey, signedPart, random(SIGNATURE_RANDOM_LENGTH)));
}

/**
 * Decrypts `message` with `record`, the one of its sender and distribution id (see {@link readGroupMessageHeader}).
 * Fails with InvalidMessage, UnknownVersion, LegacyVersion; SenderKeyNotFound where no distribution message brought its
 * key; InvalidSignature; DuplicateMessage (used before, or from before the key was given to us); MessageGapTooBig over
 * 2000 ahead; InvalidState.
 */
export function decryptGroupMessage(
  record: SenderKeyRecord | undefined,
  message: Uint8Array,
): Outcome<DecryptedGroupMessage, SignalFailureCode> {
  return attempt(() => {
    const parsed = parseSenderKeyMessage(message);
    if (record === undefined) throw refusal('SenderKeyNotFound');
    const changed = changeRecord(record, (contents) => decrypt(contents, parsed));
    return { record: changed.record, plaintext: changed.result };
  });
}

function decrypt(contents: SenderKeyRecordContents, message: SenderKeyMessage): Uint8Array {
  const state = contents.states.find((each) => each.chainId === message.chainId);
  const isOfRecord = equalBytes(contents.distributionId, message.distributionId);
  if (state === undefined || !isOfRecord) throw refusal('SenderKeyNotFound');
  if (!verifyXEdDsa(state.signingPublicKey, message.signedPart, message.signature)) throw refusal('InvalidSignature');
  const seed = takeSeedAt(state, message.iteration);
  const plaintext = withGroupMessageKeys(seed, ({ key, iv }) => decryptAesCbc(key, iv, message.ciphertext));
  if (plaintext === undefined) throw refusal('InvalidMessage');
  return plaintext;
}

/** Which record a group message is for, before any is looked up. Its signature is not checked yet. Fails as parsing does. */
export function readGroupMessageHeader(message: Uint8Array): Outcome<SenderKeyHeader, SignalFailureCode> {
  return attempt(() => {
    const { distributionId, chainId, iteration } = parseSenderKeyMessage(message);
    return { distributionId, chainId, iteration };
  });
}

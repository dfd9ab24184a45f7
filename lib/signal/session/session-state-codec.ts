/**
 * Owns the bytes of a session state. The base key stands first, so that a session is found by it without being decoded.
 * Numbers are big-endian; every count is bounded before anything is allocated.
 */
import { ByteReader, type ByteWriter, bytesOfLength, equalBytes, SecretBytes } from '../../bytes/index.ts';
import { KYBER1024_LENGTHS, X25519_KEY_LENGTH, type X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { KeyPair } from '../keys.ts';
import { MAX_RECEIVING_CHAINS, MAX_SKIPPED_KEYS } from '../limits.ts';
import type { ReceivingChain } from '../ratchet/receiving-chain.ts';
import { SKIPPED_ENTRY_LENGTH, SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import { decodeSpqr, encodeSpqr } from '../spqr/index.ts';
import type { PendingPreKey, SessionState } from './session-state.ts';

/** The bytes of one session: key material. */
export type SessionStateBytes = SecretBytes<'SessionState'>;

const KEY_LENGTH = 32;

/** Writes `state`, which is not changed. */
export function encodeSessionState(writer: ByteWriter, state: SessionState): void {
  writer
    .raw(state.baseKey)
    .raw(state.localIdentity)
    .raw(state.remoteIdentity)
    .uint32(state.localRegistrationId)
    .raw(state.rootKey.reveal())
    .uint32(state.previousCounter)
    .raw(state.sendingChain.ratchetKeyPair.publicKey)
    .raw(state.sendingChain.ratchetKeyPair.privateKey.reveal())
    .raw(state.sendingChain.chainKey.reveal())
    .uint32(state.sendingChain.index)
    .list(state.receivingChains, (chain) => encodeReceivingChain(writer, chain))
    .optional(state.pending, (pending) => encodePending(writer, pending));
  encodeSpqr(writer, state.spqr);
}

/** Whether `bytes` are of the session that `baseKey` began. */
export function isSessionOf(bytes: SessionStateBytes, baseKey: X25519PublicKey): boolean {
  return equalBytes(bytes.reveal().subarray(0, X25519_KEY_LENGTH), baseKey);
}

/** Decodes; throws InvalidState for bytes that `encodeSessionState` can't have made. */
export function decodeSessionState(bytes: SessionStateBytes): SessionState {
  const reader = new ByteReader(bytes.reveal(), () => refusal('InvalidState'));
  const state: SessionState = {
    baseKey: takePublicKey(reader),
    localIdentity: takePublicKey(reader),
    remoteIdentity: takePublicKey(reader),
    localRegistrationId: reader.uint32(),
    rootKey: takeSecret(reader),
    previousCounter: reader.uint32(),
    sendingChain: { ratchetKeyPair: takeKeyPair(reader), chainKey: takeSecret(reader), index: reader.uint32() },
    receivingChains: reader.list(MAX_RECEIVING_CHAINS, () => decodeReceivingChain(reader)),
    pending: reader.optional(() => decodePending(reader)),
    spqr: decodeSpqr(reader),
  };
  reader.end();
  return state;
}

function encodeReceivingChain(writer: ByteWriter, chain: ReceivingChain): void {
  writer
    .raw(chain.ratchetKey)
    .raw(chain.chainKey.reveal())
    .uint32(chain.index)
    .uint32(chain.skipped.count)
    .raw(chain.skipped.reveal());
}

function decodeReceivingChain(reader: ByteReader): ReceivingChain {
  return {
    ratchetKey: takePublicKey(reader),
    chainKey: takeSecret(reader),
    index: reader.uint32(),
    skipped: new SkippedSeeds(reader.take(reader.count(MAX_SKIPPED_KEYS) * SKIPPED_ENTRY_LENGTH)),
  };
}

function encodePending(writer: ByteWriter, pending: PendingPreKey): void {
  writer
    .optional(pending.preKeyId, (id) => writer.uint32(id))
    .uint32(pending.signedPreKeyId)
    .uint32(pending.kemPreKeyId)
    .raw(pending.kemCiphertext)
    .uint53(pending.createdAtMs);
}

function decodePending(reader: ByteReader): PendingPreKey {
  return {
    preKeyId: reader.optional(() => reader.uint32()),
    signedPreKeyId: reader.uint32(),
    kemPreKeyId: reader.uint32(),
    kemCiphertext: bytesOfLength(reader.take(KYBER1024_LENGTHS.ciphertext), KYBER1024_LENGTHS.ciphertext),
    createdAtMs: reader.uint53(),
  };
}

function takePublicKey(reader: ByteReader): X25519PublicKey {
  return bytesOfLength(reader.take(X25519_KEY_LENGTH), X25519_KEY_LENGTH);
}

function takeKeyPair(reader: ByteReader): KeyPair {
  return { publicKey: takePublicKey(reader), privateKey: takeSecret(reader) };
}

function takeSecret<Name extends string>(reader: ByteReader): SecretBytes<Name> {
  return SecretBytes.of(reader.take(KEY_LENGTH));
}

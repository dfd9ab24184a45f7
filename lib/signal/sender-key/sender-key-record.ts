/**
 * Owns the record of one sender in one group: up to 5 sender keys, the newest first, and its stored form.
 * Does not own where it is kept: the caller stores it under the sender's address and the distribution id.
 * Invariants: 1 to 5 states with distinct chain ids; a record is a value that nothing here changes; a stored form that
 * decodes is the one that encoding gives.
 */
import { ByteReader, ByteWriter, equalBytes, readUint32, SecretBytes } from '../../bytes/index.ts';
import { X25519_KEY_LENGTH, type X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import { MAX_SENDER_KEY_STATES, MAX_SKIPPED_KEYS } from '../limits.ts';
import { SKIPPED_ENTRY_LENGTH, SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import { CHAIN_KEY_LENGTH } from '../wire/sender-key-distribution-message.ts';
import { DISTRIBUTION_ID_LENGTH, type DistributionId, distributionId } from '../wire/sender-key-header.ts';
import { type SenderKeyState, wipeSenderKeyState } from './sender-key-state.ts';

/** The version of the stored form. */
const RECORD_VERSION = 1;

/** The stored form of a record: bytes to save in the same transaction as what came out of the operation. */
export type SenderKeyRecord = SecretBytes<'SenderKeyRecord'>;

/** A decoded record: a copy to work on. */
export interface SenderKeyRecordContents {
  readonly distributionId: DistributionId;
  /** Newest first. */
  states: readonly SenderKeyState[];
}

/**
 * Puts `added` first. A state of the same chain id and signing key stays as it is, since its chain may be ahead, and
 * `added` is dropped for it; one of the same chain id and another signing key is dropped. The oldest above 5 go. Those
 * that are dropped are not wiped: {@link readRecord} and the owner of `added` do that.
 */
export function addState(contents: SenderKeyRecordContents, added: SenderKeyState): void {
  const sameChain = contents.states.find((state) => state.chainId === added.chainId);
  const kept = sameChain !== undefined && isSignedBy(sameChain, added.signingPublicKey) ? sameChain : added;
  contents.states = [kept, ...contents.states.filter((state) => state !== sameChain)].slice(0, MAX_SENDER_KEY_STATES);
}

function isSignedBy(state: SenderKeyState, signingKey: X25519PublicKey): boolean {
  return equalBytes(state.signingPublicKey, signingKey);
}

/** The stored form of `contents`, which stay whole. */
export function encodeSenderKeyRecord(contents: SenderKeyRecordContents): SenderKeyRecord {
  const writer = new ByteWriter().uint8(RECORD_VERSION).raw(contents.distributionId);
  writer.list(contents.states, (state) => {
    writer.uint32(state.chainId).uint32(state.iteration).raw(state.chainKey.reveal()).raw(state.signingPublicKey);
    writer.optional(state.signingPrivateKey, (key) => writer.raw(key.reveal()));
    writer.uint32(state.skipped.count).raw(state.skipped.reveal());
  });
  return SecretBytes.of(writer.finish());
}

/** A copy of what `record` holds; throws InvalidState for bytes that {@link encodeSenderKeyRecord} did not give. */
export function decodeSenderKeyRecord(record: SenderKeyRecord): SenderKeyRecordContents {
  const reader = new ByteReader(record.reveal(), () => refusal('InvalidState'));
  if (reader.uint8() !== RECORD_VERSION) throw refusal('InvalidState');
  const contents = {
    distributionId: distributionId(reader.take(DISTRIBUTION_ID_LENGTH)),
    states: reader.list(MAX_SENDER_KEY_STATES, () => readState(reader)),
  };
  reader.end();
  const chainIds = new Set(contents.states.map((state) => state.chainId));
  if (chainIds.size === 0 || chainIds.size !== contents.states.length) throw refusal('InvalidState');
  return contents;
}

function readState(reader: ByteReader): SenderKeyState {
  const chainId = reader.uint32();
  const iteration = reader.uint32();
  return {
    chainId,
    iteration,
    chainKey: SecretBytes.of(reader.take(CHAIN_KEY_LENGTH)),
    signingPublicKey: reader.take(X25519_KEY_LENGTH) as X25519PublicKey,
    signingPrivateKey: reader.optional(() => SecretBytes.of(reader.take(X25519_KEY_LENGTH))),
    skipped: readSkippedSeeds(reader, iteration),
  };
}

/** The seeds of a chain that stands at `iteration`: from before it, each once, oldest first. */
function readSkippedSeeds(reader: ByteReader, iteration: number): SkippedSeeds {
  const entries = reader.take(reader.count(MAX_SKIPPED_KEYS) * SKIPPED_ENTRY_LENGTH);
  let last = -1;
  for (let at = 0; at < entries.length; at += SKIPPED_ENTRY_LENGTH) {
    const each = readUint32(entries, at);
    if (each <= last) throw refusal('InvalidState');
    last = each;
  }
  if (last >= iteration) throw refusal('InvalidState');
  return new SkippedSeeds(entries);
}

/** Lends `read` a decoded copy of `record` and wipes the copy; throws InvalidState and what `read` throws. */
export function readRecord<Result>(
  record: SenderKeyRecord,
  read: (contents: SenderKeyRecordContents) => Result,
): Result {
  const contents = decodeSenderKeyRecord(record);
  // Held here, since those that `read` drops must be wiped too.
  const { states } = contents;
  try {
    return read(contents);
  } finally {
    for (const state of states) wipeSenderKeyState(state);
  }
}

/**
 * Lends `change` a decoded copy of `record` to change, and gives the changed copy's stored form with what `change` gave.
 * `record` itself never changes. Throws InvalidState and what `change` throws.
 */
export function changeRecord<Result>(
  record: SenderKeyRecord,
  change: (contents: SenderKeyRecordContents) => Result,
): { readonly record: SenderKeyRecord; readonly result: Result } {
  return readRecord(record, (contents) => {
    const result = change(contents);
    return { record: encodeSenderKeyRecord(contents), result };
  });
}

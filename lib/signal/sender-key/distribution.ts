/**
 * Owns giving a sender key away and taking one in.
 * Does not own the way there: the caller sends a distribution message inside a session between two people, and hands in
 * only those that came so from the sender whose record it is.
 * Invariant: a record belongs to one distribution id for good.
 */
import { bytesOfLength, equalBytes, SecretBytes } from '../../bytes/index.ts';
import type { RandomSource } from '../../crypto/index.ts';
import { attempt, type Outcome } from '../../failure/index.ts';
import { refusal, type SignalFailureCode } from '../failure.ts';
import { generateKeyPair } from '../keys.ts';
import { SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import {
  CHAIN_KEY_LENGTH,
  encodeSenderKeyDistribution,
  parseSenderKeyDistribution,
  type SenderKeyDistributionBytes,
} from '../wire/sender-key-distribution-message.ts';
import type { DistributionId, SenderKeyHeader } from '../wire/sender-key-header.ts';
import {
  addState,
  encodeSenderKeyRecord,
  readRecord,
  type SenderKeyRecord,
  type SenderKeyRecordContents,
} from './sender-key-record.ts';
import { type SenderKeyState, wipeSenderKeyState } from './sender-key-state.ts';

/** What {@link createSenderKeyDistribution} gives. */
export interface CreatedDistribution {
  readonly record: SenderKeyRecord;
  readonly message: SenderKeyDistributionBytes;
}

/** What {@link processSenderKeyDistribution} gives. */
export interface ProcessedDistribution {
  readonly record: SenderKeyRecord;
  readonly distributionId: DistributionId;
}

/**
 * The message that lets a reader open all that we send from now on in the group `distributionId`.
 * Without a record of ours it makes a new sender key; with one it gives that key as it stands now, and the same record.
 * To rotate the key (someone left), call it without the old record and send the message to all who stay.
 * Fails with SenderKeyNotFound for a record that holds another's key, and InvalidState.
 * Throws RangeError for a record of another distribution id: a programmer's mistake.
 */
export function createSenderKeyDistribution(
  record: SenderKeyRecord | undefined,
  distributionId: DistributionId,
  random: RandomSource,
): Outcome<CreatedDistribution, SignalFailureCode> {
  return attempt(() => {
    if (record === undefined) return createSenderKey(distributionId, random);
    return readRecord(record, (contents) => {
      if (!equalBytes(contents.distributionId, distributionId)) throw new RangeError('record of another distribution');
      const state = contents.states[0]!;
      if (state.signingPrivateKey === undefined) throw refusal('SenderKeyNotFound');
      return { record, message: announce(distributionId, state) };
    });
  });
}

function createSenderKey(distributionId: DistributionId, random: RandomSource): CreatedDistribution {
  const signingKeyPair = generateKeyPair(random);
  const state: SenderKeyState = {
    chainId: drawChainId(random),
    iteration: 0,
    chainKey: SecretBytes.of(random(CHAIN_KEY_LENGTH), CHAIN_KEY_LENGTH),
    signingPublicKey: signingKeyPair.publicKey,
    signingPrivateKey: signingKeyPair.privateKey,
    skipped: new SkippedSeeds(),
  };
  const record = encodeSenderKeyRecord({ distributionId, states: [state] });
  const message = announce(distributionId, state);
  wipeSenderKeyState(state);
  return { record, message };
}

/** 31 bits, so that readers whose integers are signed (Java's) see no negative one. */
function drawChainId(random: RandomSource): number {
  const bytes = bytesOfLength(random(4), 4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 1;
}

function announce(distributionId: DistributionId, state: SenderKeyState): SenderKeyDistributionBytes {
  const { chainId, iteration, chainKey, signingPublicKey } = state;
  return encodeSenderKeyDistribution({ distributionId, chainId, iteration, chainKey, signingKey: signingPublicKey });
}

/**
 * Takes in a sender key that its owner gave us, as the newest of `record`, the one of this sender and distribution id
 * (see {@link readDistributionHeader}), or of a new record. A key that we hold already stays as it is.
 * Fails with InvalidMessage (also for a distribution id that is not the record's), UnknownVersion, LegacyVersion,
 * InvalidKey, InvalidState.
 */
export function processSenderKeyDistribution(
  record: SenderKeyRecord | undefined,
  message: Uint8Array,
): Outcome<ProcessedDistribution, SignalFailureCode> {
  return attempt(() => {
    const { distributionId, chainId, iteration, chainKey, signingKey } = parseSenderKeyDistribution(message);
    const added: SenderKeyState = {
      chainId,
      iteration,
      chainKey,
      signingPublicKey: signingKey,
      signingPrivateKey: undefined,
      skipped: new SkippedSeeds(),
    };
    const add = (contents: SenderKeyRecordContents): SenderKeyRecord => {
      if (!equalBytes(contents.distributionId, distributionId)) throw refusal('InvalidMessage');
      addState(contents, added);
      return encodeSenderKeyRecord(contents);
    };
    try {
      const changed =
        record === undefined ? add({ distributionId, states: [] }) : readRecord(record, (contents) => add(contents));
      return { record: changed, distributionId };
    } finally {
      wipeSenderKeyState(added);
    }
  });
}

/** Which record a distribution message is for, before any is looked up. Fails as processing it would. */
export function readDistributionHeader(message: Uint8Array): Outcome<SenderKeyHeader, SignalFailureCode> {
  return attempt(() => {
    const { distributionId, chainId, iteration, chainKey } = parseSenderKeyDistribution(message);
    chainKey.wipe();
    return { distributionId, chainId, iteration };
  });
}

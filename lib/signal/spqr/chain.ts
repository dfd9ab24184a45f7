/**
 * Owns the key schedule of the sparse ratchet: a root that each epoch's secret goes into, per epoch one chain in either
 * direction, and a message key for each index of a chain.
 * Does not own where epoch secrets come from (the braid), nor what a message key is mixed into (the Double Ratchet).
 * Source: "The Double Ratchet Algorithm", section 5 (sparse post-quantum ratchet); labels as on Signal's wire.
 *
 * Invariants: `links` are the epochs from the one before the sending epoch (or 0) to the current one, oldest first;
 * the sending epoch is the current one or the one before; links older than the sending epoch can't send any more.
 * Indices begin with 1. A key is given out once.
 */
import { SecretBytes, wipe } from '../../bytes/index.ts';
import { hkdfSha256 } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { PostQuantumAuthKey, PostQuantumMessageKey } from '../keys.ts';
import { MAX_FORWARD_JUMP, WORK_OF_POST_QUANTUM_STEP } from '../limits.ts';
import type { WorkAllowance } from '../work-allowance.ts';
import type { EpochSecret } from './authenticator.ts';
import { CHAIN_ADD_EPOCH, CHAIN_NEXT, CHAIN_START, KEY_LENGTH } from './labels.ts';
import { NO_SKIPPED_KEYS, type SkippedKeys, skipKeys, takeSkippedKey } from './skipped-keys.ts';

/** Which way the messages of this side go: the initiator of the session sends A2B. */
export type Direction = 'A2B' | 'B2A';

export type ChainRootKey = SecretBytes<'SpqrRootKey'>;
export type SpqrChainKey = SecretBytes<'SpqrChainKey'>;

/** One chain that sends: `counter` keys were taken. */
export interface SendingChain {
  counter: number;
  key: SpqrChainKey;
}

/** One chain that receives: `counter` is the highest index whose key was derived. */
export interface ReceivingChain extends SendingChain {
  skipped: SkippedKeys;
}

/** Both chains of one epoch; no sending one where that is over. */
export interface Link {
  sending: SendingChain | undefined;
  readonly receiving: ReceivingChain;
}

/** The key schedule of one side. */
export interface EpochChains {
  readonly direction: Direction;
  rootKey: ChainRootKey;
  currentEpoch: number;
  sendingEpoch: number;
  links: Link[];
}

/** The schedule at epoch 0. The auth key stays the caller's. */
export function startChains(direction: Direction, authKey: PostQuantumAuthKey): EpochChains {
  const { rootKey, link } = split(direction, hkdfSha256(authKey.reveal(), CHAIN_START, 3 * KEY_LENGTH));
  return { direction, rootKey, currentEpoch: 0, sendingEpoch: 0, links: [link] };
}

/** Begins the next epoch with its secret, which is wiped: it has done its work. */
export function addEpoch(chains: EpochChains, secret: EpochSecret): void {
  const output = hkdfSha256(secret.reveal(), CHAIN_ADD_EPOCH, 3 * KEY_LENGTH, chains.rootKey.reveal());
  secret.wipe();
  chains.rootKey.wipe();
  const { rootKey, link } = split(chains.direction, output);
  chains.rootKey = rootKey;
  chains.links.push(link);
  chains.currentEpoch += 1;
}

/**
 * The next key to send with in `epoch`, and its index. Sending never goes back: chains that can't be needed any more are
 * wiped. Throws RangeError for an epoch that this side does not send in (the braid never asks for one).
 */
export function nextSendingKey(chains: EpochChains, epoch: number): { index: number; key: PostQuantumMessageKey } {
  if (epoch > chains.sendingEpoch) advanceSendingEpoch(chains, epoch);
  const sending = chains.links[epoch - oldestEpoch(chains)]?.sending;
  if (sending === undefined) throw new RangeError('no sending chain in this epoch');
  return { key: step(sending), index: sending.counter };
}

/**
 * The key of message `index` in `epoch`; those on the way are kept. Throws InvalidMessage for an epoch or an index out of
 * reach or given out before (a duplicate is the Double Ratchet's to tell: in a session that the message is not of, an index
 * says nothing), and MessageGapTooBig, before any work, where more than 2000 would be skipped or `work` does not reach.
 */
export function takeReceivingKey(
  chains: EpochChains,
  epoch: number,
  index: number,
  work: WorkAllowance,
): PostQuantumMessageKey {
  const receiving = chains.links[epoch - oldestEpoch(chains)]?.receiving;
  if (receiving === undefined) throw refusal('InvalidMessage');
  return index > receiving.counter ? jump(receiving, index, work) : takePast(receiving, index);
}

/** Overwrites every key of a schedule that is done with. */
export function wipeChains({ rootKey, links }: EpochChains): void {
  rootKey.wipe();
  for (const { sending, receiving } of links) {
    sending?.key.wipe();
    receiving.key.wipe();
    receiving.skipped.wipe();
  }
}

/** The epoch of the first link. */
function oldestEpoch({ currentEpoch, links }: EpochChains): number {
  return currentEpoch + 1 - links.length;
}

function takePast(receiving: ReceivingChain, index: number): PostQuantumMessageKey {
  const found = takeSkippedKey(receiving.skipped, index);
  if (found === undefined) throw refusal('InvalidMessage');
  receiving.skipped = found.rest;
  return found.key;
}

function jump(receiving: ReceivingChain, index: number, work: WorkAllowance): PostQuantumMessageKey {
  const between = index - receiving.counter - 1;
  if (between > MAX_FORWARD_JUMP) throw refusal('MessageGapTooBig');
  work.spend(between * WORK_OF_POST_QUANTUM_STEP);
  const { skipped, add } = skipKeys(receiving.skipped, receiving.counter, index);
  receiving.skipped = skipped;
  while (receiving.counter < index - 1) {
    const key = step(receiving);
    add(receiving.counter, key.reveal());
    key.wipe();
  }
  return step(receiving);
}

/** Takes one key off a chain; the chain key it came from is wiped. */
function step(chain: SendingChain): PostQuantumMessageKey {
  chain.counter += 1;
  const info = new Uint8Array(4 + CHAIN_NEXT.length);
  new DataView(info.buffer).setUint32(0, chain.counter);
  info.set(CHAIN_NEXT, 4);
  const output = hkdfSha256(chain.key.reveal(), info, 2 * KEY_LENGTH);
  chain.key.wipe();
  chain.key = SecretBytes.of(output.slice(0, KEY_LENGTH));
  const key: PostQuantumMessageKey = SecretBytes.of(output.slice(KEY_LENGTH));
  wipe(output);
  return key;
}

/** Ends sending in the epochs before `epoch`, and drops those before the last of them altogether. */
function advanceSendingEpoch(chains: EpochChains, epoch: number): void {
  if (epoch > chains.currentEpoch) throw new RangeError('an epoch that has not begun');
  chains.sendingEpoch = epoch;
  const dropped = chains.links.splice(0, Math.max(0, epoch - 1 - oldestEpoch(chains)));
  for (const { receiving } of dropped) {
    receiving.key.wipe();
    receiving.skipped.wipe();
  }
  for (const link of [...dropped, ...chains.links.slice(0, epoch - oldestEpoch(chains))]) {
    link.sending?.key.wipe();
    link.sending = undefined;
  }
}

/** Next root | key from A to B | key from B to A. */
function split(direction: Direction, output: Uint8Array): { rootKey: ChainRootKey; link: Link } {
  const key = (i: number): SpqrChainKey => SecretBytes.of(output.slice(i * KEY_LENGTH, (i + 1) * KEY_LENGTH));
  const rootKey: ChainRootKey = SecretBytes.of(output.slice(0, KEY_LENGTH));
  const [sendingKey, receivingKey] = direction === 'A2B' ? [key(1), key(2)] : [key(2), key(1)];
  wipe(output);
  const link: Link = {
    sending: { counter: 0, key: sendingKey },
    receiving: { counter: 0, key: receivingKey, skipped: NO_SKIPPED_KEYS },
  };
  return { rootKey, link };
}

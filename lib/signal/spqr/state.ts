/**
 * Owns one side of the sparse post-quantum ratchet: the braid, which agrees on an epoch's secret over some eighty
 * messages, and the chains, which make a key for every message from the secrets so far.
 * Source: "The Double Ratchet Algorithm", section 5; "The ML-KEM Braid Protocol".
 *
 * Invariants: an epoch's secret is in the chains before the key of the message that completed it is taken. Operations
 * change the state they are given, and wipe what they replace; after one that throws the state must be dropped (the
 * session decodes it from its record's bytes for each operation, so that a failure changes nothing there).
 * Receiving runs before the message is authenticated: its work is bounded by limits.ts, not by the message.
 */
import type { RandomSource } from '../../crypto/index.ts';
import type { PostQuantumAuthKey, PostQuantumMessageKey } from '../keys.ts';
import type { WorkAllowance } from '../work-allowance.ts';
import { receiveBraid, sendBraid, startBraid, wipeBraid, workOfBraid } from './braid.ts';
import {
  addEpoch,
  type Direction,
  type EpochChains,
  nextSendingKey,
  startChains,
  takeReceivingKey,
  wipeChains,
} from './chain.ts';
import { decodeSpqrMessage, encodeSpqrMessage } from './message.ts';
import type { Braid } from './phases.ts';

/** One side's state. Secret: only {@link encodeSpqr} writes it out. */
export interface SpqrState {
  readonly chains: EpochChains;
  readonly braid: Braid;
}

/** The state after PQXDH: the initiator's direction is A2B. The 32-byte auth key stays the caller's, who wipes it. */
export function startSpqr(direction: Direction, authKey: PostQuantumAuthKey): SpqrState {
  return { chains: startChains(direction, authKey), braid: startBraid(direction, authKey) };
}

/** The next message, 4 to 50 bytes (mostly 37), and the key that goes with it. Changes the state; does not fail. */
export function sendSpqr(
  { chains, braid }: SpqrState,
  random: RandomSource,
): { message: Uint8Array; key: PostQuantumMessageKey } {
  const { epoch } = braid;
  const { content, secret } = sendBraid(braid, random);
  if (secret !== undefined) addEpoch(chains, secret);
  const { index, key } = nextSendingKey(chains, epoch - 1);
  return { message: encodeSpqrMessage({ epoch, index, content }), key };
}

/**
 * Takes in a message and gives its key. Throws InvalidMessage (malformed, of another version, does not verify, an epoch or
 * index out of reach or used before, or empty: no post-quantum ratchet) or MessageGapTooBig (more than 2000 skipped, or
 * more than `work` allows); the state must then be dropped.
 */
export function receiveSpqr(
  { chains, braid }: SpqrState,
  message: Uint8Array,
  work: WorkAllowance,
): PostQuantumMessageKey {
  const { epoch, index, content } = decodeSpqrMessage(message);
  work.spend(workOfBraid(braid, content));
  const secret = receiveBraid(braid, epoch, content);
  if (secret !== undefined) addEpoch(chains, secret);
  return takeReceivingKey(chains, epoch - 1, index, work);
}

/** Overwrites every secret of a state that is done with. */
export function wipeSpqr({ chains, braid }: SpqrState): void {
  wipeChains(chains);
  wipeBraid(braid);
}

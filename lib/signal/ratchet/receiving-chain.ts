/**
 * Owns a chain that the other side's messages come from, and the seeds of those that have not come yet.
 * Source: the Double Ratchet specification, sections 2.6 and 3.5 (skipped keys).
 */
import type { X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { ChainKey, MessageKeySeed } from '../keys.ts';
import { MAX_FORWARD_JUMP, WORK_OF_CHAIN_STEP } from '../limits.ts';
import type { WorkAllowance } from '../work-allowance.ts';
import { advanceChainKey, deriveMessageKeySeed } from './message-keys.ts';
import { LAST_COUNTER } from './sending-chain.ts';
import type { SkippedSeeds } from './skipped-seeds.ts';

/** A chain of the other side's, known by its ratchet key. */
export interface ReceivingChain {
  readonly ratchetKey: X25519PublicKey;
  chainKey: ChainKey;
  /** The counter of the next message that the chain key stands at. */
  index: number;
  readonly skipped: SkippedSeeds;
}

/**
 * The seed of message `counter`; seeds on the way are kept. Throws DuplicateMessage where it was used before, and
 * MessageGapTooBig, before any work, where it is more than 2000 ahead or `work` does not reach.
 */
export function takeReceivingSeed(chain: ReceivingChain, counter: number, work: WorkAllowance): MessageKeySeed {
  if (counter < chain.index) {
    const kept = chain.skipped.take(counter);
    if (kept === undefined) throw refusal('DuplicateMessage');
    return kept;
  }
  const jump = counter - chain.index;
  // The last counter has no successor that could be stored; nobody comes to it by sending.
  if (jump > MAX_FORWARD_JUMP || counter >= LAST_COUNTER) throw refusal('MessageGapTooBig');
  work.spend(jump * WORK_OF_CHAIN_STEP);
  while (chain.index < counter) {
    chain.skipped.keep(chain.index, deriveMessageKeySeed(chain.chainKey));
    chain.chainKey = advanceChainKey(chain.chainKey);
    chain.index++;
  }
  const seed = deriveMessageKeySeed(chain.chainKey);
  chain.chainKey = advanceChainKey(chain.chainKey);
  chain.index++;
  return seed;
}

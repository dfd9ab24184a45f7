/** Owns the chain that our messages come from, until the other side's next ratchet key. */
import { refusal } from '../failure.ts';
import type { ChainKey, KeyPair, MessageKeySeed } from '../keys.ts';
import { advanceChainKey, deriveMessageKeySeed } from './message-keys.ts';

/** Counters are unsigned 32-bit numbers on the wire. */
export const LAST_COUNTER = 0xffffffff;

/** A sending chain is told from a receiving one by its private key, so the two do not mix. */
export interface SendingChain {
  readonly ratchetKeyPair: KeyPair;
  chainKey: ChainKey;
  /** The counter of the next message. */
  index: number;
}

/** The seed and counter of the next message; the chain moves on. Throws SessionStale where no counter is left. */
export function nextSendingSeed(chain: SendingChain): { seed: MessageKeySeed; counter: number } {
  if (chain.index >= LAST_COUNTER) throw refusal('SessionStale');
  const seed = deriveMessageKeySeed(chain.chainKey);
  chain.chainKey = advanceChainKey(chain.chainKey);
  return { seed, counter: chain.index++ };
}

/**
 * Owns one sender key as its owner or a reader holds it: where its chain stands, whose signature counts, and what was
 * skipped. Does not own the other keys of the same sender: see sender-key-record.ts.
 * Invariant: an iteration gives its seed once.
 */
import { wipe } from '../../bytes/index.ts';
import type { X25519PrivateKey, X25519PublicKey } from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { ChainKey, MessageKeySeed } from '../keys.ts';
import { MAX_FORWARD_JUMP } from '../limits.ts';
import { advanceChainKey, deriveMessageKeySeed } from '../ratchet/message-keys.ts';
import type { SkippedSeeds } from '../ratchet/skipped-seeds.ts';

/** An iteration is 32 bits on the wire. This one gives no message, since the chain could not go on after it. */
const LAST_ITERATION = 0xffffffff;

/** Mutable: it belongs to a decoded record that is dropped or encoded as a whole. */
export interface SenderKeyState {
  readonly chainId: number;
  readonly signingPublicKey: X25519PublicKey;
  /** Only its owner has it. */
  readonly signingPrivateKey: X25519PrivateKey | undefined;
  /** The step that `chainKey` is for: the next message to send, or the first that was not received in order. */
  iteration: number;
  chainKey: ChainKey;
  readonly skipped: SkippedSeeds;
}

/** Whether the chain has steps left. */
export function canAdvance(state: SenderKeyState): boolean {
  return state.iteration < LAST_ITERATION;
}

/** The seed at the chain's end, which moves on by one. The caller has asked {@link canAdvance}. */
export function takeNextSeed(state: SenderKeyState): MessageKeySeed {
  const seed = deriveMessageKeySeed(state.chainKey);
  state.chainKey = advanceChainKey(state.chainKey);
  state.iteration += 1;
  return seed;
}

/**
 * The seed of the message at `iteration`, remembering those of the messages before it that have not come yet.
 * Throws DuplicateMessage for a seed that is gone, MessageGapTooBig over 2000 ahead, InvalidMessage for the last
 * iteration, which honest senders never use.
 */
export function takeSeedAt(state: SenderKeyState, iteration: number): MessageKeySeed {
  if (iteration < state.iteration) {
    const seed = state.skipped.take(iteration);
    if (seed === undefined) throw refusal('DuplicateMessage');
    return seed;
  }
  if (iteration === LAST_ITERATION) throw refusal('InvalidMessage');
  if (iteration - state.iteration > MAX_FORWARD_JUMP) throw refusal('MessageGapTooBig');
  while (state.iteration < iteration) state.skipped.keep(state.iteration, takeNextSeed(state));
  return takeNextSeed(state);
}

/** Overwrites every secret in `state`. */
export function wipeSenderKeyState(state: SenderKeyState): void {
  state.chainKey.wipe();
  state.signingPrivateKey?.wipe();
  wipe(state.skipped.reveal());
}

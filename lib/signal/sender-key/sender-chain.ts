/**
 * Owns the symmetric chain of a sender key: each step gives the seed of one message and the next chain key, one way.
 * Does not own which step is due: see sender-key-state.ts.
 * Source: The Double Ratchet Algorithm, section 2.2 (symmetric-key ratchet); labels as in Signal's library.
 */
import { SecretBytes, wipe } from '../../bytes/index.ts';
import { hkdfSha256, hmacSha256 } from '../../crypto/index.ts';
import type { ChainKey, MessageKeySeed } from '../keys.ts';

const SEED_INPUT = Uint8Array.of(1);
const NEXT_CHAIN_KEY_INPUT = Uint8Array.of(2);
const INFO = 'WhisperGroup';
const IV_LENGTH = 16;
const KEY_LENGTH = 32;

/** What one group message is encrypted with. The initialisation vector is derived, not sent. */
export interface GroupMessageKeys {
  /** 16 bytes. */
  readonly iv: Uint8Array;
  /** 32 bytes: AES-256. */
  readonly key: Uint8Array;
}

/** 32 bytes from which the keys of the message at this step follow. */
export function deriveMessageKeySeed(chainKey: ChainKey): MessageKeySeed {
  return SecretBytes.of(hmacSha256(chainKey.reveal(), SEED_INPUT));
}

/** The chain key of the next step. `chainKey` stays whole: the caller wipes it. */
export function deriveNextChainKey(chainKey: ChainKey): ChainKey {
  return SecretBytes.of(hmacSha256(chainKey.reveal(), NEXT_CHAIN_KEY_INPUT));
}

/** Lends `use` the keys of the message with this seed, and wipes keys and seed afterwards. */
export function withMessageKeys<Result>(seed: MessageKeySeed, use: (keys: GroupMessageKeys) => Result): Result {
  const derived = hkdfSha256(seed.reveal(), INFO, IV_LENGTH + KEY_LENGTH);
  try {
    // The initialisation vector comes first: another order than in messages between two people.
    return use({ iv: derived.subarray(0, IV_LENGTH), key: derived.subarray(IV_LENGTH) });
  } finally {
    wipe(derived);
    seed.wipe();
  }
}

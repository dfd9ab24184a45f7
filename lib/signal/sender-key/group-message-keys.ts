/**
 * Owns the keys of one group message, from the seed that its chain gives.
 * Does not own the chain: its steps are those of the Double Ratchet (../ratchet/message-keys.ts).
 * Source: label and split as in Signal's library.
 */
import { wipe } from '../../bytes/index.ts';
import { hkdfSha256 } from '../../crypto/index.ts';
import type { MessageKeySeed } from '../keys.ts';

const LABEL = 'WhisperGroup';
const IV_LENGTH = 16;
const KEY_LENGTH = 32;

/** What one group message is encrypted with. The initialisation vector is derived, not sent. */
export interface GroupMessageKeys {
  /** 16 bytes. */
  readonly iv: Uint8Array;
  /** 32 bytes: AES-256. */
  readonly key: Uint8Array;
}

/** Lends `use` the keys of the message with this seed, and wipes keys and seed afterwards. */
export function withGroupMessageKeys<Result>(seed: MessageKeySeed, use: (keys: GroupMessageKeys) => Result): Result {
  const derived = hkdfSha256(seed.reveal(), LABEL, IV_LENGTH + KEY_LENGTH);
  try {
    // The initialisation vector comes first: another order than in messages between two people.
    return use({ iv: derived.subarray(0, IV_LENGTH), key: derived.subarray(IV_LENGTH) });
  } finally {
    wipe(derived);
    seed.wipe();
  }
}

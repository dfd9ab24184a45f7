/** Owns what every use case stands on, handed in, so that none of them draws time, chance or storage itself. */

import { encodeBase64Url } from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import type { Locks, Store } from '../store/index.ts';
import type { ConversationId } from './place.ts';

export type { WritableRows } from '../store/index.ts';

/** Store, locks, clock and chance. */
export interface Surroundings {
  readonly store: Store;
  readonly locks: Locks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: RandomSource;
}

/** Runs `work` while nobody else, in any tab, works on the session of this conversation. */
export function inSession<Value>(
  { locks }: Surroundings,
  conversationId: ConversationId,
  work: () => Promise<Value>,
): Promise<Value> {
  return locks.run(`session:${encodeBase64Url(conversationId)}`, work);
}

/**
 * Owns what the badge at Sotto's button says of a tab.
 * Does not own drawing it.
 */
import type { PageHealth } from './page-contract.ts';

/**
 * - locked: what is kept can't be used. keyChanged: a contact's key waits for the person's decision.
 * - degraded: a private chat, or a chat that could be one, on a page that was not wholly understood.
 */
export type BadgeState = 'none' | 'private' | 'degraded' | 'locked' | 'keyChanged';

/** What is known of a tab. */
export interface BadgeFacts {
  /** Whether what is kept can be used. */
  readonly open: boolean;
  /** Of the chats that the tab shows. */
  readonly states: readonly string[];
  /** What the page said of itself last. */
  readonly health: PageHealth['state'] | undefined;
}

/** One of them, the worst first: what keeps a person from talking, then what may surprise them, then that all is well. */
export function badgeState({ open, states, health }: BadgeFacts): BadgeState {
  if (!open) return 'locked';
  if (states.includes('keyChanged')) return 'keyChanged';
  if (health === 'degraded') return 'degraded';
  return states.includes('private') ? 'private' : 'none';
}

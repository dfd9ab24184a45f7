/** Owns what reading a page gives: the words of which entry, what waits, or why not. */
import type { Retry } from '../failure/index.ts';
import type { ConversationFailureCode } from './failure.ts';

/** What one span of armour on a page is. */
export type Reading = {
  /** Which message it is a chunk of, in hex, and which chunk; undefined where it is no whole chunk. */
  readonly part: { readonly message: string; readonly index: number; readonly count: number } | undefined;
} & (
  | { readonly kind: 'entry'; readonly entry: string; readonly own: boolean }
  | { readonly kind: 'waiting'; readonly have: number; readonly of: number }
  | { readonly kind: 'refused'; readonly code: ConversationFailureCode; readonly retry: Retry }
);

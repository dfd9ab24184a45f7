/**
 * Owns looking through the histories of several conversations, slice by slice: so that it shows how far it is, can be ended
 * at any time, and never holds more than a page of what it found.
 * Does not own the reading of a slice, which is handed in.
 */
import type { HistoryLine, HistoryQuery, HistorySlice, HomeContact } from '../lib/relay/index.ts';

/** What was found, and with whom. */
export interface FoundLine {
  readonly contact: HomeContact;
  readonly line: HistoryLine;
}

/** Where a search goes on. */
export interface SearchPlace {
  /** Which of the contacts. */
  readonly at: number;
  readonly before: number;
  /** Messages looked at, and found, since it began. */
  readonly looked: number;
  readonly found: number;
}

/** One page of a search: where it goes on, or null where it has seen everything. */
export interface SearchPage {
  readonly lines: readonly FoundLine[];
  readonly looked: number;
  readonly found: number;
  readonly next: SearchPlace | null;
}

/** What a search stands on. */
export interface SearchParts {
  readonly read: (query: HistoryQuery) => Promise<HistorySlice>;
  /** Told after every slice. */
  readonly tell: (page: SearchPage) => void;
  readonly isCancelled: () => boolean;
}

/** No entry is newer: as the contract says it. */
export const NEWEST_ENTRY = Number.MAX_SAFE_INTEGER;
/** Lines of one page; the last slice may bring as many more. */
const PAGE_LINES = 50;

/** Where a search begins. */
export const SEARCH_START: SearchPlace = { at: 0, before: NEWEST_ENTRY, looked: 0, found: 0 };

/** Looks for `words` from `place` on, until a page is full, all is seen or it is cancelled. Rejects where `read` does. */
export async function searchHistory(
  contacts: readonly HomeContact[],
  words: string,
  place: SearchPlace,
  { read, tell, isCancelled }: SearchParts,
): Promise<SearchPage> {
  const lines: FoundLine[] = [];
  let { at, before, looked, found } = place;
  while (at < contacts.length && lines.length < PAGE_LINES && !isCancelled()) {
    const contact = contacts[at]!;
    const slice = await read({ conversation: contact.conversation, before, words });
    for (const line of slice.lines) lines.push({ contact, line });
    looked += slice.looked;
    found += slice.lines.length;
    before = slice.next ?? NEWEST_ENTRY;
    if (slice.next === null) at += 1;
    tell({ lines: [...lines], looked, found, next: { at, before, looked, found } });
  }
  return { lines, looked, found, next: at < contacts.length ? { at, before, looked, found } : null };
}

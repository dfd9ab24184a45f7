/**
 * Owns reading the history back: from the newest, in slices of bounded work, all of it or what has certain words in it.
 * Does not own keeping it (entries.ts), nor who may ask.
 *
 * The disk does not say in which order entries were made: that is inside of what is sealed. So the order of a conversation is
 * read once in a worker's life, in steps that let other work in between, and kept in memory: names and numbers, no words.
 */
import { encodeBase64Url } from '../bytes/index.ts';
import type { RowName, Store } from '../store/index.ts';
import { nameOfEntry } from './entries.ts';
import { HISTORY, type HistoryEntry } from './message-rows.ts';
import type { ConversationId } from './place.ts';
import { findWords, foldWords, type Stretch } from './seek-words.ts';
import type { Surroundings } from './surroundings.ts';

/** One entry, as home shows it. */
export interface HistoryLine {
  readonly id: string;
  readonly from: 'me' | 'them';
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `other`: something that this version can't show. */
  readonly kind: 'text' | 'invite' | 'other';
  readonly text: string;
  readonly removed: boolean;
  /** Where the words that were looked for stand in `text`, in UTF-16 units. */
  readonly found: readonly Stretch[];
}

/** Some entries, the newest first. */
export interface HistorySlice {
  readonly lines: readonly HistoryLine[];
  /** What to go on before, or null where there is nothing older. */
  readonly next: number | null;
  /** How many entries were looked at for this slice, and how many the conversation has. */
  readonly looked: number;
  readonly total: number;
}

/** What is asked for. */
export interface SliceOptions {
  /** Only entries whose order is below it. */
  readonly before: number;
  /** Empty for all. */
  readonly words: string;
}

/** Lines of one slice: a page that one reads before one turns it. */
export const SLICE_LINES = 50;
/** Entries looked at for one slice: some ten milliseconds of work, so that a search can be cancelled at any time. */
export const SLICE_ENTRIES = 512;
/** UTF-16 units of text in one slice: it travels as one message. */
const SLICE_UNITS = 200_000;
/** Entries of one transaction. */
const STEP = 64;
/** The same while only the order is read. */
const ORDER_STEP = 256;

interface Placed {
  readonly name: RowName;
  readonly order: number;
}

/** Reads histories. One for the life of a worker. */
export class HistoryReader {
  /** By store: a store that was erased and begun anew has another order. */
  readonly #orders = new WeakMap<Store, Map<string, Map<RowName, number>>>();

  /** Entries of a conversation. A conversation that there is not has none. Rejects as the store does. */
  async read({ store }: Surroundings, id: ConversationId, { before, words }: SliceOptions): Promise<HistorySlice> {
    const all = await this.#orderOf(store, id);
    const older = all.slice(firstBelow(all, before));
    const sought = foldWords(words);
    const lines: HistoryLine[] = [];
    let looked = 0;
    let units = 0;
    const isFull = (): boolean => lines.length >= SLICE_LINES || looked >= SLICE_ENTRIES || units >= SLICE_UNITS;
    while (looked < older.length && !isFull()) {
      const step = older.slice(looked, looked + STEP).map(({ name }) => name);
      const entries = await store.read((rows) => rows.getNamed(HISTORY, step));
      for (const entry of entries) {
        if (isFull()) break;
        looked += 1;
        const line = entry && lineOf(entry, sought);
        if (line === undefined) continue;
        lines.push(line);
        units += line.text.length;
      }
    }
    const next = looked < older.length ? older[looked - 1]!.order : null;
    return { lines, next, looked, total: all.length };
  }

  /** All entries of a conversation, the newest first. */
  async #orderOf(store: Store, id: ConversationId): Promise<Placed[]> {
    const conversations = this.#orders.get(store) ?? new Map<string, Map<RowName, number>>();
    this.#orders.set(store, conversations);
    const key = encodeBase64Url(id);
    const known = conversations.get(key) ?? new Map<RowName, number>();
    conversations.set(key, known);
    const names = await store.read((rows) => rows.names(HISTORY, id));
    const news = names.filter((name) => !known.has(name));
    for (let at = 0; at < news.length; at += ORDER_STEP) {
      const step = news.slice(at, at + ORDER_STEP);
      const entries = await store.read((rows) => rows.getNamed(HISTORY, step));
      for (const [place, entry] of entries.entries()) if (entry) known.set(step[place]!, entry.order);
    }
    return names
      .flatMap((name) => (known.has(name) ? [{ name, order: known.get(name)! }] : []))
      .sort((one, other) => other.order - one.order);
  }
}

/** The place of the first entry whose order is below `before`. */
function firstBelow(all: readonly Placed[], before: number): number {
  const place = all.findIndex(({ order }) => order < before);
  return place < 0 ? all.length : place;
}

function lineOf(entry: HistoryEntry, sought: string): HistoryLine | undefined {
  const { id, from, at, kind, text, removed } = entry;
  // What the two extensions say to each other was said by nobody.
  if (kind === 'control') return undefined;
  const base = { id: nameOfEntry(id), from, at, removed };
  const found = kind === 'text' && sought !== '' ? findWords(text, sought) : [];
  if (sought !== '' && found.length === 0) return undefined;
  if (kind === 'text') return { ...base, kind, text, found };
  return { ...base, kind: kind === 'invite' ? 'invite' : 'other', text: '', found };
}

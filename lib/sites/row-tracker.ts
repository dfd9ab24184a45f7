/**
 * Owns which rows with armour are on show in the chats of a page, and telling when one comes, changes or goes.
 * Does not own the observing (page-watch.ts) or the reading of a row (row-reading.ts).
 * Invariants: rows are known by what they say now, never by having been seen: a list may use an element again for
 * another message; a row is reported once for each text it takes on.
 */
import { composedContains, composedParent, rootsWithin } from './composed-tree.ts';
import type { Chat } from './locate.ts';
import type { PageChange, PageWatch } from './page-watch.ts';
import { type RowSighting, readRow, rowOf, unitOf } from './row-reading.ts';
import { findArmourIn } from './scan.ts';

/** What happened to the rows: `seen` came or changed (reading order within one batch), `lost` hold armour no longer. */
export interface RowChange {
  readonly seen: readonly RowSighting[];
  readonly lost: readonly HTMLElement[];
}

/** A running tracker. */
export interface RowTracker {
  /**
   * Replaces the chats that are watched. What that brings and takes away is reported in a task of its own: reading hundreds of
   * rows takes its time, and whoever hears of the chats asks about them meanwhile.
   */
  setChats(chats: readonly Chat[]): void;
  /** The rows on show, in the order they were first seen. Those of other chats than before are read now, and reported. */
  sightings(): readonly RowSighting[];
  /** Reads everything anew. */
  rescan(): void;
  stop(): void;
}

/** Starts to track on `page`, calling `onChange` for every change that is not empty. */
export function trackRows(page: PageWatch, onChange: (change: RowChange) => void): RowTracker {
  return new Tracker(page, onChange);
}

class Tracker implements RowTracker {
  readonly #page: PageWatch;
  readonly #onChange: (change: RowChange) => void;
  readonly #unsubscribe: () => void;
  #chats: readonly Chat[] = [];
  #rows = new Map<HTMLElement, RowSighting>();
  /** Waits to read the rows of other chats than before. */
  #reading: ReturnType<typeof setTimeout> | undefined;

  constructor(page: PageWatch, onChange: (change: RowChange) => void) {
    this.#page = page;
    this.#onChange = onChange;
    this.#unsubscribe = page.subscribe((change) => this.#update(change));
  }

  setChats(chats: readonly Chat[]): void {
    this.#chats = chats;
    this.#reading ??= setTimeout(() => this.rescan());
  }

  sightings(): readonly RowSighting[] {
    if (this.#reading !== undefined) this.rescan();
    return [...this.#rows.values()];
  }

  rescan(): void {
    clearTimeout(this.#reading);
    this.#reading = undefined;
    const rows = new Map<HTMLElement, Chat>();
    for (const chat of this.#chats) {
      if (chat.list !== undefined) this.#scan(chat.list, chat, rows);
    }
    for (const [row, { chat }] of this.#rows) {
      if (!rows.has(row) && this.#chats.includes(chat)) rows.set(row, chat);
    }
    this.#read(rows);
  }

  stop(): void {
    clearTimeout(this.#reading);
    this.#reading = undefined;
    this.#unsubscribe();
    this.#rows.clear();
  }

  #update({ changed, removed }: PageChange): void {
    // All of them are read soon.
    if (this.#reading !== undefined) return;
    const rows = new Map<HTMLElement, Chat>();
    for (const node of changed) {
      for (const chat of this.#chats) this.#collect(node, chat, rows);
    }
    const replaced = new Set<HTMLElement>();
    for (const [row, sighting] of this.#rows) {
      if (removed && !row.isConnected) rows.set(row, sighting.chat);
      // An unfinished message may be finished by a row that has no mark of ours; a joined one may lose such a row.
      if (sighting.complete && sighting.rows.length === 1) continue;
      const now = rowOf(sighting.bodies[0]!, sighting.chat, this.#page.roots()) ?? row;
      rows.set(now, sighting.chat);
      if (now !== row) replaced.add(row);
    }
    this.#read(rows, replaced);
  }

  /** The rows of `chat` that the change of `node` may concern. */
  #collect(node: Element | ShadowRoot, chat: Chat, rows: Map<HTMLElement, Chat>): void {
    const { list } = chat;
    if (list === undefined) return;
    const element = node instanceof ShadowRoot ? (node.host as HTMLElement) : (node as HTMLElement);
    if (composedContains(list, element)) {
      for (let at: HTMLElement | null = element; at !== null && at !== list; at = composedParent(at)) {
        if (this.#rows.has(at)) rows.set(at, chat);
      }
      this.#scan(unitOf(element, chat) ?? node, chat, rows);
    } else if (composedContains(element, list)) this.#scan(list, chat, rows);
  }

  #scan(node: Element | ShadowRoot, chat: Chat, rows: Map<HTMLElement, Chat>): void {
    for (const tree of [node, ...rootsWithin(node, this.#page.roots())]) {
      for (const element of findArmourIn(tree)) {
        const row = rowOf(element, chat, this.#page.roots());
        if (row !== undefined) rows.set(row, chat);
      }
    }
  }

  #read(rows: ReadonlyMap<HTMLElement, Chat>, replaced: ReadonlySet<HTMLElement> = new Set()): void {
    const seen: RowSighting[] = [];
    const lost: HTMLElement[] = [];
    const roots = this.#page.roots();
    for (const [row, chat] of rows) {
      const known = this.#rows.get(row);
      const present = row.isConnected && composedContains(chat.list!, row) && !replaced.has(row);
      const now = present ? readRow(row, chat, roots) : undefined;
      if (now !== undefined && known !== undefined && known.text === now.text && known.chat === chat) continue;
      if (now !== undefined) {
        this.#rows.set(row, now);
        seen.push(now);
      } else if (known !== undefined) {
        this.#rows.delete(row);
        lost.push(row);
      }
    }
    for (const [row, { chat }] of this.#rows) {
      if (this.#chats.includes(chat) && !replaced.has(row)) continue;
      this.#rows.delete(row);
      lost.push(row);
    }
    if (seen.length > 0 || lost.length > 0) this.#onChange({ seen, lost });
  }
}

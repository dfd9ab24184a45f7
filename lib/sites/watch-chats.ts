/**
 * Owns the standing view of a page's chats: which description applies, where the chats are, how well the site works,
 * which conversation each shows, and the rows with armour; all of it kept true while the page changes.
 * Does not own what is done about it. Invariants: nothing runs while the page is still; the page is searched anew at most
 * five times a second, however it changes.
 */
import type { SiteAdapter } from './adapter.ts';
import { queryRoots } from './composed-tree.ts';
import { type ConversationHint, readConversationHint, sameConversation } from './conversation-hint.ts';
import { judgeHealth, type SiteHealth } from './health.ts';
import { type Chat, type Located, locateChats } from './locate.ts';
import { type PageChange, type PageWatch, watchPage } from './page-watch.ts';
import { adapterFor, siteAdapters } from './registry.ts';
import { type RowChange, type RowTracker, trackRows } from './row-tracker.ts';

/** The state of the page. A chat is the same object as long as its composer, list and description are the same. */
export interface ChatsOnPage {
  readonly adapter: SiteAdapter;
  readonly chats: readonly Chat[];
  readonly health: SiteHealth;
  /** Boxes that looked equally right: a person may pick one. */
  readonly candidates: readonly HTMLElement[];
}

/** What is called when something changes, and once in the beginning. */
export interface ChatsListener {
  onChats(state: ChatsOnPage): void;
  onHint(chat: Chat, hint: ConversationHint): void;
  onRows(change: RowChange): void;
}

/** A running view. */
export interface ChatsWatch {
  readonly page: PageWatch;
  readonly rows: RowTracker;
  state(): ChatsOnPage;
  /** The hint for `chat` as the page is now. */
  hint(chat: Chat): ConversationHint;
  /** Looks at everything again: for a change that makes no mutation. */
  refresh(): void;
  stop(): void;
}

/** The shortest time between two searches of the page, in milliseconds. */
const SEARCH_GAP_MS = 200;
const EDITABLE = 'textarea, input, [contenteditable]';

/** Starts to watch `document`. `picked` are descriptions that the person made; they come before the built-in ones. */
export function watchChats(
  document: Document,
  listener: ChatsListener,
  picked: readonly SiteAdapter[] = [],
): ChatsWatch {
  const watch = new Watch(document, listener, [...picked, ...siteAdapters]);
  watch.begin();
  return watch;
}

class Watch implements ChatsWatch {
  readonly page: PageWatch;
  readonly rows: RowTracker;
  readonly #adapters: readonly SiteAdapter[];
  readonly #listener: ChatsListener;
  #located: Located = { chats: [], reasons: [], candidates: [] };
  #state: ChatsOnPage | undefined;
  #hints = new Map<Chat, ConversationHint>();
  #searchedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(document: Document, listener: ChatsListener, adapters: readonly SiteAdapter[]) {
    this.#adapters = adapters;
    this.#listener = listener;
    this.page = watchPage(document);
    // Before the rows: what a chat is told of its rows counts for the conversation that it has said to show.
    this.page.subscribe((change) => this.#update(change));
    this.rows = trackRows(this.page, (change) => listener.onRows(change));
  }

  state(): ChatsOnPage {
    return this.#state!;
  }

  hint(chat: Chat): ConversationHint {
    return readConversationHint(chat, this.page.roots());
  }

  begin(): void {
    this.page.rescan();
    this.#search();
  }

  refresh(): void {
    this.begin();
    this.rows.rescan();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.rows.stop();
    this.page.stop();
  }

  #update(change: PageChange): void {
    if (this.#needsSearch(change)) this.#searchSoon();
    this.#readHints();
  }

  #needsSearch({ moved, changed, removed }: PageChange): boolean {
    const { chats } = this.#located;
    if (moved || chats.length === 0) return true;
    if (removed && chats.some(({ composer, list }) => !composer.isConnected || list?.isConnected === false))
      return true;
    if (chats.some(({ list }) => list === undefined)) return true;
    return changed.some(
      (each) => (each instanceof Element && each.matches(EDITABLE)) || each.querySelector(EDITABLE) !== null,
    );
  }

  #searchSoon(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#searchedAt + SEARCH_GAP_MS - performance.now();
    if (wait <= 0) this.#search();
    else this.#timer = setTimeout(() => this.#search(), wait);
  }

  #search(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#searchedAt = performance.now();
    const { document } = this.page;
    const roots = this.page.roots();
    const adapter = adapterFor(document.location, (selector) => queryRoots(roots, selector).length > 0, this.#adapters);
    const located = locateChats(roots, adapter);
    const chats = located.chats.map((chat) => this.#located.chats.find((known) => sameChat(known, chat)) ?? chat);
    const before = this.#state;
    this.#located = { ...located, chats };
    this.#state = { adapter, chats, health: judgeHealth(located), candidates: located.candidates };
    if (before === undefined || !sameState(before, this.#state)) {
      this.#listener.onChats(this.#state);
      this.rows.setChats(chats);
    }
    this.#readHints();
  }

  #readHints(): void {
    const hints = new Map<Chat, ConversationHint>();
    for (const chat of this.#located.chats) {
      const hint = this.hint(chat);
      const before = this.#hints.get(chat);
      hints.set(chat, hint);
      if (before === undefined || !sameConversation(before, hint)) this.#listener.onHint(chat, hint);
    }
    this.#hints = hints;
  }
}

function sameChat(a: Chat, b: Chat): boolean {
  return a.composer === b.composer && a.list === b.list && a.scroller === b.scroller && a.adapter === b.adapter;
}

function sameState(a: ChatsOnPage, b: ChatsOnPage): boolean {
  return (
    a.adapter === b.adapter &&
    sameItems(a.chats, b.chats) &&
    sameItems(a.candidates, b.candidates) &&
    a.health.state === b.health.state &&
    sameItems(a.health.reasons, b.health.reasons)
  );
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/**
 * Owns which chats stand open on which pages, and what each says of itself.
 * Does not own what is said in them (lib/conversation).
 *
 * Invariants: a chat belongs to the document whose content script opened it, and its site is what the browser says of that
 * document. Pages of conversations outlive the worker in `keeper`, since a frame that comes back knows its conversation alone.
 */
import { encodeBase64Url } from '../bytes/index.ts';
import { type ConversationState, type Page, placeOf, type Reading } from '../conversation/index.ts';
import type { Caller } from '../rpc/index.ts';
import type { ChatReport, PageHealth, RowVerdict } from './page-contract.ts';

/** A chat on a page. */
export interface OpenChat {
  readonly caller: Caller;
  readonly chat: number;
  /** Undefined where there can be no private chat: a group, or a page that does not name the conversation. */
  page: Page | undefined;
  /** The name of the conversation for tickets; empty without a page. */
  readonly conversation: string;
  /** The other person's name as people read it; empty where the page does not show it. */
  name: string;
  /** What was read of each row that was told, by the row's number. */
  readonly readings: Map<number, readonly Reading[]>;
  /** When each of them was told last, in milliseconds since 1970. */
  readonly readAt: Map<number, number>;
  /** The spans of rows whose reading waits for the person: for a decision about a key, or for room on the disk. */
  readonly held: Map<number, readonly string[]>;
  /** The spans of rows for which there are no keys here: their words may be sent again after a restore. */
  readonly lost: Map<number, readonly string[]>;
  /** The rows that the list shows, in reading order, those among them that are still to be told. */
  order: readonly number[];
  /** Whether all rows of the list were told once: before, nobody knows what the site has. */
  listed: boolean;
  /** Resolves when the rows that were told last and may be new are read, or can't be. */
  receiving: Promise<unknown>;
  /** Whether the page waits for the answer to its report: what is news is in that. */
  reported: boolean;
  /** How the conversation stands; undefined until it was looked up. */
  found: ConversationState | 'none' | 'closed' | undefined;
  /** What was told last, so that only news are told: of the chat, of its bubbles by id, and of its rows. */
  status: string;
  readonly bubbles: Map<string, string>;
  readonly verdicts: Map<number, RowVerdict['show']>;
}

/** Where pages of conversations outlive the worker, but not the browser's session. */
export interface PageKeeper {
  load(): Promise<Readonly<Record<string, Page>>>;
  save(pages: Readonly<Record<string, Page>>): Promise<void>;
}

/** Conversations whose pages are kept; the oldest goes. A tab shows one at a time. */
const MOST_PAGES = 200;

/** The chats of all pages. */
export class OpenChats {
  readonly #keeper: PageKeeper;
  readonly #chats = new Map<string, OpenChat>();
  readonly #health = new Map<number, PageHealth & { readonly origin: string }>();
  #pages: Promise<Map<string, Page>> | undefined;
  /** Who waits for another page of a conversation. */
  readonly #waiting = new Set<(conversation: string) => void>();

  constructor(keeper: PageKeeper) {
    this.#keeper = keeper;
  }

  /** Takes what a content script says of one of its chats. */
  async open(caller: Caller, report: ChatReport): Promise<OpenChat> {
    const page = pageOf(caller, report);
    const conversation = page === undefined ? '' : conversationOf(page);
    const known = this.find(caller, report.chat);
    if (!report.anew && known?.conversation === conversation && page !== undefined) {
      Object.assign(known, { page, name: report.peer });
      await this.#keep(conversation, page);
      return known;
    }
    const chat: OpenChat = {
      caller,
      chat: report.chat,
      page,
      conversation,
      name: report.peer,
      readings: new Map(),
      readAt: new Map(),
      held: new Map(),
      lost: new Map(),
      order: [],
      listed: false,
      receiving: Promise.resolve(),
      reported: false,
      found: undefined,
      status: '',
      bubbles: new Map(),
      verdicts: new Map(),
    };
    this.#forgetDocumentsBefore(caller);
    this.#chats.set(keyOf(caller, report.chat), chat);
    if (page !== undefined) await this.#keep(conversation, page);
    return chat;
  }

  close(caller: Caller, chat: number): void {
    this.#chats.delete(keyOf(caller, chat));
  }

  /** The chat that `caller` opened under `chat`, or undefined: this worker may not have heard of it yet. */
  find(caller: Caller, chat: number): OpenChat | undefined {
    return this.#chats.get(keyOf(caller, chat));
  }

  /** The open chats of a conversation. */
  of(conversation: string): OpenChat[] {
    return [...this.#chats.values()].filter((chat) => chat.conversation === conversation);
  }

  /** Every open chat. */
  all(): OpenChat[] {
    return [...this.#chats.values()];
  }

  /** The open chats of a tab. */
  inTab(tab: number): OpenChat[] {
    return [...this.#chats.values()].filter(({ caller }) => caller.tab === tab);
  }

  /** The page of a conversation that was open in this session of the browser, or undefined. */
  async pageOf(conversation: string): Promise<Page | undefined> {
    return (await this.#load()).get(conversation);
  }

  /** Whether the page of `conversation` is another than `page`, or becomes so before `patience` is over. */
  async isOvertaken(conversation: string, page: Page, patience: AbortSignal): Promise<boolean> {
    const pages = await this.#load();
    if (pages.get(conversation) !== page) return true;
    if (patience.aborted) return false;
    return new Promise((resolve) => {
      const end = (isOvertaken: boolean): void => {
        this.#waiting.delete(hear);
        patience.removeEventListener('abort', giveUp);
        resolve(isOvertaken);
      };
      const hear = (changed: string): void => {
        if (changed === conversation) end(true);
      };
      const giveUp = (): void => end(false);
      this.#waiting.add(hear);
      patience.addEventListener('abort', giveUp);
    });
  }

  /** Takes how well the page of `caller` works. */
  setHealth(caller: Caller, health: PageHealth): void {
    if (caller.tab !== undefined) this.#health.set(caller.tab, { ...health, origin: caller.origin });
  }

  /** What a page of `origin` in `tab` said of itself last, or null. */
  health(tab: number, origin: string): PageHealth | null {
    const found = this.#health.get(tab);
    if (found?.origin !== origin) return null;
    const { state, reasons, site } = found;
    return { state, reasons, site };
  }

  /** Forgets a closed tab. */
  forgetTab(tab: number): void {
    this.#health.delete(tab);
    for (const [key, { caller }] of this.#chats) if (caller.tab === tab) this.#chats.delete(key);
  }

  /** Forgets all pages and chats, those that outlive the worker, too. */
  async forgetAll(): Promise<void> {
    this.#health.clear();
    this.#chats.clear();
    (await this.#load()).clear();
    await this.#keeper.save({});
  }

  /** What the page of `tab` said of itself last, wherever it is, or undefined. */
  healthOf(tab: number): PageHealth['state'] | undefined {
    return this.#health.get(tab)?.state;
  }

  /** The tabs in which a content script has spoken. */
  tabs(): number[] {
    return [...this.#health.keys()];
  }

  /**
   * A page that was loaded anew says no goodbye, and counts its rows from 1 again: what its last document told of rows
   * must not be read as what this one shows.
   */
  #forgetDocumentsBefore({ tab, frame, document }: Caller): void {
    for (const [key, { caller }] of this.#chats) {
      if (caller.tab === tab && caller.frame === frame && caller.document !== document) this.#chats.delete(key);
    }
  }

  #load(): Promise<Map<string, Page>> {
    this.#pages ??= this.#keeper.load().then((pages) => new Map(Object.entries(pages)));
    return this.#pages;
  }

  async #keep(conversation: string, page: Page): Promise<void> {
    const pages = await this.#load();
    if (JSON.stringify(pages.get(conversation)) === JSON.stringify(page)) return;
    pages.delete(conversation);
    pages.set(conversation, page);
    for (const hear of [...this.#waiting]) hear(conversation);
    for (const oldest of [...pages.keys()].slice(0, Math.max(0, pages.size - MOST_PAGES))) pages.delete(oldest);
    await this.#keeper.save(Object.fromEntries(pages));
  }
}

/** How tickets and the popup call the conversation that `page` shows: 22 letters, the same for ever. */
export function conversationOf(page: Page): string {
  return encodeBase64Url(placeOf(page).conversationId);
}

function keyOf({ tab, frame, document }: Caller, chat: number): string {
  return `${tab}:${frame}:${document ?? ''}:${chat}`;
}

function pageOf({ origin }: Caller, report: ChatReport): Page | undefined {
  const { key, peer, account, kind, limit, unit, slack, alphabet } = report;
  if (key === '' || kind === 'group' || kind === 'none') return undefined;
  return {
    site: origin,
    account: account === '' ? undefined : account,
    conversation: key,
    peer: peer === '' ? undefined : peer,
    text: { alphabet, limit: { amount: limit, unit, slack } },
  };
}

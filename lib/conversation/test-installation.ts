/**
 * Owns what the tests of this room share: an installation in memory that can be restarted, and a chat site between two of
 * them that shows what it was given, or worse.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { findArmour } from '../armour/index.ts';
import { createMemoryLocks, type KeyKeeper, openStore, type Store } from '../store/index.ts';
import { acceptInvite } from './accept.ts';
import { invite } from './invite.ts';
import { HISTORY, type HistoryEntry } from './message-rows.ts';
import { markSent, takeOutbox } from './outbox.ts';
import { type Page, placeOf } from './place.ts';
import type { Reading } from './reading.ts';
import { readSpans } from './receive.ts';
import { sendText } from './send.ts';
import type { Surroundings } from './surroundings.ts';

export const SITE = 'https://chat.example';
export const SENTENCE = 'I would like to talk privately here.';
/** 23 November 2026. */
export const NOW = 1_795_000_000_000;
export const ROOMY: Page['text'] = { alphabet: 'base62', limit: { amount: 100_000, unit: 'utf16', slack: 0 } };
/** A line of IRC. */
export const LINES: Page['text'] = { alphabet: 'base62', limit: { amount: 350, unit: 'utf8Bytes', slack: 0 } };

/** What `me` sees in the direct chat with `peer`. */
export function pageOf(me: string, peer: string, text: Page['text'] = ROOMY): Page {
  return { site: SITE, account: me, conversation: `@${peer}`, peer, text };
}

/** A place in memory, of which an earlier state can be put back. */
export class MemoryKeeper implements KeyKeeper {
  record: string | undefined;
  async read(): Promise<string | undefined> {
    return this.record;
  }
  async write(record: string): Promise<void> {
    this.record = record;
  }
}

export function systemRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** One person's extension. `start` is what a fresh worker does: new objects over the same disk. */
export class Installation {
  readonly keeper = new MemoryKeeper();
  indexedDB = new IDBFactory();
  nowMs = NOW;
  store!: Store;
  around!: Surroundings;

  static async start(): Promise<Installation> {
    const made = new Installation();
    await made.restart();
    return made;
  }

  async restart(): Promise<void> {
    this.store?.close();
    const locks = createMemoryLocks();
    this.store = await openStore({
      keeper: this.keeper,
      locks,
      random: systemRandom,
      platform: { indexedDB: this.indexedDB, IDBKeyRange },
    });
    this.around = { store: this.store, locks, now: () => this.nowMs, random: systemRandom };
  }
}

/** What stands on the site, as rows of text. */
export class FakeChat {
  readonly rows: string[] = [];

  /** Posts what waits in the outbox of `from`, and says so, as a content script does that saw its rows. */
  async post(from: Installation, page: Page, again = false): Promise<void> {
    for (const { entry, texts } of await takeOutbox(from.around, page, again)) {
      this.rows.push(...texts);
      await markSent(from.around, entry);
    }
  }

  /** Shows everything to `to`. */
  read(to: Installation, page: Page): Promise<Reading[]> {
    return readSpans(to.around, page, spansOf(this.rows));
  }
}

/** The armour in `rows`. */
export function spansOf(rows: readonly string[]): string[] {
  return rows.flatMap((row) => findArmour(row).map(({ start, end }) => row.slice(start, end)));
}

/** Two installations, their pages, and the site between them. */
export class Pair {
  readonly chat = new FakeChat();
  alice!: Installation;
  bob!: Installation;
  readonly alicePage: Page;
  readonly bobPage: Page;

  private constructor(text: Page['text']) {
    this.alicePage = pageOf('alice', 'bob', text);
    this.bobPage = pageOf('bob', 'alice', text);
  }

  static async strangers(text: Page['text'] = ROOMY): Promise<Pair> {
    const pair = new Pair(text);
    pair.alice = await Installation.start();
    pair.bob = await Installation.start();
    return pair;
  }

  /** After one click each: Alice invited, Bob accepted, both answered. */
  static async paired(text: Page['text'] = ROOMY): Promise<Pair> {
    const pair = await Pair.strangers(text);
    await pair.invite();
    await pair.accept();
    await pair.settle();
    return pair;
  }

  async invite(): Promise<void> {
    await invite(this.alice.around, this.alicePage, SENTENCE);
    await this.chat.post(this.alice, this.alicePage);
  }

  async accept(): Promise<void> {
    const readings = await this.chat.read(this.bob, this.bobPage);
    const last = readings.at(-1);
    if (last?.kind !== 'entry') throw new Error(`no invite was read: ${JSON.stringify(last)}`);
    await acceptInvite(this.bob.around, this.bobPage, last.entry);
    await this.chat.post(this.bob, this.bobPage);
  }

  /** Lets both read and answer until nothing waits. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.chat.rows.length; ) {
      before = this.chat.rows.length;
      await this.chat.read(this.alice, this.alicePage);
      await this.chat.post(this.alice, this.alicePage);
      await this.chat.read(this.bob, this.bobPage);
      await this.chat.post(this.bob, this.bobPage);
    }
  }

  async say(who: 'alice' | 'bob', text: string): Promise<string> {
    const page = who === 'alice' ? this.alicePage : this.bobPage;
    const entry = await sendText(this[who].around, page, { text, clientId: crypto.randomUUID() });
    await this.chat.post(this[who], page);
    return entry;
  }
}

/** The texts in the history of what `page` shows, in the order in which they were kept: `from: text`. */
export async function textsOf(who: Installation, page: Page): Promise<string[]> {
  const entries: HistoryEntry[] = await who.store.read((rows) => rows.list(HISTORY, placeOf(page).conversationId));
  return entries
    .sort((a, b) => a.order - b.order)
    .filter(({ kind }) => kind === 'text')
    .map(({ from, text }) => `${from}: ${text}`);
}

/** The code of what `promise` rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no failure';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

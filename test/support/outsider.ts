/**
 * Owns people who are not at any browser of the test: Sotto's use cases over a disk in memory, at a place on the site of the
 * test, by a clock of their own. What they write is as real as what a browser's Sotto writes.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { findArmour } from '../../lib/armour/index.ts';
import {
  acceptInvite,
  endConversation,
  invite,
  type Page,
  readSpans,
  type Surroundings,
  sendText,
  takeOutbox,
} from '../../lib/conversation/index.ts';

import { cryptoReady } from '../../lib/crypto/index.ts';
import { createMemoryLocks, openStore } from '../../lib/store/index.ts';

/** What the demonstration chat on `origin` shows to somebody who talks to `peer`. */
export function demoPage(origin: string, peer: string): Page {
  return {
    site: origin,
    account: undefined,
    conversation: `path:/with/${peer}`,
    peer: peer[0]!.toUpperCase() + peer.slice(1),
    text: { alphabet: 'base62', limit: { amount: 20_000, unit: 'utf16', slack: 0 } },
  };
}

/** Somebody. */
export class Outsider {
  readonly #around: Surroundings;
  readonly #page: Page;

  private constructor(around: Surroundings, page: Page) {
    this.#around = around;
    this.#page = page;
  }

  /** Somebody new at `page`, by whose clock it is `now`, in milliseconds since 1970. */
  static async at(page: Page, now = Date.now()): Promise<Outsider> {
    await cryptoReady();
    const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
    const locks = createMemoryLocks();
    let record: string | undefined;
    const keeper = {
      read: async () => record,
      write: async (next: string) => {
        record = next;
      },
    };
    const platform = { indexedDB: new IDBFactory(), IDBKeyRange };
    const store = await openStore({ keeper, locks, random, platform });
    return new Outsider({ store, locks, now: () => now, random }, page);
  }

  /** The text of an invite: a sentence and a block of armour. */
  async invite(): Promise<string> {
    await invite(this.#around, this.#page, 'Let us talk privately.');
    return this.#post();
  }

  /** Reads `text`, which holds an invite, accepts it, and gives the text of the answer. */
  async accept(text: string): Promise<string> {
    const reading = (await this.#read(text)).at(-1);
    if (reading?.kind !== 'entry') throw new RangeError('no invite to accept');
    await acceptInvite(this.#around, this.#page, reading.entry);
    return this.#post();
  }

  /** Reads `text` and gives what is to be said to it without a person. */
  async hear(text: string): Promise<string> {
    await this.#read(text);
    return this.#post();
  }

  /** Says goodbye, and gives the armour of that. */
  async leave(): Promise<string> {
    await endConversation(this.#around, this.#page);
    return this.#post();
  }

  /** The armour of `words`. */
  async say(words: string): Promise<string> {
    await sendText(this.#around, this.#page, { text: words, clientId: crypto.randomUUID() });
    return this.#post();
  }

  #read(text: string) {
    const spans = findArmour(text).map(({ start, end }) => text.slice(start, end));
    return readSpans(this.#around, this.#page, spans);
  }

  async #post(): Promise<string> {
    const due = await takeOutbox(this.#around, this.#page, false);
    return due.flatMap(({ texts }) => texts).join(' ');
  }
}

/** One word of a private chat between two people whom nobody in the test knows. */
export async function foreignArmour(origin: string): Promise<string> {
  const carol = await Outsider.at(demoPage(origin, 'alice'));
  const dave = await Outsider.at(demoPage(origin, 'bob'));
  const answer = await dave.accept(await carol.invite());
  await dave.hear(await carol.hear(answer));
  return dave.say('not for these');
}

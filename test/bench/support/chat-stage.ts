/**
 * Owns what the chat's figures are taken of: Alice and Bob, paired on the demonstration chat in real browsers, and what they
 * said to each other there; and the chat itself, played again with just as much of that as a figure needs.
 * Does not own measuring. The profile is Alice's, as her browser left it: her keys, her session, her history.
 */
import { rm } from 'node:fs/promises';
import { startDemoChat } from '../../../scripts/demo/server.mjs';
import { freePort } from '../../support/free-port.ts';
import { type GrantedExtension, makeGranted } from '../../support/granted.ts';
import { Person, rest } from '../../support/person.ts';

/** A message as the site has it. */
export interface SiteMessage {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

type Chat = Awaited<ReturnType<typeof startDemoChat>>;

/** The stage. */
export class ChatStage {
  readonly port: number;
  /** What Alice has read or sent herself, in the site's order. */
  known: readonly SiteMessage[] = [];
  /** What Bob wrote while Alice was away. */
  unread: readonly SiteMessage[] = [];
  extension!: GrantedExtension;
  #chat: Chat | undefined;
  #alice: Person | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  /** Has `count` messages said by turns, and `unread` more by Bob alone after Alice has left. A minute or more for 500, by the machine. */
  static async set(count: number, unread: number): Promise<ChatStage> {
    const stage = new ChatStage(await freePort());
    try {
      await stage.#play(count, unread);
      return stage;
    } catch (error) {
      await stage.end();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/with/bob?as=alice`;
  }

  /** The folder of Alice's profile. */
  profile = '';

  /** How many of `messages` are words that someone said: the first rows pair the two. */
  spoken(messages: readonly SiteMessage[]): number {
    return messages.length - this.#unspoken;
  }
  #unspoken = 0;

  /** Starts the chat anew with `messages`. */
  async show(messages: readonly SiteMessage[]): Promise<void> {
    await this.#chat?.stop();
    this.#chat = await startDemoChat(this.port);
    for (const message of messages) await this.post(message);
  }

  /** Gives the site one more message. */
  async post({ from, to, text }: Pick<SiteMessage, 'from' | 'to' | 'text'>): Promise<void> {
    const body = JSON.stringify({ from, to, text });
    const { status } = await fetch(`http://127.0.0.1:${this.port}/messages`, { method: 'POST', body });
    if (status !== 204) throw new Error(`the chat took no message: ${status}`);
  }

  async end(): Promise<void> {
    await this.#chat?.stop();
    await this.#alice?.end().catch(() => undefined);
    if (this.profile !== '') await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    await this.extension?.remove();
  }

  async #play(count: number, unread: number): Promise<void> {
    await this.show([]);
    this.extension = await makeGranted('chrome-mv3');
    const alice = await Person.begin('chromium', this.extension.folder);
    this.#alice = alice;
    this.profile = profileOf(alice);
    const bob = await Person.begin('chromium', this.extension.folder);
    try {
      await alice.page.goto(this.url);
      await bob.page.goto(`http://127.0.0.1:${this.port}/with/alice?as=bob`);
      await alice.pressLock('#editor');
      await bob.accept();
      await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
      // Until both have answered, messages carry what opens the session, over several rows.
      for (const [place, speaker] of [alice, bob, alice, bob].entries()) {
        await sayAll(speaker, 1, `At first, ${place}, someone`);
        await Promise.all([alice, bob].map((each) => untilShown(each, place + 1)));
      }
      this.#unspoken = this.#chat!.messages().length - 4;
      const left = count - this.#chat!.messages().length;
      const half = Math.ceil(left / 2);
      await Promise.all([sayAll(alice, half, 'Alice'), sayAll(bob, left - half, 'Bob')]);
      await this.#untilPosted(count);
      await untilShown(alice, this.spoken(this.#chat!.messages()));
      this.known = [...this.#chat!.messages()];
      await alice.page.browser().close();
      await sayAll(bob, unread, 'Bob, later');
      await this.#untilPosted(count + unread);
      this.unread = this.#chat!.messages().slice(count);
    } finally {
      await bob.end();
    }
  }

  async #untilPosted(count: number): Promise<void> {
    for (const end = Date.now() + 300_000; this.#chat!.messages().length < count; await rest(100)) {
      if (Date.now() > end) throw new Error(`only ${this.#chat!.messages().length} of ${count} were sent`);
    }
  }
}

/** Three lines each: a bubble with its words is then higher than one that is still being read. */
export function wordsOf(place: number, who: string): string {
  return `${who} says number ${place}\nand that there is more to say,\nas people do in chats.`;
}

function untilShown(person: Person, count: number): Promise<unknown> {
  return person.until(`${count} bubbles with words`, async () => {
    const bubbles = await person.bubbles();
    return bubbles.filter(({ words }) => words.includes('as people do in chats')).length >= count;
  });
}

/** Says all of it from the person's own composer, which sends one after the other. */
async function sayAll(person: Person, count: number, who: string): Promise<void> {
  const frame = person.page.frames().find((each) => each.url().includes('/composer.html'));
  if (frame === undefined) throw new Error('no composer');
  const texts = Array.from({ length: count }, (_, place) => wordsOf(place, who));
  await frame.evaluate(async (all) => {
    const box = document.querySelector('textarea')!;
    for (const text of all) {
      box.value = text;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    }
  }, texts);
}

function profileOf(person: Person): string {
  const flag = '--user-data-dir=';
  const found = person.page
    .browser()
    .process()
    ?.spawnargs.find((each) => each.startsWith(flag));
  if (found === undefined) throw new Error('a browser without a profile');
  return found.slice(flag.length);
}

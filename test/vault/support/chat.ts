/** Owns two people in a chat: two browsers, and a site between them that shows to each what the other posted. */
import { findArmour } from '../../../lib/armour/index.ts';
import type { Page } from '../../../lib/conversation/index.ts';
import { BackupBrowser, type Fetch } from './backup-browser.ts';

const conversation = await import('../../../lib/conversation/index.ts');

export interface People {
  /** The names of their accounts on the site. */
  readonly me: string;
  readonly peer: string;
  readonly site: string;
}

export class Chat {
  readonly me: BackupBrowser;
  readonly peer: BackupBrowser;
  readonly #people: People;

  private constructor(me: BackupBrowser, peer: BackupBrowser, people: People) {
    this.me = me;
    this.peer = peer;
    this.#people = people;
  }

  /** They have accepted each other. `send` is the way of `me` to the network. */
  static async open(people: People, send: Fetch = fetch): Promise<Chat> {
    const chat = new Chat(await BackupBrowser.open(send), await BackupBrowser.open(), people);
    const [me, peer] = [chat.me.around, chat.peer.around];
    await conversation.invite(me, chat.page, 'Shall we talk here?');
    const [reading] = await conversation.readSpans(peer, chat.peerPage, await posted(chat.me, chat.page));
    if (reading?.kind !== 'entry') throw new Error('no invite came');
    await conversation.acceptInvite(peer, chat.peerPage, reading.entry);
    await conversation.readSpans(me, chat.page, await posted(chat.peer, chat.peerPage));
    await chat.say('hello');
    return chat;
  }

  /** What `me` sees. */
  get page(): Page {
    const { me, peer, site } = this.#people;
    return { site, account: me, conversation: `@${peer}`, peer, text: LIMITS };
  }

  get peerPage(): Page {
    const { me, peer, site } = this.#people;
    return { site, account: peer, conversation: `@${me}`, peer: me, text: LIMITS };
  }

  /** `me` writes, and the site takes it. */
  async say(text: string): Promise<void> {
    await conversation.sendText(this.me.around, this.page, { text, clientId: crypto.randomUUID() });
    this.#last = await posted(this.me, this.page);
  }

  /** `peer` reads what was said last, answers, and is read. */
  async answer(text: string): Promise<void> {
    await conversation.readSpans(this.peer.around, this.peerPage, this.#last);
    await conversation.sendText(this.peer.around, this.peerPage, { text, clientId: crypto.randomUUID() });
    await conversation.readSpans(this.me.around, this.page, await posted(this.peer, this.peerPage));
  }

  #last: string[] = [];

  close(): void {
    this.me.close();
    this.peer.close();
  }
}

/** No limit that matters here. */
const LIMITS: Page['text'] = { alphabet: 'base62', limit: { amount: 100_000, unit: 'utf16', slack: 0 } };

/** What waited to be posted, as it stands on the site then. */
async function posted({ around }: BackupBrowser, page: Page): Promise<string[]> {
  const spans: string[] = [];
  for (const { entry, texts } of await conversation.takeOutbox(around, page, false)) {
    for (const text of texts) spans.push(...findArmour(text).map(({ start, end }) => text.slice(start, end)));
    await conversation.markSent(around, entry);
  }
  return spans;
}

/**
 * Owns handing what waits to be sent to the page that can send it, one message at a time and conversation, and whoever
 * waits to hear what became of it.
 * Does not own making messages or remembering them (lib/conversation).
 *
 * Invariants: a message is in the hands of one chat at a time. What was handed out before this worker lived is handed out
 * again only when the chat has told its list, so that what the site has is not sent once more.
 */
import {
  type HandOut,
  markFailed,
  markSent,
  retrySending,
  type Surroundings,
  takeOutbox,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { OpenChat } from './open-chats.ts';
import type { Delivery, Settlement } from './page-contract.ts';

/** A page that has not said a word for this long after it was handed a message is gone: longer than 64 slow chunks. */
const HAND_OUT_MS = 120_000;
/** What a person waits for at most: then the message counts as on its way. Below the composer's own patience. */
const PATIENCE_MS = 25_000;
const NOTHING: Delivery = { delivery: '', texts: [] };

interface InHand {
  readonly chat: OpenChat;
  readonly until: number;
}

/** Somebody who waits to hear what became of a message. */
interface Waiting {
  readonly conversation: string;
  readonly tell: (code: string | null) => void;
}

/** What the courier stands on. */
export interface CourierParts {
  readonly around: () => Promise<Surroundings>;
  readonly now: () => number;
  /** Tells every page of a conversation that something waits. */
  readonly nudge: (conversation: string) => void;
}

/** The courier of all conversations. */
export class Courier {
  readonly #parts: CourierParts;
  readonly #inHand = new Map<string, InHand>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** Tells every page of a conversation that something waits for it. */
  nudge(conversation: string): void {
    this.#parts.nudge(conversation);
  }

  /** The next message for `chat`, or nothing. */
  async take(chat: OpenChat): Promise<Delivery> {
    const { page, listed } = chat;
    if (page === undefined || !listed) return NOTHING;
    const now = this.#parts.now();
    for (const [entry, { chat: holder, until }] of this.#inHand) {
      if (until < now || isReplaced(holder, chat)) this.#inHand.delete(entry);
      else if (holder.conversation === chat.conversation) return NOTHING;
    }
    const around = await this.#parts.around();
    const waiting = [...this.#waiting];
    const due = await takeOutbox(around, page, true);
    // The list showed it, after the worker died that had handed it out: nobody else will tell.
    for (const [entry, each] of waiting) {
      const isOver = each.conversation === chat.conversation && !due.some((handOut) => handOut.entry === entry);
      if (isOver && this.#waiting.get(entry) === each) each.tell(null);
    }
    const next: HandOut | undefined = due.find(({ entry }) => !this.#inHand.has(entry));
    if (next === undefined) return NOTHING;
    this.#inHand.set(next.entry, { chat, until: now + HAND_OUT_MS });
    return { delivery: next.entry, texts: next.texts };
  }

  /** Takes what came of a message. */
  async settle(chat: OpenChat, { delivery, code }: Settlement): Promise<void> {
    if (this.#inHand.get(delivery)?.chat !== chat) return;
    this.#inHand.delete(delivery);
    const waiting = this.#waiting.get(delivery);
    this.#waiting.delete(delivery);
    const around = await this.#parts.around();
    if (code === '') await markSent(around, delivery);
    else await markFailed(around, delivery, code);
    waiting?.tell(code === '' ? null : code);
  }

  /** Has `entry` sent, and waits for what becomes of it. Throws the site's code, or SendUnconfirmed where no page is there. */
  async deliver(conversation: string, entry: string): Promise<void> {
    const around = await this.#parts.around();
    // What the site refused before, and is asked for again. What has left the outbox is on the site.
    const sent = await retrySending(around, entry).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Failure && error.code === 'SendUnknown') return true;
        throw error;
      },
    );
    if (sent) return;
    let patience: ReturnType<typeof setTimeout> | undefined;
    const outcome = new Promise<string | null>((resolve) => {
      this.#waiting.set(entry, { conversation, tell: resolve });
      patience = setTimeout(() => resolve(this.#inHand.has(entry) ? null : 'SendUnconfirmed'), PATIENCE_MS);
    });
    this.#parts.nudge(conversation);
    const code = await outcome;
    // Nothing runs any more for what is told.
    clearTimeout(patience);
    this.#waiting.delete(entry);
    if (code !== null) throw new Failure(code, 'user');
  }
}

/** The same place on the same page was opened anew: what it had in hand before it has forgotten. */
function isReplaced(holder: OpenChat, chat: OpenChat): boolean {
  const samePlace = holder.caller.tab === chat.caller.tab && holder.caller.frame === chat.caller.frame;
  return samePlace && holder !== chat;
}

/**
 * Owns what a chat site's content script and the background say to each other about the chats of a page: which chat
 * shows what, which rows hold armour, what is to be sent, and what came of it. Types only, so that a content script carries none of the other half.
 * Does not own frames and their tickets (frames/mount-contract.ts).
 *
 * Invariant: nothing here holds what a person wrote. Texts are the site's own rows and our ciphertext; all that a
 * content script says is the page's word, and is checked by whoever acts on it.
 */
import type { TicketRegistration } from '../frames/mount-contract.ts';
import type { Method, PushedEvent } from '../rpc/client.ts';

/** What a content script says of one chat of its page. Absent hints are empty texts. */
export interface ChatReport {
  /** Names the chat in its document: counted by the content script, never used again. */
  readonly chat: number;
  /** Whether its rows are told anew; false where the page only says more of the conversation that it shows. */
  readonly anew: boolean;
  /** What the page calls the conversation, in a way that lasts. */
  readonly key: string;
  /** The name of the other side, as shown. */
  readonly peer: string;
  /** The name of the person's own account, as shown. */
  readonly account: string;
  readonly kind: 'direct' | 'group' | 'none' | 'unknown';
  /** The longest message of the site, in `unit`, of which `slack` stays free. */
  readonly limit: number;
  readonly unit: 'utf16' | 'codePoints' | 'utf8Bytes';
  readonly slack: number;
  readonly alphabet: 'base62' | 'han14';
}

/**
 * - none: nobody has offered anything. - inviting: our invite is out. - invited: theirs is here.
 * - private: messages go by Sotto alone, or not at all. - closed: no private chat can be here (a group, a server's window, no name).
 */
export type ChatState = 'none' | 'inviting' | 'invited' | 'private' | 'closed';

/** What the background says of one chat. */
export interface ChatStatus {
  readonly chat: number;
  /** The background's name for the conversation, for tickets; empty where there is none to show. */
  readonly conversation: string;
  readonly state: ChatState;
  /** What the lock says, in the person's language. */
  readonly label: string;
}

/** A row of the site's list that holds armour. */
export interface RowReport {
  /** Names the row in its document: counted by the content script. */
  readonly row: number;
  /** The texts of its spans. The last one may be cut off. */
  readonly spans: readonly string[];
  readonly complete: boolean;
  readonly own: 'yes' | 'no' | 'unknown';
}

/** What changed in the list of a chat. */
export interface RowsReport {
  readonly chat: number;
  /** Rows that came, or say something else than when they were told before. */
  readonly rows: readonly RowReport[];
  /** All rows with armour that are in the list now, in reading order. */
  readonly order: readonly number[];
  /** Only what was read before is to be looked up: the rows are told again, in their order, by the calls that follow. */
  readonly known: boolean;
}

/**
 * What a row that was told is. bubble: a bubble of ours stands for it, whose id is the letter r and the number of the row. fold: a further part
 * of a message, or what the two extensions say to each other. leave: the site's own row stays in sight.
 */
export interface RowVerdict {
  readonly row: number;
  readonly show: 'bubble' | 'fold' | 'leave';
}

/** Texts to be sent through the site's box, in order, as one message of ours. */
export interface Delivery {
  /** Empty where there is nothing to send. */
  readonly delivery: string;
  readonly texts: readonly string[];
}

/** What came of a delivery: an empty code, or why the site did not take the text at `sent`. */
export interface Settlement {
  readonly chat: number;
  readonly delivery: string;
  /** How many of its texts were proven to be in the site's list. */
  readonly sent: number;
  readonly code: string;
}

/** How well the page works as a chat: shown in the popup. */
export interface PageHealth {
  readonly state: 'healthy' | 'degraded' | 'unsupported';
  readonly reasons: readonly string[];
  /** As people call the site, or empty where nobody described it. */
  readonly site: string;
}

/** All that a chat's content script may call and hear. */
export interface PageContract {
  readonly methods: {
    readonly 'frames.register': Method<TicketRegistration, null>;
    readonly 'page.health': Method<PageHealth, null>;
    readonly 'chat.open': Method<ChatReport, ChatStatus>;
    readonly 'chat.close': Method<{ chat: number }, null>;
    readonly 'chat.rows': Method<RowsReport, RowVerdict[]>;
    readonly 'chat.invite': Method<{ chat: number }, null>;
    readonly 'chat.take': Method<{ chat: number }, Delivery>;
    readonly 'chat.settle': Method<Settlement, null>;
  };
  readonly events: {
    /** The status of a chat changed. */
    readonly 'chat.status': PushedEvent<ChatStatus>;
    /** What rows are, all that were told, changed without a row having changed. */
    readonly 'chat.verdicts': PushedEvent<{ chat: number; verdicts: RowVerdict[] }>;
    /** Something is to be sent in this chat: to be taken by `chat.take`. */
    readonly 'chat.outbox': PushedEvent<{ chat: number }>;
  };
}

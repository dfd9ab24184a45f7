/**
 * Owns what the popup asks: this site, the chats of this tab, verification, and encrypting or decrypting by hand.
 * Does not own the answers (popup-desk.ts).
 */
import { type Contract, flag, integer, method, record, text } from '../rpc/index.ts';
import type { ChatState, PageHealth } from './page-contract.ts';

/** The site of the tab that the popup was opened over. */
export interface PopupSite {
  /** As the browser serialises it. */
  readonly origin: string;
  /** What is to be asked of the browser to be allowed here. */
  readonly pattern: string;
  readonly granted: boolean;
  /** What the content script of the tab said last, or null where none has spoken. */
  readonly health: PageHealth | null;
}

/** One chat of the tab. */
export interface PopupChat {
  /** The background's name for the conversation. */
  readonly conversation: string;
  readonly name: string;
  readonly state: ChatState | 'keyChanged';
  /** How the page called the contact when the chat began, where it shows another name now; else null. */
  readonly renamedFrom: string | null;
  /** The newest invite of theirs in the list that can still be accepted, by its entry's name; else null. */
  readonly invite: string | null;
  readonly verified: boolean;
  /** 60 digits, or empty where there is no session. */
  readonly safetyNumber: string;
}

/** What the popup shows. */
export interface PopupState {
  readonly version: string;
  readonly cryptoReady: boolean;
  /** Why what is kept can't be used, as a failure's code, or null. */
  readonly trouble: string | null;
  /** Null where no site can be: a page of the browser's own, or none. */
  readonly site: PopupSite | null;
  readonly chats: readonly PopupChat[];
}

/** Longer than any message with all of its chunks. */
const MAX_BY_HAND = 131_072;
const MAX_ADDRESS = 8192;
const conversation = text(128, 1);
const fromPopup = { carries: 'plaintext', callers: ['popup'] } as const;

/** The calls of the popup. */
export const popupContract = {
  methods: {
    'popup.open': method<{ tab: number; address: string }, PopupState>({
      ...fromPopup,
      parse: record({ tab: integer(-1, 2 ** 31 - 1), address: text(MAX_ADDRESS) }),
    }),
    'popup.verify': method<{ conversation: string; verified: boolean }, null>({
      ...fromPopup,
      parse: record({ conversation, verified: flag }),
    }),
    /** Accepts `invite` where the page hides or covers its own button. */
    'popup.acceptInvite': method<{ conversation: string; invite: string }, null>({
      ...fromPopup,
      parse: record({ conversation, invite: text(128, 1) }),
    }),
    'popup.acceptKey': method<{ conversation: string }, null>({ ...fromPopup, parse: record({ conversation }) }),
    'popup.refuseKey': method<{ conversation: string }, null>({ ...fromPopup, parse: record({ conversation }) }),
    /** `name`: the one that the popup showed. */
    'popup.acceptName': method<{ conversation: string; name: string }, null>({
      ...fromPopup,
      parse: record({ conversation, name: text(256, 1) }),
    }),
    /** Gives the texts to be pasted, one message each. */
    'popup.encrypt': method<{ conversation: string; text: string }, string[]>({
      ...fromPopup,
      parse: record({ conversation, text: text(MAX_BY_HAND, 1) }),
    }),
    /** Gives the words of a pasted text. */
    'popup.decrypt': method<{ conversation: string; text: string }, string>({
      ...fromPopup,
      parse: record({ conversation, text: text(MAX_BY_HAND, 1) }),
    }),
  },
  events: {},
} satisfies Contract;

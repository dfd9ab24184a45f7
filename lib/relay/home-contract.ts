/**
 * Owns what home asks: everybody with whom anything was begun, verification, the history, the person's own mark, and
 * forgetting everything.
 * Does not own the answers (home-desk.ts), nor the grants of sites: home asks the browser itself, in the person's press.
 */
import type { ConversationState, HistoryLine, HistorySlice } from '../conversation/index.ts';
import type { TrustMark } from '../frames/index.ts';
import { type Contract, flag, integer, method, nothing, record, text } from '../rpc/index.ts';

export type { HistoryLine, HistorySlice };

/** Somebody with whom anything was begun. */
export interface HomeContact {
  /** The background's name for the conversation. */
  readonly conversation: string;
  readonly name: string;
  /** The host of the site, with its port where it has one. */
  readonly site: string;
  readonly state: ConversationState;
  readonly verified: boolean;
}

/** What a person can pick a mark from. */
export interface MarkChoices {
  readonly colours: readonly string[];
  readonly signs: readonly string[];
}

/** What home shows besides what it asks for piece by piece. */
export interface HomeState {
  readonly version: string;
  readonly cryptoReady: boolean;
  /** Why what is kept can't be used, as a failure's code, or null. */
  readonly trouble: string | null;
  /** A changed key first, then by name. Empty where there is trouble. */
  readonly contacts: readonly HomeContact[];
  readonly mark: TrustMark;
  readonly choices: MarkChoices;
}

/** What two people compare. */
export interface HomeSafety {
  /** 60 digits; of the key that waits for a decision where one does. */
  readonly digits: string;
  readonly verified: boolean;
}

/** A stretch of the history of one conversation, from the newest backwards. */
export interface HistoryQuery {
  readonly conversation: string;
  /** Only entries older than this one, by the `next` of the slice before; NEWEST for the first. */
  readonly before: number;
  /** Only entries with these words in them; empty for all. */
  readonly words: string;
}

/** No entry is newer. */
export const NEWEST = Number.MAX_SAFE_INTEGER;
/** Longer than anything that one looks for by typing it. */
export const MAX_SOUGHT = 200;

const DIGITS = 60;
const conversation = text(128, 1);
const fromHome = { carries: 'plaintext', callers: ['home'] } as const;

/** The calls of home. */
export const homeContract = {
  methods: {
    'home.open': method<Record<never, never>, HomeState>({ ...fromHome, parse: nothing }),
    'home.safety': method<{ conversation: string }, HomeSafety>({ ...fromHome, parse: record({ conversation }) }),
    /** `digits`: those that home showed. */
    'home.verify': method<{ conversation: string; digits: string; verified: boolean }, null>({
      ...fromHome,
      parse: record({ conversation, digits: text(DIGITS, DIGITS), verified: flag }),
    }),
    'home.acceptKey': method<{ conversation: string }, null>({ ...fromHome, parse: record({ conversation }) }),
    'home.refuseKey': method<{ conversation: string }, null>({ ...fromHome, parse: record({ conversation }) }),
    'home.history': method<HistoryQuery, HistorySlice>({
      ...fromHome,
      parse: record({ conversation, before: integer(0, NEWEST), words: text(MAX_SOUGHT) }),
    }),
    /** Deletes one line of a history, for good; `line` is its id. Null also where it is gone already. */
    'home.forget': method<{ conversation: string; line: string }, null>({
      ...fromHome,
      parse: record({ conversation, line: text(128, 1) }),
    }),
    /** Deletes a contact with all that was said, for good. */
    'home.forgetContact': method<{ conversation: string }, null>({ ...fromHome, parse: record({ conversation }) }),
    'home.setMark': method<TrustMark, null>({ ...fromHome, parse: record({ colour: text(16, 1), sign: text(16, 1) }) }),
    /** Forgets all that is kept on this device. Nothing comes back. */
    'home.erase': method<Record<never, never>, null>({ ...fromHome, parse: nothing }),
  },
  events: {},
} satisfies Contract;

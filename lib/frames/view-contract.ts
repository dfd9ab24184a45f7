/**
 * Owns what composer and transcript ask of the background, and what it tells them: the seam where the use cases plug in.
 * Does not own the answers: lib/conversation gives them through handlers of this contract.
 *
 * Invariant: every method here carries plaintext, so that only a seated frame may call it; which conversation it speaks
 * of is in its caller, by its ticket, and never in a request.
 */
import type { Retry } from '../failure/index.ts';
import { type Contract, listOf, method, nothing, pushedEvent, record, text } from '../rpc/index.ts';
import { type LinkCard, previewEvents, previewMethods } from './preview-contract.ts';

/** A person's own sign, picked at install, by which they know a frame of theirs. */
export interface TrustMark {
  /** One of the palette of components/trust-mark. */
  readonly colour: string;
  /** A single sign, for example an emoji. */
  readonly sign: string;
}

/** What the composer shows around the text. */
export interface ComposerState {
  readonly mark: TrustMark;
  readonly contact: { readonly name: string; readonly verified: boolean };
  readonly draft: string;
  /** How many UTF-16 units one message may have here. */
  readonly limit: number;
  /** Why nothing can be sent now, as a failure's code, or null. */
  readonly blocked: string | null;
  /** Why the site did not take the words of the draft, as a failure's code, or null. */
  readonly unsent: string | null;
  /** How many texts wait until the contact's Sotto has answered: in a chat that came out of a backup. */
  readonly waiting: number;
}

/** Why a message cannot be read. Each has its sentences in lib/text. */
export type UnreadableReason =
  | 'Damaged'
  | 'Incomplete'
  | 'NotForYou'
  | 'OtherConversation'
  | 'UpdateNeeded'
  | 'SessionLost'
  | 'ContactKeyChanged'
  | 'NoRoom';

/** What a bubble says of itself. */
export type BubbleState =
  | 'reading'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'received'
  | 'unsent'
  | 'unreadable'
  | 'removed'
  | 'repeated'
  | 'invite'
  /** Said before, and sent again by their Sotto. */
  | 'resent'
  /** A line of our own about the chat: nobody said it. */
  | 'note';

/** One bubble. */
export interface Bubble {
  readonly id: string;
  readonly from: 'me' | 'them';
  readonly state: BubbleState;
  /** The words; empty where there are none to show. */
  readonly text: string;
  /** For `invite`: who invites. */
  readonly name: string;
  /** When it was sent, in milliseconds since 1970, or null where that is not known. */
  readonly sentAt: number | null;
  /** How many before this one have not arrived. */
  readonly missingBefore: number;
  /** For `unreadable`. */
  readonly reason: UnreadableReason | null;
  /** For `unsent`: when trying again may help. */
  readonly retry: Retry | null;
  /** Of the link in its words, or null. */
  readonly preview: LinkCard | null;
}

/** Longer than any site takes, so that a too long text can be kept as a draft and be shortened. */
export const MAX_TEXT = 65_536;
/** As many as a list shows at once (MAX_ROWS of the layout). */
const MAX_IDS = 2000;
const id = text(128, 1);
const address = text(4096, 1);

/** What the frames ask. */
export const viewContract = {
  methods: {
    'composer.open': method<Record<never, never>, ComposerState>({
      carries: 'plaintext',
      callers: ['composer'],
      parse: nothing,
    }),
    'composer.keepDraft': method<{ text: string }, null>({
      carries: 'plaintext',
      callers: ['composer'],
      parse: record({ text: text(MAX_TEXT) }),
    }),
    /**
     * `clientId` is the same for every try of one message, so that it is encrypted once. The draft is forgotten in the
     * same step in which the message is kept.
     */
    'composer.send': method<{ text: string; clientId: string }, null>({
      carries: 'plaintext',
      callers: ['composer'],
      parse: record({ text: text(MAX_TEXT, 1), clientId: id }),
    }),
    /** Puts what waits for the contact's Sotto back into the draft. */
    'composer.takeBack': method<Record<never, never>, null>({
      carries: 'plaintext',
      callers: ['composer'],
      parse: nothing,
    }),
    'transcript.read': method<{ ids: string[] }, Bubble[]>({
      carries: 'plaintext',
      callers: ['transcript'],
      parse: record({ ids: listOf(id, MAX_IDS) }),
    }),
    'transcript.accept': method<{ id: string }, null>({
      carries: 'plaintext',
      callers: ['transcript'],
      parse: record({ id }),
    }),
    'transcript.retry': method<{ id: string }, null>({
      carries: 'plaintext',
      callers: ['transcript'],
      parse: record({ id }),
    }),
    'transcript.openLink': method<{ address: string }, null>({
      carries: 'plaintext',
      callers: ['transcript'],
      parse: record({ address }),
    }),
    ...previewMethods,
  },
  events: {
    'composer.changed': pushedEvent<ComposerState>({ carries: 'plaintext', listeners: ['composer'] }),
    'transcript.changed': pushedEvent<Bubble[]>({ carries: 'plaintext', listeners: ['transcript'] }),
    ...previewEvents,
  },
} satisfies Contract;

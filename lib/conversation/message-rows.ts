/** Owns how messages are kept: what was said, what is still to be sent, which armour is which message, what waits. */
import type { AssemblyRecord } from '../armour/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { type RowTable, row } from '../store/index.ts';
import type { InviteId } from './conversation-row.ts';
import type { ConversationId } from './place.ts';

/** 16 bytes that name an entry of the history on this installation. */
export type HistoryId = Bytes<'HistoryId'>;

/** One entry of the history. It stays when the keys are gone. */
export interface HistoryEntry {
  readonly id: HistoryId;
  readonly conversationId: ConversationId;
  /** Rises in the order in which entries were made here. */
  readonly order: number;
  /** When it was sent or read here, in milliseconds since 1970. */
  readonly at: number;
  readonly from: 'me' | 'them';
  /** `other`: something that this version keeps and can't show. `unknown`: needs a newer version. */
  readonly kind: 'text' | 'invite' | 'control' | 'other' | 'unknown';
  /** The words; of a control for which the transcript has something to show, its name (restored.ts). */
  readonly text: string;
  /** The invite, or the one that began the thread. */
  readonly inviteId: InviteId;
  /** Place among the contents of its sender in its thread. */
  readonly generation: number;
  readonly sequence: number;
  /** Of what can't be shown, or brought several texts: the padded content as it came, with the context that it was made for. */
  readonly raw: { readonly plaintext: Uint8Array; readonly hash: Uint8Array; readonly marks: Uint8Array } | undefined;
  /** Whether its sender took it back. */
  readonly removed: boolean;
}

/**
 * - toSend: to be handed to the page. handedOut: it was; whether the site took it is not known.
 * - byHand: the person carries it; no page is given it.
 * - waiting: there is no session yet that it could go on; its words are in the history, and no text of it is made.
 * - failed: the site did not take it, with the code of why; the person may try again.
 * What the site is known to have leaves the outbox.
 */
export type DeliveryState = 'toSend' | 'handedOut' | 'failed' | 'byHand' | 'waiting';

/** A message on its way. Its texts are made once and never again. */
export interface Outgoing {
  readonly id: HistoryId;
  readonly conversationId: ConversationId;
  readonly order: number;
  readonly state: DeliveryState;
  readonly reason: string | undefined;
  /** What is to be put on the site, in order; each holds at most one chunk. */
  readonly texts: readonly string[];
  /** Of each text: the chunk in it, or undefined where it has none. */
  readonly chunkOf: readonly (number | undefined)[];
  /** Chunks that were seen on the site. */
  readonly seen: readonly number[];
}

/** What an armour message id leads to. */
export interface LedgerEntry {
  readonly historyId: HistoryId;
  readonly conversationId: ConversationId;
  readonly own: boolean;
  /** The first 8 bytes of the SHA-256 of each chunk's payload: what else carries this id is not this message. */
  readonly digests: readonly Bytes<'ChunkDigest'>[];
}

const MOST_CHUNKS = 64;
const id = <Name extends string>() => row.fixed<Name>(16);
const anyBytes: row.RowCodec<Uint8Array> = row.bytes<'Any'>() as row.RowCodec<Uint8Array>;

export const HISTORY: RowTable<HistoryEntry> = {
  name: 'history',
  version: 1,
  codec: row.record<HistoryEntry>({
    id: id<'HistoryId'>(),
    conversationId: id<'ConversationId'>(),
    order: row.uint53,
    at: row.uint53,
    from: row.oneOf('me', 'them'),
    kind: row.oneOf('text', 'invite', 'control', 'other', 'unknown'),
    text: row.text,
    inviteId: id<'InviteId'>(),
    generation: row.uint32,
    sequence: row.uint32,
    raw: row.optional(row.record({ plaintext: anyBytes, hash: anyBytes, marks: anyBytes })),
    removed: row.flag,
  }),
};

export const OUTBOX: RowTable<Outgoing> = {
  name: 'outbox',
  version: 1,
  codec: row.record<Outgoing>({
    id: id<'HistoryId'>(),
    conversationId: id<'ConversationId'>(),
    order: row.uint53,
    state: row.oneOf('toSend', 'handedOut', 'failed', 'byHand', 'waiting'),
    reason: row.optional(row.text),
    // A sentence in front of the chunks of an invite.
    texts: row.list(row.text, 1 + MOST_CHUNKS),
    chunkOf: row.list(row.optional(row.uint32), 1 + MOST_CHUNKS),
    seen: row.list(row.uint32, MOST_CHUNKS),
  }),
};

export const LEDGER: RowTable<LedgerEntry> = {
  name: 'ledger',
  version: 1,
  codec: row.record<LedgerEntry>({
    historyId: id<'HistoryId'>(),
    conversationId: id<'ConversationId'>(),
    own: row.flag,
    digests: row.list(row.fixed<'ChunkDigest'>(8), MOST_CHUNKS),
  }),
};

export const ASSEMBLIES: RowTable<AssemblyRecord> = {
  name: 'assemblies',
  version: 1,
  codec: row.bytes<'AssemblyRecord'>(),
};

export const DRAFTS: RowTable<string> = { name: 'drafts', version: 1, codec: row.text };

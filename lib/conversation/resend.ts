/**
 * Owns sending again what a contact's restored browser missed.
 * Does not own asking for it (restored.ts).
 *
 * Invariants: only who holds the identity key for which a text was encrypted before is sent it again; once a session, bounded,
 * and as a message like any other: nothing that was encrypted is encrypted again, the words are.
 */
import { encodeHex, encodeUtf8, equalBytes } from '../bytes/index.ts';
import { type ContentPosition, MAX_RESENT, MAX_RESENT_BYTES, type ResentMessage } from '../content/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { MARKS, type Mark } from './backup-rows.ts';
import type { Conversation, InviteId, Thread } from './conversation-row.ts';
import { findConversation, historyIdOf } from './entries.ts';
import { HISTORY, type HistoryEntry, type HistoryId, OUTBOX } from './message-rows.ts';
import { queueContent } from './outgoing.ts';
import { findPersona } from './persona.ts';
import type { ConversationId, SiteText } from './place.ts';
import { nameOfPosition, positionOf } from './position.ts';
import { textsFor } from './site-room.ts';
import type { Surroundings } from './surroundings.ts';
import { findThread, isWithPeer, listThreads } from './thread.ts';

/** Who restores twice within this time is not sent everything twice: nobody makes us fill a chat. */
const REST_MS = 10 * 60 * 1000;
/** 2^32 - 1 seconds: as far as a content counts. */
const MAX_SECONDS = 0xffffffff;
/** Texts on the site for all that is sent again: more would flood a chat whose messages are short. */
const MOST_TEXTS = 16;
/** Tags, lengths, position, time and armour id of one text that is sent again. */
const MESSAGE_BYTES = 80;
const DIGEST_BYTES = 10;
/** Envelope, kind and count. */
const CONTENT_BYTES = 80;

/** Who asks, and where: the session of a restored browser. */
export interface Asking {
  readonly conversationId: ConversationId;
  readonly inviteId: InviteId;
  readonly after: ContentPosition | undefined;
  readonly site: SiteText;
}

/**
 * Sends again, in one message, what was said after `after` to the identity key that asks, the newest 50 texts at most and as
 * much as stands in few texts on the site. Nothing where nothing was said, where this session was answered already, or another
 * one just now.
 */
export async function sendAgain(rows: WritableRows, around: Surroundings, asking: Asking): Promise<void> {
  const { conversationId, inviteId, site } = asking;
  const conversation = await findConversation(rows, conversationId);
  const thread = await findThread(rows, conversationId, inviteId);
  if (conversation?.state !== 'private' || thread === undefined || !isWithPeer(conversation, thread)) return;
  const threads = await listThreads(rows, conversationId);
  if (await wasAnswered(rows, asking, threads, around.now())) return;
  const missed = await findMissed(rows, conversation, threads, asking);
  if (missed.length === 0) return;
  const messages = await fittingOf(rows, missed, site);
  await queueContent(rows, around, {
    persona: await findPersona(rows, conversation.personaId),
    conversation,
    thread,
    content: { kind: 'resent', messages, left: missed.length - messages.length },
    id: answerId(conversationId, inviteId),
    site,
  });
}

/** Own texts that the asking identity was sent after what it has, in order. Those that the site never took are no part of it. */
async function findMissed(
  rows: Rows,
  conversation: Conversation,
  threads: readonly Thread[],
  { inviteId, after }: Asking,
): Promise<HistoryEntry[]> {
  const own = (await rows.list(HISTORY, conversation.id)).filter(
    ({ from, kind }) => from === 'me' && kind !== 'invite',
  );
  const has = after && own.find((entry) => nameOfPosition(positionOf(entry)) === nameOfPosition(after));
  const unsent = (await rows.list(OUTBOX, conversation.id)).filter(
    ({ state }) => state === 'failed' || state === 'waiting',
  );
  const never = new Set(unsent.map(({ id }) => encodeHex(id)));
  const sameIdentity = new Set(
    threads.filter((thread) => isWithPeer(conversation, thread)).map((thread) => encodeHex(thread.inviteId)),
  );
  // What was said in the session that asks arrives by itself.
  sameIdentity.delete(encodeHex(inviteId));
  return own
    .filter(({ kind, removed, order }) => kind === 'text' && !removed && order > (has?.order ?? -1))
    .filter(({ id, inviteId: said }) => sameIdentity.has(encodeHex(said)) && !never.has(encodeHex(id)))
    .sort((a, b) => a.order - b.order);
}

/** The newest of `missed` for which there is room, in order. */
async function fittingOf(rows: Rows, missed: readonly HistoryEntry[], site: SiteText): Promise<ResentMessage[]> {
  const newest = missed.slice(-MAX_RESENT);
  const marks = await rows.getMany(
    MARKS,
    newest.map(({ id }) => id),
  );
  const fitting: ResentMessage[] = [];
  let words = 0;
  let size = CONTENT_BYTES;
  for (const [place, entry] of [...newest.entries()].reverse()) {
    const length = encodeUtf8(entry.text).length;
    const mark = marks[place];
    words += length;
    size += MESSAGE_BYTES + length + DIGEST_BYTES * (mark?.digests.length ?? 0);
    if (words > MAX_RESENT_BYTES || textsFor(size, site) > MOST_TEXTS) break;
    fitting.unshift(resentOf(entry, mark));
  }
  return fitting;
}

function resentOf(entry: HistoryEntry, mark: Mark | undefined): ResentMessage {
  const armour = mark && { id: mark.messageId, digests: mark.digests };
  return {
    ...positionOf(entry),
    sentAt: Math.min(MAX_SECONDS, Math.floor(entry.at / 1000)),
    text: entry.text,
    ...(armour === undefined ? {} : { armour }),
  };
}

/** Whether this session was answered ever, or another one just now. */
async function wasAnswered(
  rows: Rows,
  { conversationId, inviteId }: Asking,
  threads: readonly Thread[],
  now: number,
): Promise<boolean> {
  const answers = await rows.getMany(
    HISTORY,
    threads.map((thread) => answerId(conversationId, thread.inviteId)),
  );
  return answers.some(
    (answer) => answer !== undefined && (equalBytes(answer.inviteId, inviteId) || now - answer.at < REST_MS),
  );
}

function answerId(conversationId: ConversationId, inviteId: InviteId): HistoryId {
  return historyIdOf(conversationId, 'resent', inviteId);
}

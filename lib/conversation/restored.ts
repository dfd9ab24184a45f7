/**
 * Owns what a restored browser does about what it missed: it asks once, as its first words in a new session, and keeps what it
 * is sent again.
 * Does not own the restore (backup-take.ts), nor beginning the session (waiting.ts, invite.ts), nor the contact's part (resend.ts).
 *
 * Invariants: what was not asked for is not taken; a text that is sent again is kept once, at the place where it was missed.
 */
import {
  type Bytes,
  ByteWriter,
  bytesOfLength,
  concatBytes,
  encodeHex,
  encodeUtf8,
  equalBytes,
} from '../bytes/index.ts';
import {
  type Content,
  type ContentPosition,
  MAX_RESENT,
  type ResentContent,
  type ResentMessage,
} from '../content/index.ts';
import { type Rows, type RowTable, row, type WritableRows } from '../store/index.ts';
import { queueMessage } from './backup-queue.ts';
import type { Conversation, Thread } from './conversation-row.ts';
import { historyIdOf, ledgerKey, saveEntry, saveLedgerEntry } from './entries.ts';
import { HISTORY, type HistoryEntry, type HistoryId, LEDGER } from './message-rows.ts';
import type { ConversationId } from './place.ts';
import { nameOfPosition, positionOf } from './position.ts';
import type { Surroundings } from './surroundings.ts';
import { isWithPeer, listThreads } from './thread.ts';

/** What the entry of a notice says for which the transcript has a line. */
export const RESTORED_LINE = 'restored';
/** What the entry of a content says that brought texts once more. */
export const RESENT_LINE = 'resent';

/** Of a conversation that came out of a backup, until what was missed has come. */
interface Restored {
  /** The order of the first entry that will be sent again, once that is known: what is said now comes after it. */
  readonly base: number | undefined;
  readonly asked: boolean;
}

const RESTORED: RowTable<Restored> = {
  name: 'backup',
  version: 1,
  codec: row.record<Restored>({ base: row.optional(row.uint53), asked: row.flag }),
};

/** Notes that a conversation was restored: its next session begins with asking. */
export function noteRestored(rows: WritableRows, conversationId: ConversationId): Promise<void> {
  return save(rows, conversationId, { base: undefined, asked: false });
}

/** The conversation with room in its order for what was missed, if it was restored and has none yet. Keeps only the note. */
export async function leaveRoom(rows: WritableRows, conversation: Conversation): Promise<Conversation> {
  const noted = await rows.get(RESTORED, keyOf(conversation.id));
  if (noted === undefined || noted.base !== undefined) return conversation;
  await save(rows, conversation.id, { ...noted, base: conversation.nextOrder });
  return { ...conversation, nextOrder: conversation.nextOrder + MAX_RESENT };
}

/** What the first message of a session says: that it stands, or in a restored browser, once, where its history ends. */
export async function openingContent(
  rows: WritableRows,
  found: Conversation,
): Promise<{ readonly content: Content; readonly conversation: Conversation }> {
  const conversation = await leaveRoom(rows, found);
  const noted = await rows.get(RESTORED, keyOf(conversation.id));
  if (noted === undefined || noted.asked) {
    return { content: { kind: 'control', notice: { type: 'session-established' } }, conversation };
  }
  await save(rows, conversation.id, { ...noted, asked: true });
  const after = await newestOfThem(rows, conversation.id);
  const notice = { type: 'restored', ...(after === undefined ? {} : { after }) } as const;
  return { content: { kind: 'control', notice }, conversation };
}

/**
 * Keeps what was sent again, each text once, where it was missed, and knows it again where it stands on the site. Gives whether
 * it was asked for: else nothing of it is kept.
 */
export async function takeResent(
  rows: WritableRows,
  { now }: Surroundings,
  { conversation, thread, content }: { conversation: Conversation; thread: Thread; content: ResentContent },
): Promise<boolean> {
  const noted = await rows.get(RESTORED, keyOf(conversation.id));
  if (noted?.asked !== true || noted.base === undefined || !isWithPeer(conversation, thread)) return false;
  await rows.delete(RESTORED, keyOf(conversation.id));
  const entries = await rows.list(HISTORY, conversation.id);
  const known = new Set(entries.filter(isTheirs).map((entry) => nameOfPosition(positionOf(entry))));
  for (const [place, message] of content.messages.entries()) {
    const name = nameOfPosition(message);
    if (known.has(name)) continue;
    known.add(name);
    await keepResent(rows, conversation, message, {
      order: noted.base + place,
      at: Math.min(message.sentAt * 1000, now()),
    });
  }
  return true;
}

/** The entry of a text that was sent again. */
export function resentId(conversationId: ConversationId, position: ContentPosition): HistoryId {
  const { thread, generation, sequence } = position;
  const name = new ByteWriter(24).raw(thread).uint32(generation).uint32(sequence).finish();
  return historyIdOf(conversationId, 'sent again', name);
}

/** Whether `entry` is a text that was sent again. */
export function isResent(entry: HistoryEntry): boolean {
  return equalBytes(entry.id, resentId(entry.conversationId, positionOf(entry)));
}

async function keepResent(
  rows: WritableRows,
  { id: conversationId, personaId }: Conversation,
  message: ResentMessage,
  place: Pick<HistoryEntry, 'order' | 'at'>,
): Promise<void> {
  const { thread, generation, sequence, text, armour } = message;
  // What the ledger knows was read here: it stands in the history, or the person deleted it.
  if (armour !== undefined && (await rows.get(LEDGER, ledgerKey(personaId, armour.id))) !== undefined) return;
  const id = resentId(conversationId, message);
  await saveEntry(rows, {
    id,
    conversationId,
    ...place,
    from: 'them',
    kind: 'text',
    text,
    inviteId: thread,
    generation,
    sequence,
    raw: undefined,
    removed: false,
  });
  if (armour === undefined) return queueMessage(rows, id);
  const { id: messageId, digests } = armour;
  await saveLedgerEntry(rows, personaId, messageId, { historyId: id, conversationId, own: false, digests });
}

/** What the contact said last that is known from before this browser's sessions: in these nothing was missed. */
async function newestOfThem(rows: Rows, conversationId: ConversationId): Promise<ContentPosition | undefined> {
  const ours = new Set((await listThreads(rows, conversationId)).map(({ inviteId }) => encodeHex(inviteId)));
  const theirs = (await rows.list(HISTORY, conversationId)).filter(
    (entry) => isTheirs(entry) && !ours.has(encodeHex(entry.inviteId)),
  );
  const newest = theirs.reduce<HistoryEntry | undefined>(
    (a, b) => (a !== undefined && a.order > b.order ? a : b),
    undefined,
  );
  return newest && positionOf(newest);
}

function isTheirs({ from, kind }: HistoryEntry): boolean {
  return from === 'them' && kind !== 'invite';
}

function keyOf(conversationId: ConversationId): Bytes<'RestoredKey'> {
  return bytesOfLength(concatBytes(encodeUtf8('restored'), conversationId), 24);
}

function save(rows: WritableRows, conversationId: ConversationId, noted: Restored): Promise<void> {
  return rows.put(RESTORED, keyOf(conversationId), conversationId, noted);
}

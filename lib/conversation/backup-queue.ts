/**
 * Owns the queue of records: what changes becomes one in the same step, or neither is kept.
 * Does not own uploading (lib/backup), nor what a record holds (backup-records.ts).
 */
import {
  type BackupRecord,
  type EncodedRecord,
  encodeRecord,
  type LiveBackup,
  type QueuedRecord,
  type TombstoneRecord,
  type UploadPort,
} from '../backup/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import type { Rows, Store, WritableRows } from '../store/index.ts';
import { contactRecord, messageRecord, personaRecord, previewRecord } from './backup-records.ts';
import {
  BACKUP_GROUP,
  getSingle,
  LIVE,
  LOG,
  MARKS,
  NO_UPKEEP,
  putSingle,
  QUEUE,
  QUEUE_HEAD,
  type QueueHead,
  queueKey,
  UPKEEP,
} from './backup-rows.ts';
import { ALL_CONVERSATIONS, CONVERSATIONS, type Conversation } from './conversation-row.ts';
import { HISTORY, type HistoryEntry, type HistoryId, OUTBOX } from './message-rows.ts';
import { PERSONAS, type Persona } from './persona-row.ts';
import type { PersonaId } from './place.ts';
import { type KeptPreview, PREVIEWS } from './preview-row.ts';

/** Records looked at at a time: a segment of short messages has thousands, one of long ones a few. */
const LOOK = 256;

/** Queues the entry `id` as it is kept now, if there is a backup. */
export async function queueMessage(rows: WritableRows, id: HistoryId): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  if (head === undefined) return;
  const entry = await rows.get(HISTORY, id);
  if (entry === undefined) return;
  await queue(rows, head, messageRecord(entry, await rows.get(MARKS, id)));
  // The record of when it came no longer counts.
  if (entry.removed) await noteDead(rows, 1, 0);
}

/** Queues the preview of an entry, if there is a backup. */
export async function queuePreview(
  rows: WritableRows,
  entry: Pick<HistoryEntry, 'id' | 'conversationId'>,
  preview: KeptPreview,
): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  if (head !== undefined) await queue(rows, head, previewRecord(entry, preview));
}

/**
 * Queues that something was deleted, if there is a backup: the next compaction takes it out of the log, and `entries` of the
 * history with it.
 */
export async function queueTombstone(
  rows: WritableRows,
  { id, ...tombstone }: Omit<TombstoneRecord, 'kind' | 'id'> & { readonly id: Uint8Array },
  entries = 0,
): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  if (head === undefined) return;
  await queue(rows, head, { kind: 'tombstone', id: id as TombstoneRecord['id'], ...tombstone });
  // Itself, and what it is about.
  await noteDead(rows, 2 + entries, 1);
}

/** Queues a contact, if there is a backup and anything of it differs from what was kept `before`. */
export async function queueContact(rows: WritableRows, now: Conversation): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  if (head === undefined) return;
  const before = await rows.get(CONVERSATIONS, now.id);
  const record = contactRecord(now);
  if (before !== undefined && equalBytes(encodeRecord(contactRecord(before)), encodeRecord(record))) return;
  await queue(rows, head, record);
  if (before !== undefined) await noteDead(rows, 1, 0);
}

/** Queues a new identity, if there is a backup. */
export async function queuePersona(
  rows: WritableRows,
  id: PersonaId,
  persona: Persona,
  random: RandomSource,
): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  const live = head && (await getSingle(rows, LIVE));
  if (head !== undefined && live !== undefined) await queue(rows, head, personaRecord(id, persona, live.root, random));
}

/** Begins the queue with everything there is: the history first, so that a restore meets identities and contacts at once. */
export async function beginQueue(rows: WritableRows, { root }: LiveBackup, random: RandomSource): Promise<void> {
  const records: BackupRecord[] = [];
  const conversations = await rows.list(CONVERSATIONS, ALL_CONVERSATIONS);
  for (const { id } of conversations) {
    const entries = await rows.list(HISTORY, id);
    entries.sort((a, b) => a.order - b.order);
    for (const own of await recordsOf(rows, entries)) records.push(...own);
  }
  records.push(...conversations.map(contactRecord));
  const personaIds = new Map(conversations.map(({ personaId }) => [personaId.join(), personaId]));
  for (const id of personaIds.values()) {
    const persona = await rows.get(PERSONAS, id);
    if (persona !== undefined) records.push(personaRecord(id, persona, root, random));
  }
  let head = EMPTY_QUEUE;
  for (const record of records) head = await append(rows, head, encodeRecord(record));
  await putSingle(rows, QUEUE_HEAD, head);
}

/** The records of each of `entries`: the message, and behind it its preview where it has one; none of what was never sent. */
export async function recordsOf(rows: Rows, entries: readonly HistoryEntry[]): Promise<BackupRecord[][]> {
  const ids = entries.map(({ id }) => id);
  const marks = await rows.getMany(MARKS, ids);
  const previews = await rows.getMany(PREVIEWS, ids);
  // What has no armour may be waiting for its session (waiting.ts): it may yet be taken back.
  const unmade = await rows.getMany(
    OUTBOX,
    ids.filter((_, i) => marks[i] === undefined),
  );
  const waiting = new Set(unmade.flatMap((each) => (each?.state === 'waiting' ? [each.id.join()] : [])));
  return entries.map((entry, i) => {
    if (waiting.has(entry.id.join())) return [];
    const [message, preview] = [messageRecord(entry, marks[i]), previews[i]];
    return preview === undefined ? [message] : [message, previewRecord(entry, preview)];
  });
}

/** Counts records that no longer count, `deleted` of them because the person deleted something. */
async function noteDead(rows: WritableRows, dead: number, deleted: number): Promise<void> {
  const upkeep = (await getSingle(rows, UPKEEP)) ?? NO_UPKEEP;
  await putSingle(rows, UPKEEP, { ...upkeep, dead: upkeep.dead + dead, deleted: upkeep.deleted + deleted });
}

/** A queue that nothing waits in. */
export const EMPTY_QUEUE: QueueHead = { first: 1, next: 1, bytes: 0 };

/** Ends the queue: nothing is queued from now on. */
export async function endQueue(rows: WritableRows): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  for (let order = head?.first ?? 0; order < (head?.next ?? 0); order++) await rows.delete(QUEUE, queueKey(order));
  await putSingle(rows, QUEUE_HEAD, undefined);
}

/** The queue and the state of the log, as uploading needs them. */
export function uploadPort(store: Store): UploadPort {
  return {
    take: (mostBytes) => store.read((rows) => takeOldest(rows, mostBytes)),
    load: () => store.read((rows) => getSingle(rows, LOG)),
    save: (state, doneUpTo = 0) =>
      store.transact(async (rows) => {
        // Turned off meanwhile: nothing of it comes back.
        if ((await getSingle(rows, LIVE)) === undefined) return;
        await putSingle(rows, LOG, state);
        if (doneUpTo > 0) await forget(rows, doneUpTo);
      }),
  };
}

async function takeOldest(rows: Rows, mostBytes: number): Promise<QueuedRecord[]> {
  const head = await getSingle(rows, QUEUE_HEAD);
  if (head === undefined) return [];
  const taken: QueuedRecord[] = [];
  let size = 0;
  for (let order = head.first; order < head.next; order += LOOK) {
    const orders = Array.from({ length: Math.min(LOOK, head.next - order) }, (_, i) => order + i);
    const found = await rows.getMany(QUEUE, orders.map(queueKey));
    for (const [i, record] of found.entries()) {
      if (record === undefined) continue;
      size += record.length;
      if (taken.length > 0 && size > mostBytes) return taken;
      taken.push({ order: orders[i]!, record });
    }
  }
  return taken;
}

async function forget(rows: WritableRows, upTo: number): Promise<void> {
  const head = await getSingle(rows, QUEUE_HEAD);
  if (head === undefined) return;
  let { first, bytes } = head;
  for (; first <= upTo && first < head.next; first++) {
    const record = await rows.get(QUEUE, queueKey(first));
    bytes -= record?.length ?? 0;
    await rows.delete(QUEUE, queueKey(first));
  }
  await putSingle(rows, QUEUE_HEAD, { ...head, first, bytes });
}

async function queue(rows: WritableRows, head: QueueHead, record: BackupRecord): Promise<void> {
  await putSingle(rows, QUEUE_HEAD, await append(rows, head, encodeRecord(record)));
}

async function append(rows: WritableRows, head: QueueHead, record: EncodedRecord): Promise<QueueHead> {
  await rows.put(QUEUE, queueKey(head.next), BACKUP_GROUP, record);
  return { ...head, next: head.next + 1, bytes: head.bytes + record.length };
}

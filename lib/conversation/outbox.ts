/**
 * Owns what is on its way: what is to be handed to the page, what became of it, and what the page turned out to have.
 * Does not own making messages (outgoing.ts). Nothing here encrypts: a message that is sent again is the same bytes.
 */
import { equalBytes } from '../bytes/index.ts';
import type { WritableRows } from '../store/index.ts';
import { entryOfName, nameOfEntry, saveOutgoing } from './entries.ts';
import { refusal } from './failure.ts';
import { type HistoryId, OUTBOX, type Outgoing } from './message-rows.ts';
import { type ConversationId, type Page, placeOf } from './place.ts';
import type { Reading } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import { giveBackWords, takeBackWords } from './unsent.ts';

/** What the page is to put on the site, in this order. */
export interface HandOut {
  /** The name of the entry: for `markSent` and `markFailed`. */
  readonly entry: string;
  /** Texts that were not seen on the site yet, in order. */
  readonly texts: readonly string[];
}

/**
 * What is to be sent in the conversation of `page`, in the order in which it was written, and from now on known to have been
 * handed out. What was handed out before and never confirmed (the worker or the page died) is handed out again when
 * `again` is set: only after the list of the page was read, so that what the site has is known. What the site refused
 * waits for `retrySending`.
 */
export function takeOutbox(around: Surroundings, page: Page, again: boolean): Promise<HandOut[]> {
  return around.store.transact(async (rows) => {
    const waiting = await listOutgoing(rows, placeOf(page).conversationId);
    const due = waiting.filter(({ state }) => state === 'toSend' || (again && state === 'handedOut'));
    for (const outgoing of due) {
      if (outgoing.state === 'toSend') await saveOutgoing(rows, { ...outgoing, state: 'handedOut' });
    }
    return due.map((outgoing) => ({ entry: nameOfEntry(outgoing.id), texts: unseenTexts(outgoing) }));
  });
}

/** The site has it: its box is empty and the row was seen. Nothing happens where that is known already. */
export function markSent(around: Surroundings, entry: string): Promise<void> {
  return changeOutgoing(around, entry, async (rows, { id }) => {
    await rows.delete(OUTBOX, id);
  });
}

/**
 * The site did not take it. `reason` is the code of why; it is kept, with the text, until somebody tries again, and the
 * words of a text are the draft again.
 */
export function markFailed(around: Surroundings, entry: string, reason: string): Promise<void> {
  return changeOutgoing(around, entry, async (rows, outgoing) => {
    await saveOutgoing(rows, { ...outgoing, state: 'failed', reason });
    await giveBackWords(rows, outgoing);
  });
}

/** Sends the same bytes once more. Rejects with SendUnknown where nothing such waits, or a store's Failure. */
export async function retrySending(around: Surroundings, entry: string): Promise<void> {
  const found = await changeOutgoing(around, entry, async (rows, outgoing) => {
    // There is nothing of it yet that could be handed out.
    if (outgoing.state === 'waiting') return undefined;
    await saveOutgoing(rows, { ...outgoing, state: 'toSend', reason: undefined });
    await takeBackWords(rows, outgoing);
    return true;
  });
  if (found === undefined) throw refusal('SendUnknown');
}

/** Takes out of the outbox what `readings` show to be on the site: every chunk of it. */
export async function confirmSeen(around: Surroundings, page: Page, readings: readonly Reading[]): Promise<void> {
  const seen = new Map<string, { id: HistoryId; chunks: Set<number> }>();
  for (const reading of readings) {
    if (reading.kind !== 'entry' || !reading.own || reading.part === undefined) continue;
    const { chunks } = getOrAdd(seen, reading.entry);
    chunks.add(reading.part.index);
  }
  if (seen.size === 0) return;
  const { conversationId } = placeOf(page);
  // What waits is little, and what is seen may be much.
  const waiting = await around.store.read((rows) => listOutgoing(rows, conversationId));
  const news = waiting.flatMap((outgoing) => {
    const found = seen.get(nameOfEntry(outgoing.id));
    return found !== undefined && [...found.chunks].some((chunk) => !outgoing.seen.includes(chunk)) ? [found] : [];
  });
  if (news.length === 0) return;
  await around.store.transact(async (rows) => {
    for (const { id, chunks } of news) await confirmChunks(rows, id, conversationId, chunks);
  });
}

/** What waits in a conversation, in the order in which it was written. */
export async function listOutgoing(
  rows: Pick<WritableRows, 'list'>,
  conversationId: ConversationId,
): Promise<Outgoing[]> {
  return (await rows.list(OUTBOX, conversationId)).sort((a, b) => a.order - b.order);
}

function unseenTexts({ texts, chunkOf, seen }: Outgoing): string[] {
  return texts.filter((_, i) => {
    const chunk = chunkOf[i];
    // A sentence goes with the first chunk.
    return !seen.includes(chunk ?? 0);
  });
}

async function confirmChunks(
  rows: WritableRows,
  id: HistoryId,
  conversationId: ConversationId,
  chunks: ReadonlySet<number>,
): Promise<void> {
  const outgoing = await rows.get(OUTBOX, id);
  if (outgoing === undefined || !equalBytes(outgoing.conversationId, conversationId)) return;
  const seen = [...new Set([...outgoing.seen, ...chunks])].sort((a, b) => a - b);
  const all = outgoing.chunkOf.every((chunk) => chunk === undefined || seen.includes(chunk));
  if (all) {
    await rows.delete(OUTBOX, id);
    await takeBackWords(rows, outgoing);
  } else if (seen.length > outgoing.seen.length) await saveOutgoing(rows, { ...outgoing, seen });
}

function changeOutgoing<Value>(
  around: Surroundings,
  entry: string,
  change: (rows: WritableRows, outgoing: Outgoing) => Promise<Value>,
): Promise<Value | undefined> {
  return around.store.transact(async (rows) => {
    const id = entryOfName(entry);
    const outgoing = id && (await rows.get(OUTBOX, id));
    return outgoing && change(rows, outgoing);
  });
}

function getOrAdd(seen: Map<string, { id: HistoryId; chunks: Set<number> }>, entry: string): { chunks: Set<number> } {
  const found = seen.get(entry) ?? { id: entryOfName(entry)!, chunks: new Set<number>() };
  seen.set(entry, found);
  return found;
}

/**
 * Owns what becomes of the words of a text that the site did not take: they are the draft again, whichever composer shows
 * it, and whoever sends them unchanged sends the same bytes.
 * Does not own the outbox (outbox.ts). Nothing here encrypts.
 */
import { equalBytes } from '../bytes/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { DRAFTS, HISTORY, type HistoryId, OUTBOX, type Outgoing } from './message-rows.ts';
import { type ConversationId, type Page, placeOf } from './place.ts';
import { PREVIEWS } from './preview-row.ts';
import { inSession, type Surroundings } from './surroundings.ts';

/**
 * Puts the words of a failed text back into the draft, in front of what was written since; of a failed invite the words that
 * wait for its answer.
 */
export async function giveBackWords(rows: WritableRows, { id, conversationId }: Outgoing): Promise<void> {
  const entry = await rows.get(HISTORY, id);
  if (entry?.kind === 'invite') await giveBackWaiting(rows, conversationId);
  if (entry?.kind === 'text') await putIntoDraft(rows, conversationId, entry.text);
}

/** Puts the words that wait for a session back into the draft: nothing of them is kept but there. */
export async function giveBackWaiting(rows: WritableRows, conversationId: ConversationId): Promise<void> {
  const waiting = (await rows.list(OUTBOX, conversationId)).filter(({ state }) => state === 'waiting');
  if (waiting.length === 0) return;
  const words: (string | undefined)[] = [];
  for (const { id } of waiting.sort((a, b) => a.order - b.order)) {
    words.push(await wordsOf(rows, id));
    await rows.delete(OUTBOX, id);
    await rows.delete(HISTORY, id);
    await rows.delete(PREVIEWS, id);
  }
  // One that was deleted meanwhile has none.
  const left = words.filter((each) => each !== undefined);
  if (left.length > 0) await putIntoDraft(rows, conversationId, left.join('\n'));
}

/** The person waits no more: what waits for a session is the draft of the conversation of `page` again. */
export function takeBackWaiting(around: Surroundings, page: Page): Promise<void> {
  const { conversationId } = placeOf(page);
  return inSession(around, conversationId, () =>
    around.store.transact((rows) => giveBackWaiting(rows, conversationId)),
  );
}

async function putIntoDraft(rows: WritableRows, conversationId: ConversationId, words: string): Promise<void> {
  const draft = (await rows.get(DRAFTS, conversationId)) ?? '';
  // Somebody has them in the box: the composer that sent them gives them back, too.
  if (draft === words || draft.startsWith(`${words}\n`)) return;
  await rows.put(DRAFTS, conversationId, conversationId, draft === '' ? words : `${words}\n${draft}`);
}

/** The words of a failed text are on their way again, or on the site: they are no draft any more. */
export async function takeBackWords(rows: WritableRows, { id, conversationId, state }: Outgoing): Promise<void> {
  if (state !== 'failed') return;
  const draft = await rows.get(DRAFTS, conversationId);
  if (draft !== undefined && draft === (await wordsOf(rows, id))) await rows.delete(DRAFTS, conversationId);
}

/** The failed text on the thread of `inviteId` that says exactly `words`, or undefined. */
export async function findUnsent(
  rows: Rows,
  conversationId: ConversationId,
  words: string,
  inviteId: Uint8Array,
): Promise<HistoryId | undefined> {
  for (const { id, state } of await rows.list(OUTBOX, conversationId)) {
    if (state !== 'failed') continue;
    const entry = await rows.get(HISTORY, id);
    if (entry?.kind === 'text' && entry.text === words && equalBytes(entry.inviteId, inviteId)) return id;
  }
  return undefined;
}

/** Why the site did not take `words`, as a code; or null where nothing such failed. */
export async function reasonOfUnsent(
  rows: Rows,
  conversationId: ConversationId,
  words: string,
): Promise<string | null> {
  if (words === '') return null;
  for (const { id, state, reason } of await rows.list(OUTBOX, conversationId)) {
    if (state === 'failed' && (await wordsOf(rows, id)) === words) return reason ?? null;
  }
  return null;
}

/** Whether a text that says `words` is on its way to the site. */
export async function isOnItsWay(rows: Rows, conversationId: ConversationId, words: string): Promise<boolean> {
  for (const { id, state } of await rows.list(OUTBOX, conversationId)) {
    if ((state === 'toSend' || state === 'handedOut' || state === 'waiting') && (await wordsOf(rows, id)) === words)
      return true;
  }
  return false;
}

async function wordsOf(rows: Rows, id: HistoryId): Promise<string | undefined> {
  const entry = await rows.get(HISTORY, id);
  return entry?.kind === 'text' ? entry.text : undefined;
}

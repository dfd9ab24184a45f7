/**
 * Owns deleting one entry of the history, or a contact with all that was said, for good: here at once, and in the backup with its
 * next compaction.
 * Does not own what stands on the site. What holds no words stays: the ledger, so that what is deleted is not read anew; threads,
 * tags and invites, so that what was used once is not used again.
 */
import type { WritableRows } from '../store/index.ts';
import { queueTombstone } from './backup-queue.ts';
import { MARKS } from './backup-rows.ts';
import { CONVERSATIONS, SESSIONS } from './conversation-row.ts';
import { entryOfName } from './entries.ts';
import { ASSEMBLIES, DRAFTS, HISTORY, type HistoryId, OUTBOX } from './message-rows.ts';
import type { ConversationId } from './place.ts';
import { PREVIEWS } from './preview-row.ts';
import { inSession, type Surroundings } from './surroundings.ts';

/** Deletes the entry called `name`, and what of it still waits to be sent. False where there is no such entry. */
export function forgetMessage(around: Surroundings, conversationId: ConversationId, name: string): Promise<boolean> {
  const id = entryOfName(name);
  if (id === undefined) return Promise.resolve(false);
  return inSession(around, conversationId, () =>
    around.store.transact(async (rows) => {
      const entry = await rows.get(HISTORY, id);
      if (entry?.conversationId.join() !== conversationId.join()) return false;
      await forgetEntry(rows, id);
      await queueTombstone(rows, { of: 'message', id, at: around.now() });
      return true;
    }),
  );
}

/**
 * Deletes a contact: what was said, whom they are, their key and whether it was compared, and the session with them. The persona
 * stays. False where there is no such contact.
 */
export function forgetContact(around: Surroundings, conversationId: ConversationId): Promise<boolean> {
  return inSession(around, conversationId, () =>
    around.store.transact(async (rows) => {
      if ((await rows.get(CONVERSATIONS, conversationId)) === undefined) return false;
      const entries = await rows.list(HISTORY, conversationId);
      for (const { id } of entries) await forgetEntry(rows, id);
      await rows.delete(DRAFTS, conversationId);
      await rows.delete(ASSEMBLIES, conversationId);
      await rows.delete(SESSIONS, conversationId);
      await rows.delete(CONVERSATIONS, conversationId);
      await queueTombstone(rows, { of: 'contact', id: conversationId, at: around.now() }, entries.length);
      return true;
    }),
  );
}

/** Deletes an entry here, with its preview and where it stands on the site. */
export async function forgetEntry(rows: WritableRows, id: HistoryId): Promise<void> {
  await rows.delete(HISTORY, id);
  await rows.delete(PREVIEWS, id);
  await rows.delete(MARKS, id);
  await rows.delete(OUTBOX, id);
}

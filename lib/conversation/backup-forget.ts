/**
 * Owns deleting one entry of the history for good: here at once, and in the backup with its next compaction.
 * Does not own what stands on the site. Its ledger entry stays, which holds no words: so what is deleted is not read anew.
 */
import type { WritableRows } from '../store/index.ts';
import { queueTombstone } from './backup-queue.ts';
import { MARKS } from './backup-rows.ts';
import { entryOfName } from './entries.ts';
import { HISTORY, type HistoryId, OUTBOX } from './message-rows.ts';
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

/** Deletes an entry here, with its preview and where it stands on the site. */
export async function forgetEntry(rows: WritableRows, id: HistoryId): Promise<void> {
  await rows.delete(HISTORY, id);
  await rows.delete(PREVIEWS, id);
  await rows.delete(MARKS, id);
  await rows.delete(OUTBOX, id);
}

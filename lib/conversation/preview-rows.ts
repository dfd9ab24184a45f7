/**
 * Owns how link previews are kept: each in a row of its own beside its message, so that reading words does not read pictures.
 * Does not own whether one may be shown: that is looked at anew each time (lib/preview, received.ts), own ones included.
 */

import type { Bytes } from '../bytes/index.ts';
import { type ClaimedPreview, checkReceived, type Preview, type ShownPreview } from '../preview/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { queuePreview } from './backup-queue.ts';
import { entryOfName } from './entries.ts';
import { HISTORY, type HistoryEntry, type HistoryId } from './message-rows.ts';
import { type KeptPreview, PREVIEWS } from './preview-row.ts';
import type { Surroundings } from './surroundings.ts';

/** Keeps the preview of an entry, and what of it is backed up, in the step that keeps the entry. */
export async function savePreview(
  rows: WritableRows,
  { id, conversationId }: Pick<HistoryEntry, 'id' | 'conversationId'>,
  { url, title, description, siteName, picture }: Preview,
): Promise<void> {
  const bytes = picture?.bytes as Bytes<'Picture'> | undefined;
  const kept: KeptPreview = { url, title, description, siteName, picture: bytes };
  await rows.put(PREVIEWS, id, conversationId, kept);
  await queuePreview(rows, { id, conversationId }, kept);
}

/** The preview of an entry, where it has one that may be shown under its words. */
export async function findPreview(rows: Rows, entry: HistoryEntry): Promise<ShownPreview | undefined> {
  // Most messages have no link, and so no row.
  if (entry.kind !== 'text' || entry.removed || !/https?:/i.test(entry.text)) return undefined;
  const kept = await rows.get(PREVIEWS, entry.id);
  return kept && shownOf(entry.text, { ...kept, picture: kept.picture && { type: 'image/webp', bytes: kept.picture } });
}

/** The one of `claimed` that may be shown under `text`, or undefined. */
export function firstShown(text: string, claimed: readonly ClaimedPreview[]): ShownPreview | undefined {
  for (const each of claimed) {
    const shown = shownOf(text, each);
    if (shown !== undefined) return shown;
  }
  return undefined;
}

function shownOf(text: string, claimed: ClaimedPreview): ShownPreview | undefined {
  const checked = checkReceived(text, claimed);
  return checked.ok ? checked.value : undefined;
}

/** The WebP picture of the preview of the entry called `name`, or undefined where none is shown. */
export function readPreviewPicture({ store }: Surroundings, name: string): Promise<Uint8Array | undefined> {
  const id: HistoryId | undefined = entryOfName(name);
  return store.read(async (rows) => {
    const entry = id && (await rows.get(HISTORY, id));
    return entry && (await findPreview(rows, entry))?.picture?.bytes;
  });
}

/**
 * Owns what the transcript shows where texts were sent again: those that stand nowhere in the list, since the site does not
 * show what was said before, or since their armour is not known.
 */
import { reopenContent } from '../content/index.ts';
import { sha256 } from '../crypto/index.ts';
import type { Rows } from '../store/index.ts';
import { nameOfEntry } from './entries.ts';
import { HISTORY, type HistoryEntry } from './message-rows.ts';
import { RESENT_LINE, resentId } from './restored.ts';

/** Texts of one message that brought them again. */
export interface Gathered {
  /** In the order in which they were said; empty where each has its own row. */
  readonly text: string;
  /** How many older ones there was no room for. */
  readonly left: number;
}

/** Of each of `entries` that brought texts again, by its name, what is to be said of it. `listed`: entries that have rows. */
export async function gatherResent(
  rows: Rows,
  entries: readonly (HistoryEntry | undefined)[],
  listed: ReadonlySet<string>,
): Promise<Map<string, Gathered>> {
  const gathered = new Map<string, Gathered>();
  for (const entry of entries) {
    if (entry?.kind !== 'control' || entry.text !== RESENT_LINE || entry.raw === undefined) continue;
    const { plaintext, hash, marks } = entry.raw;
    const read = reopenContent(plaintext, { hash, marks } as Parameters<typeof reopenContent>[1], sha256);
    if (!read.ok || read.value.content.kind !== 'resent') continue;
    const { messages, left } = read.value.content;
    const ids = messages.map((message) => resentId(entry.conversationId, message));
    const kept = await rows.getMany(HISTORY, ids);
    const texts = kept.flatMap((each) => (each === undefined || listed.has(nameOfEntry(each.id)) ? [] : [each.text]));
    if (texts.length > 0 || left > 0) gathered.set(nameOfEntry(entry.id), { text: texts.join('\n\n'), left });
  }
  return gathered;
}

/** Owns where an entry of the history stands among the contents of its sender, as both sides name it. */
import { encodeHex } from '../bytes/index.ts';
import type { ContentPosition } from '../content/index.ts';
import type { HistoryEntry } from './message-rows.ts';

/** The place of a content. An invite has none. */
export function positionOf({ inviteId, generation, sequence }: HistoryEntry): ContentPosition {
  return { thread: inviteId, generation, sequence };
}

/** The same for the same place, and for no other. */
export function nameOfPosition({ thread, generation, sequence }: ContentPosition): string {
  return `${encodeHex(thread)} ${generation} ${sequence}`;
}

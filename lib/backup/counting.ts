/**
 * Owns which records count, of those that are met from the newest backwards: of two about one thing the newer, and nothing that
 * was deleted after it. With a message its preview is gone; with a contact its settings and all that was said until then.
 */
import { type BackupRecord, recordKey } from './records.ts';

/** What was met until now. Records must be shown to it newest first. */
export class Counting {
  readonly #met = new Set<string>();
  readonly #gone = new Set<string>();

  /** Whether `record` counts. A tombstone never does: it has done its work when everything older was met. */
  counts(record: BackupRecord): boolean {
    const key = recordKey(record);
    if (record.kind === 'tombstone') {
      this.#gone.add(key);
      return false;
    }
    if (this.#met.has(key) || goesWith(record).some((gone) => this.#gone.has(gone))) return false;
    this.#met.add(key);
    return true;
  }
}

/** What a record goes with, each as the key of what would be deleted. */
export function goesWith(record: BackupRecord): readonly string[] {
  if (record.kind === 'persona' || record.kind === 'tombstone') return [recordKey(record)];
  const contact = `contact:${record.conversationId.join()}`;
  return 'historyId' in record ? [`message:${record.historyId.join()}`, contact] : [recordKey(record), contact];
}

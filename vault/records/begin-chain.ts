/** Owns the entries that belong to no record: those that open a chain. */
import type { Anchor } from '../custody/custody.ts';
import type { Database } from '../database/database.ts';
import { appendEntry, hashOf, type LogEntry, NO_HASH } from './attempt-log.ts';

/** Writes the first entry of a replica's chain. */
export function beginChain(database: Database, replica: string, at: number): Promise<Anchor> {
  return append(database, {
    replica,
    seq: 1,
    record: null,
    version: 0,
    event: 'begin',
    left: 0,
    at,
    previous: NO_HASH,
  });
}

/**
 * Writes the entry by which a chain goes on after a loss that an operator accepted: after all that the database and the
 * anchor name, so that no number is used twice.
 */
export function acceptChain(
  database: Database,
  replica: string,
  head: Anchor | undefined,
  anchor: Anchor | undefined,
  at: number,
): Promise<Anchor> {
  const seq = Math.max(head?.seq ?? 0, anchor?.seq ?? 0) + 1;
  const previous = head?.head ?? NO_HASH;
  return append(database, { replica, seq, record: null, version: 0, event: 'accepted', left: 0, at, previous });
}

async function append(database: Database, entry: LogEntry): Promise<Anchor> {
  const hash = hashOf(entry);
  await database.transaction((statements) => appendEntry(statements, entry, hash));
  return { seq: entry.seq, head: hash };
}

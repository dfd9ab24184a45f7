/**
 * Owns the attempt log: one append-only chain of entries for each replica, numbered from 1, each holding the hash of
 * the one before it. The newest entry's number and hash are the replica's anchor in custody.
 * Does not own when entries are written (committer.ts) or the walk over all of them (history.ts).
 */
import { equalBytes } from '../../lib/bytes/index.ts';
import type { Anchor } from '../custody/custody.ts';
import type { Row, Statements, Value } from '../database/database.ts';
import { sha256 } from '../hash.ts';
import { rowInput } from './record.ts';

/**
 * What happened to a record. `begin` opens a replica's chain; `accepted` opens it anew after an operator accepted the
 * loss of entries, and is the one entry that may leave numbers out. Those two belong to no record.
 */
export type LogEvent =
  | 'begin'
  | 'accepted'
  | 'finish'
  | 'charge'
  | 'adopt'
  | 'unlock'
  | 'renew'
  | 'destroy'
  | 'delete'
  | 'cap';

export interface LogEntry {
  readonly replica: string;
  readonly seq: number;
  readonly record: Uint8Array | null;
  /** The number of the event among those of its record. */
  readonly version: number;
  readonly event: LogEvent;
  readonly left: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly previous: Uint8Array;
}

/** Before the first entry of a chain. */
export const NO_HASH = new Uint8Array(32);

/** SHA-256 over every column of the entry and the hash before it. */
export function hashOf(entry: LogEntry): Uint8Array {
  const { replica, seq, record, version, event, left, at, previous } = entry;
  const input = rowInput('Sotto vault log v1', [replica, seq, record, version, event, left, at, previous]);
  return sha256(input);
}

export async function appendEntry(statements: Statements, entry: LogEntry, hash: Uint8Array): Promise<void> {
  const { replica, seq, record, version, event, left, at, previous } = entry;
  const values: Value[] = [replica, seq, record, version, event, left, at, previous, hash];
  await statements.run(
    `INSERT INTO attempt_log (replica, seq, record, version, event, tries_left, at, previous, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    ...values,
  );
}

/** The newest entry of a replica's chain as an anchor would name it, or undefined where there is none. */
export async function readHead(statements: Statements, replica: string): Promise<Anchor | undefined> {
  const [row] = await statements.all(
    'SELECT seq, hash FROM attempt_log WHERE replica = $1 ORDER BY seq DESC LIMIT 1',
    replica,
  );
  return row === undefined ? undefined : { seq: row.seq as number, head: new Uint8Array(row.hash as Uint8Array) };
}

export function sameAnchor(a: Anchor, b: Anchor): boolean {
  return a.seq === b.seq && equalBytes(a.head, b.head);
}

/** The entry in a row of the log, and the hash that stands beside it. */
export function entryOf(row: Row): { entry: LogEntry; hash: Uint8Array } {
  const entry: LogEntry = {
    replica: row.replica as string,
    seq: row.seq as number,
    record: row.record as Uint8Array | null,
    version: row.version as number,
    event: row.event as LogEvent,
    left: row.tries_left as number,
    at: row.at as number,
    previous: row.previous as Uint8Array,
  };
  return { entry, hash: row.hash as Uint8Array };
}

/**
 * Owns reading records: a row counts only when the HSM's authenticator is right and the newest entry of the log for
 * its record is the one that the row names. An old row, put back with its old and valid authenticator, fails the second.
 */
import { equalBytes } from '../../lib/bytes/index.ts';
import type { RecordId } from '../../lib/vault-protocol/index.ts';
import type { Custody } from '../custody/custody.ts';
import type { Database, Row } from '../database/database.ts';
import { memoryFailure } from './failure.ts';
import { macInput, RECORD_COLUMNS, recordOf, type StoredRecord } from './record.ts';

// One statement, and with it one snapshot: a row and a log read apart could differ by another replica's commit.
const SELECT = `SELECT ${RECORD_COLUMNS.map((name) => `r.${name}`).join(', ')},
    l.replica AS log_replica, l.seq AS log_seq, l.version AS log_version
  FROM records r LEFT JOIN attempt_log l
    ON l.record = r.id AND l.version = (SELECT MAX(version) FROM attempt_log WHERE record = r.id)`;
const PAGE = 500;

export class RecordStore {
  readonly #database: Database;
  readonly #custody: Custody;

  constructor(database: Database, custody: Custody) {
    this.#database = database;
    this.#custody = custody;
  }

  /** The record, or undefined where none ever was. Throws RowForged, RowReplayed, or what the database or HSM throw. */
  async read(id: RecordId): Promise<StoredRecord | undefined> {
    const [row] = await this.#database.all(`${SELECT} WHERE r.id = $1`, id);
    if (row === undefined) {
      // The same work as for a record that is gone, so that the time it takes tells less.
      await this.#custody.mac(macInput(absent(id)));
      return undefined;
    }
    return this.#verified(row);
  }

  /** Every record in the order of ids, each as a record or the failure that it is. */
  async *all(): AsyncGenerator<{ record: StoredRecord; newest: number; problem: 'RowForged' | 'RowReplayed' | null }> {
    let after = new Uint8Array(0);
    for (;;) {
      const rows = await this.#database.all(`${SELECT} WHERE r.id > $1 ORDER BY r.id LIMIT ${PAGE}`, after);
      const problems = await Promise.all(rows.map((row) => this.#problemOf(row)));
      for (const [index, row] of rows.entries()) {
        yield { record: recordOf(row), newest: Number(row.log_version ?? 0), problem: problems[index] ?? null };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = new Uint8Array(last.id as Uint8Array);
    }
  }

  async #verified(row: Row): Promise<StoredRecord> {
    const problem = await this.#problemOf(row);
    if (problem !== null) throw memoryFailure(problem);
    return recordOf(row);
  }

  async #problemOf(row: Row): Promise<'RowForged' | 'RowReplayed' | null> {
    const record = recordOf(row);
    let input: Uint8Array;
    try {
      input = macInput(record);
    } catch {
      return 'RowForged';
    }
    if (!equalBytes(await this.#custody.mac(input), record.mac)) return 'RowForged';
    const isNewest =
      row.log_version === record.version && row.log_replica === record.eventReplica && row.log_seq === record.eventSeq;
    return isNewest ? null : 'RowReplayed';
  }
}

function absent(id: RecordId): StoredRecord {
  const row = Object.fromEntries(RECORD_COLUMNS.map((name) => [name, null]));
  return recordOf({ ...row, id });
}

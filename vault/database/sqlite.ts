/**
 * Owns the embedded database: SQLite through node:sqlite, write-ahead log, every commit on disk before it returns.
 * Several processes may share one file on one machine.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from '../mutex.ts';
import { type Database, databaseFailure, type Row, retryDelay, type Statements, type Value } from './database.ts';

/** How long a statement waits for another process's transaction, in milliseconds. They take a few. */
const PATIENCE = 10_000;
/** SQLITE_BUSY and SQLITE_LOCKED in the low byte of an extended code. */
const BUSY_CODES = [5, 6];
/** The waits between two looks grow to 2^5 ms. */
const MOST_WAIT = 5;

/** Opens or makes the database in the file at `path`, for its owner's eyes only. */
export function openSqlite(path: string): Database {
  let connection: DatabaseSync;
  try {
    connection = new DatabaseSync(path);
    if (path !== ':memory:') chmodSync(path, 0o600);
    // Only while it is opened. Later SQLite must not wait by itself, since that would stop the whole process.
    connection.exec('PRAGMA busy_timeout = 5000');
    connection.exec('PRAGMA journal_mode = WAL');
    // FULL, not NORMAL: with a write-ahead log NORMAL may lose the last commits when the power fails.
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA foreign_keys = ON');
    // Destroyed keys are overwritten, not left in free pages.
    connection.exec('PRAGMA secure_delete = ON');
    connection.exec('PRAGMA busy_timeout = 0');
  } catch (error) {
    throw databaseFailure('DatabaseUnreachable', error);
  }
  const turns = new Mutex();
  const direct = new SqliteStatements(connection);
  const inTurn = <Result>(work: () => Promise<Result>) => turns.run(() => patiently(connection, work));
  return {
    kind: 'sqlite',
    all: (sql, ...values) => inTurn(() => direct.all(sql, ...values)),
    run: (sql, ...values) => inTurn(() => direct.run(sql, ...values)),
    transaction: (work) => inTurn(() => transact(connection, direct, work)),
    close: () => turns.run(async () => connection.close()),
  };
}

class SqliteStatements implements Statements {
  readonly #connection: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  async all(sql: string, ...values: readonly Value[]): Promise<Row[]> {
    return this.#prepare(sql).all(...(values as SQLInputValue[])) as Row[];
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    return Number(this.#prepare(sql).run(...(values as SQLInputValue[])).changes);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql.replace(/\$(\d+)/g, '?$1'));
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

async function transact<Result>(
  connection: DatabaseSync,
  statements: Statements,
  work: (statements: Statements) => Promise<Result>,
): Promise<Result> {
  // The lock for writing at once: a transaction that reads first and wants to write later can't wait for it.
  connection.exec('BEGIN IMMEDIATE');
  const result = await work(statements);
  connection.exec('COMMIT');
  return result;
}

/** Runs `work`, again and again while another connection writes. Whatever it leaves open is undone. */
async function patiently<Result>(connection: DatabaseSync, work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + PATIENCE;
  for (let retry = 0; ; retry++) {
    try {
      return await work();
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      if (!isBusy(error)) throw error;
      if (performance.now() > until) throw databaseFailure('DatabaseContended', error);
      // Not for long: whoever writes is done in a few milliseconds, and the next one is waiting as we do.
      await sleep(retryDelay(Math.min(retry, MOST_WAIT)));
    }
  }
}

function isBusy(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' && BUSY_CODES.includes(errcode & 0xff);
}

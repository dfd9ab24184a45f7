/**
 * Owns the face of a database: plain SQL that SQLite, PostgreSQL and what speaks its protocol all understand, with
 * parameters `$1`, `$2`... Integers are numbers, byte strings Uint8Array, both ways.
 * Does not own tables: each store brings its own migrations.
 */
import { Failure } from '../../lib/failure/index.ts';

/**
 * - `DatabaseUnreachable`: it did not answer; whether a transaction that was being committed took place is unknown.
 * - `DatabaseContended`: serialization failures did not end; nothing was changed.
 * - `DatabaseNewer`: a later version of this program has migrated it.
 * - `DatabaseNotDurable`: it is set to lose commits in a crash (synchronous_commit or fsync off).
 */
export type DatabaseCode = 'DatabaseUnreachable' | 'DatabaseContended' | 'DatabaseNewer' | 'DatabaseNotDurable';

export function databaseFailure(code: DatabaseCode, cause?: unknown): Failure<DatabaseCode> {
  return new Failure(code, code === 'DatabaseUnreachable' || code === 'DatabaseContended' ? 'later' : 'user', cause);
}

export type Value = number | string | Uint8Array | null;
/** Byte strings in it are the caller's own. */
export type Row = Readonly<Record<string, Value>>;

/** What runs statements: the database itself, one statement at a time, or a transaction. */
export interface Statements {
  /** The rows that a query gives. */
  all(sql: string, ...values: readonly Value[]): Promise<Row[]>;
  /** How many rows a statement changed. */
  run(sql: string, ...values: readonly Value[]): Promise<number>;
}

export interface Database extends Statements {
  readonly kind: 'sqlite' | 'postgres';
  /**
   * Runs `work` in one transaction and commits it durably; throws what `work` throws, after a rollback. `work` may be
   * run several times: a transaction that the database gave up for others' sake (40001, 40P01) begins anew, so that
   * it must do nothing but run its statements.
   */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Whether a statement broke a unique key, in either database's words. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  // SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE; SQLSTATE unique_violation.
  return errcode === 1555 || errcode === 2067 || code === '23505';
}

/** Most times that a transaction begins anew before `DatabaseContended`. */
export const MOST_RETRIES = 20;

/** How long to wait before the next of several attempts, in milliseconds: growing, and not in step with others. */
export function retryDelay(retry: number): number {
  return Math.random() * Math.min(250, 2 ** retry);
}

/**
 * Owns PostgreSQL and the engines that speak its protocol, through postgres.js: only plain statements, no advisory
 * locks, no isolation level of its own. Under READ COMMITTED and under SERIALIZABLE the stores' statements are right:
 * every update names what it read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { Failure } from '../../lib/failure/index.ts';
import {
  type Database,
  databaseFailure,
  MOST_RETRIES,
  type Row,
  retryDelay,
  type Statements,
  type Value,
} from './database.ts';

/** serialization_failure and deadlock_detected: the transaction was undone for another's sake, and may begin anew. */
const UNDONE = ['40001', '40P01'];
/** SQLSTATE of int8, which postgres.js gives as text unless told. Every integer of the vault is below 2^53. */
const INT8 = 20;

type Sql = postgres.Sql<{ bigint: number }>;

/** Connects to the database at `url` with at most `connections` at once. Throws DatabaseUnreachable or DatabaseNotDurable. */
export async function openPostgres(url: string, connections = 8): Promise<Database> {
  const sql: Sql = postgres(url, {
    max: connections,
    connect_timeout: 10,
    idle_timeout: 60,
    onnotice: () => undefined,
    types: { bigint: { to: INT8, from: [INT8], serialize: (value: number) => `${value}`, parse: Number } },
  });
  try {
    await requireDurable(sql);
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw named(error);
  }
  const direct = statementsOf(sql);
  return {
    kind: 'postgres',
    all: (text, ...values) => direct.all(text, ...values).catch(rethrow),
    run: (text, ...values) => direct.run(text, ...values).catch(rethrow),
    transaction: (work) => transact(sql, work),
    close: () => sql.end({ timeout: 5 }),
  };
}

function statementsOf(sql: Pick<Sql, 'unsafe'>): Statements {
  const query = (text: string, values: readonly Value[]) =>
    sql.unsafe(text, values as (string | number | Uint8Array | null)[], { prepare: true });
  return {
    all: async (text, ...values) => (await query(text, values)).map((row) => owned(row as Row)),
    run: async (text, ...values) => (await query(text, values)).count,
  };
}

/** The driver gives views of its receive buffer. */
function owned(row: Row): Row {
  const copied = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? new Uint8Array(value) : value,
  ]);
  return Object.fromEntries(copied);
}

async function transact<Result>(sql: Sql, work: (statements: Statements) => Promise<Result>): Promise<Result> {
  for (let retry = 0; ; retry++) {
    try {
      return (await sql.begin((transaction) => work(statementsOf(transaction)))) as Result;
    } catch (error) {
      if (!UNDONE.includes(stateOf(error))) throw named(error);
      if (retry === MOST_RETRIES) throw databaseFailure('DatabaseContended', error);
      await sleep(retryDelay(retry));
    }
  }
}

/** An operator may have traded durability for speed; a vault that forgets charges gives free guesses. */
async function requireDurable(sql: Sql): Promise<void> {
  for (const setting of ['synchronous_commit', 'fsync']) {
    let value: unknown;
    try {
      [value] = Object.values((await sql.unsafe(`SHOW ${setting}`))[0] ?? {});
    } catch (error) {
      // Other engines do not know the setting, and have no such switch.
      if (stateOf(error) === '42704' || stateOf(error) === '22023') continue;
      throw error;
    }
    if (value === 'off') throw databaseFailure('DatabaseNotDurable');
  }
}

function stateOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** A connection that broke, or a server that goes down, by any of its names; anything else as it is. */
function named(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const state = stateOf(error);
  const lost = /^(CONNECT|ECONN|EPIPE|ENOENT|EHOST|ENETUNREACH|ETIMEDOUT|EAI_|08|57P0|53300)/.test(state);
  return lost ? databaseFailure('DatabaseUnreachable', error) : error;
}

function rethrow(error: unknown): never {
  throw named(error);
}

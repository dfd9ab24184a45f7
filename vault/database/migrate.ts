/**
 * Owns bringing a database to the schema of this program. Migrations are frozen: one that was published is never
 * changed, the next one is added. Each is applied in a transaction of its own, with the number that it leads to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, databaseFailure, retryDelay, type Statements } from './database.ts';

/** One step. `BYTES` and `INTEGER` in its statements stand for each database's own type. */
export type Migration = readonly string[];

const types = {
  sqlite: { BYTES: 'BLOB', INTEGER: 'INTEGER' },
  postgres: { BYTES: 'BYTEA', INTEGER: 'BIGINT' },
};

/** How often to begin anew when another process migrates at the same time. */
const MOST_TRIES = 10;

/**
 * Applies what is missing of `migrations` and keeps count in the table `<store>_schema`. Throws DatabaseNewer where the
 * database has had more of them than this program knows.
 */
export async function migrate(database: Database, store: string, migrations: readonly Migration[]): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await database.run(
        `CREATE TABLE IF NOT EXISTS ${store}_schema (version ${types[database.kind].INTEGER} PRIMARY KEY)`,
      );
      while (await applyNext(database, store, migrations)) {
        // The next one, until none is missing.
      }
      return;
    } catch (error) {
      // Two that create the same table at once: one fails in one of several ways, and finds it made when it looks again.
      if ((error as { retry?: unknown }).retry !== undefined || tried === MOST_TRIES) throw error;
      await sleep(50 + retryDelay(tried));
    }
  }
}

async function applyNext(database: Database, store: string, migrations: readonly Migration[]): Promise<boolean> {
  return database.transaction(async (statements) => {
    const version = await versionOf(statements, store);
    if (version > migrations.length) throw databaseFailure('DatabaseNewer');
    const next = migrations[version];
    if (next === undefined) return false;
    for (const statement of next) {
      await statements.run(statement.replace(/\b(BYTES|INTEGER)\b/g, (type) => types[database.kind][type as 'BYTES']));
    }
    await statements.run(`INSERT INTO ${store}_schema (version) VALUES ($1)`, version + 1);
    return true;
  });
}

async function versionOf(statements: Statements, store: string): Promise<number> {
  const [row] = await statements.all(`SELECT MAX(version) AS version FROM ${store}_schema`);
  return Number(row?.version ?? 0);
}

/** Owns what tests do to a database behind the store's back: look at its bytes, copy it, put a copy back, ruin it. */
import { Dexie } from 'dexie';
import { IDBKeyRange } from 'fake-indexeddb';

/** All rows of all tables, by table. */
export type Dump = Record<string, Record<string, unknown>[]>;

/** What is on disk. The tables are in order, and so are their rows. */
export async function dumpDatabase(indexedDB: IDBFactory): Promise<Dump> {
  return withDatabase(indexedDB, async (database) => {
    const dump: Dump = {};
    for (const table of database.tables) dump[table.name] = await table.toArray();
    return dump;
  });
}

/** Puts `dump` in place of what is on disk; an empty one empties it. */
export async function loadDatabase(indexedDB: IDBFactory, dump: Dump): Promise<void> {
  await withDatabase(indexedDB, async (database) => {
    for (const table of database.tables) {
      await table.clear();
      await table.bulkPut(dump[table.name] ?? []);
    }
  });
}

/** Runs `work` on the tables as they are. */
export async function withDatabase<Value>(
  indexedDB: IDBFactory,
  work: (database: Dexie) => Promise<Value>,
): Promise<Value> {
  const database = new Dexie('sotto', { indexedDB, IDBKeyRange });
  await database.open();
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

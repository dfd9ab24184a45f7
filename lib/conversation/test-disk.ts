/** Owns what tests do to an installation's disk behind its back: look at its bytes, copy it, put a copy back. */
import { IDBFactory } from 'fake-indexeddb';
import { Installation } from './test-installation.ts';

/** All rows of all tables, by table. */
export type Dump = Record<string, unknown[]>;

/** What is on disk, in order. */
export async function dumpOf({ indexedDB }: Installation): Promise<Dump> {
  return inDatabase(indexedDB, 'readonly', async (table) => done<unknown[]>(table.getAll()));
}

/** Another installation with the same disk and keeper: what a crash or a copied profile leaves. */
export async function copyOf(original: Installation): Promise<Installation> {
  const copy = await Installation.start();
  copy.nowMs = original.nowMs;
  await load(copy, await dumpOf(original), original.keeper.record);
  return copy;
}

/** Puts `dump` and `record` in place of what is there. */
export async function load(into: Installation, dump: Dump, record: string | undefined): Promise<void> {
  await inDatabase(into.indexedDB, 'readwrite', async (table) => {
    await done(table.clear());
    for (const row of dump[table.name] ?? []) await done(table.put(row));
    return [];
  });
  into.keeper.record = record;
  await into.restart();
}

/** A disk without anything on it. */
export function emptyDisk(): IDBFactory {
  return new IDBFactory();
}

async function inDatabase(
  indexedDB: IDBFactory,
  mode: 'readonly' | 'readwrite',
  work: (table: IDBObjectStore) => Promise<unknown[]>,
): Promise<Dump> {
  const database = await done<IDBDatabase>(indexedDB.open('sotto'));
  const dump: Dump = {};
  for (const name of database.objectStoreNames) {
    dump[name] = await work(database.transaction(name, mode).objectStore(name));
  }
  database.close();
  return dump;
}

function done<Value>(request: unknown): Promise<Value> {
  const asked = request as IDBRequest<Value>;
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

import { Dexie } from 'dexie';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import type { Locks } from './locks.ts';
import { version1 } from './migrations/version-1.ts';
import { OPENING_LOCK } from './open-store.ts';
import { text } from './row-codec.ts';
import { dumpDatabase, loadDatabase, withDatabase } from './test-database.ts';
import { codeOf, DRAFTS, GROUP, KEY, PERSONAS, TestDisk } from './test-store.ts';

async function diskInUse(): Promise<TestDisk> {
  const disk = new TestDisk();
  const store = await disk.open();
  await store.transact((rows) => rows.put(PERSONAS, KEY, GROUP, 'alice'));
  store.close();
  return disk;
}

async function write(disk: TestDisk, value: string): Promise<void> {
  const store = await disk.open();
  await store.transact((rows) => rows.put(PERSONAS, KEY, GROUP, value));
  store.close();
}

describe('opening a store', () => {
  it('makes one at the first run, and finds what was kept at the next', async () => {
    const disk = await diskInUse();
    const store = await disk.open();
    expect(await store.read((rows) => rows.get(PERSONAS, KEY))).toBe('alice');
    store.close();
  });

  it('goes on after a first run that was interrupted before the database was made', async () => {
    const first = new TestDisk();
    const store = await first.open();
    store.close();
    const disk = new TestDisk();
    // What stands in the keeper before the first row is written: the same record with epoch 0.
    const record = Buffer.from(first.keeper.record!, 'base64url');
    record.fill(0, record.length - 8);
    disk.keeper.record = record.toString('base64url');
    const opened = await disk.open();
    await opened.transact((rows) => rows.put(PERSONAS, KEY, GROUP, 'bob'));
    opened.close();
  });

  it('waits for nobody where an installation is known, and takes nothing for a first run before its turn', async () => {
    const asked: string[] = [];
    const taken: Locks = {
      run: (name) => {
        asked.push(name);
        return new Promise(() => {});
      },
    };
    const disk = await diskInUse();
    const store = await disk.open(taken);
    expect(await store.read((rows) => rows.get(PERSONAS, KEY))).toBe('alice');
    expect(asked).toEqual([]);
    store.close();
    const empty = new TestDisk();
    void empty.open(taken);
    await vi.waitFor(() => expect(asked).toEqual([OPENING_LOCK]));
    expect(empty.keeper.writes).toBe(0);
  });

  it('names an emptied database lost, and makes no new one', async () => {
    const disk = await diskInUse();
    disk.indexedDB = new IDBFactory();
    expect(await codeOf(disk.open())).toBe('StoreLost');
    expect(await codeOf(disk.open())).toBe('StoreLost');
    expect((await dumpDatabase(disk.indexedDB)).meta).toEqual([]);
  });

  it('names a database whose tables were all cleared lost', async () => {
    const disk = await diskInUse();
    await loadDatabase(disk.indexedDB, {});
    expect(await codeOf(disk.open())).toBe('StoreLost');
  });

  it('names a database without its key lost, and writes no new key', async () => {
    const disk = await diskInUse();
    disk.keeper.record = undefined;
    expect(await codeOf(disk.open())).toBe('StoreLost');
    expect(disk.keeper.record).toBeUndefined();
  });

  it("names another installation's database lost", async () => {
    const [disk, other] = [await diskInUse(), await diskInUse()];
    disk.indexedDB = other.indexedDB;
    expect(await codeOf(disk.open())).toBe('StoreLost');
  });

  it('names an older copy of the database rolled back, by as little as one step', async () => {
    const disk = await diskInUse();
    const copy = await dumpDatabase(disk.indexedDB);
    await write(disk, 'carol');
    await loadDatabase(disk.indexedDB, copy);
    expect(await codeOf(disk.open())).toBe('StoreRolledBack');
  });

  it('takes a keeper that lags behind for what it is: a step was interrupted', async () => {
    const disk = await diskInUse();
    const lagging = disk.keeper.record;
    await write(disk, 'carol');
    disk.keeper.record = lagging;
    const store = await disk.open();
    expect(await store.read((rows) => rows.get(PERSONAS, KEY))).toBe('carol');
    store.close();
    expect(disk.keeper.record).not.toBe(lagging);
  });

  it.each(['meta', 'personas'])('names a database damaged in which %s was emptied', async (table) => {
    const disk = await diskInUse();
    await withDatabase(disk.indexedDB, (database) => database.table(table).clear());
    expect(await codeOf(disk.open())).toBe('StoreDamaged');
  });

  it('names a database damaged whose head was altered in any part', async () => {
    for (const change of [{ sealed: new Uint8Array(64) }, { sealed: new Uint8Array(0) }, { sealed: 'text' }]) {
      const disk = await diskInUse();
      await withDatabase(disk.indexedDB, (database) => database.table('meta').update('head', change));
      expect(await codeOf(disk.open())).toBe('StoreDamaged');
    }
  });

  it('names a keeper damaged that holds something else', async () => {
    const disk = await diskInUse();
    const good = disk.keeper.record!;
    for (const record of ['', '!', 'AAAA', `${good}AAAA`, good.slice(0, -4)]) {
      disk.keeper.record = record;
      expect(await codeOf(disk.open())).toBe('StoreDamaged');
    }
  });

  it('says so where the keeper can not be asked, and makes nothing', async () => {
    for (const refuses of ['read', 'write'] as const) {
      const disk = new TestDisk();
      disk.keeper.refuses = refuses;
      expect(await codeOf(disk.open())).toBe('StoreUnavailable');
      expect((await dumpDatabase(disk.indexedDB)).meta ?? []).toEqual([]);
    }
  });

  it('names a database that a newer Sotto laid out', async () => {
    const disk = await diskInUse();
    await new Promise<void>((resolve, reject) => {
      const request = disk.indexedDB.open('sotto', 1000);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
      request.onerror = () => reject(request.error);
    });
    expect(await codeOf(disk.open())).toBe('StoreNewer');
  });

  it('takes over a database of the first layout, with all that is in it', async () => {
    const disk = await diskInUse();
    const dump = await dumpDatabase(disk.indexedDB);
    disk.indexedDB = new IDBFactory();
    const old = new Dexie('sotto', { indexedDB: disk.indexedDB, IDBKeyRange });
    old.version(1).stores({
      ...Object.fromEntries(version1.tables.map((table) => [table, version1.indexes])),
      meta: version1.meta,
    });
    await old.open();
    for (const table of old.tables) await table.bulkPut(dump[table.name] ?? []);
    old.close();
    const store = await disk.open();
    expect(await store.read((rows) => rows.get(PERSONAS, KEY))).toBe('alice');
    const added = { name: 'backupQueue', version: 1, codec: text } as const;
    await store.transact((rows) => rows.put(added, KEY, GROUP, 'a record'));
    expect(await store.read((rows) => rows.get(added, KEY))).toBe('a record');
    store.close();
  });

  it('lets two contexts that start at once both find the one installation', async () => {
    const disk = new TestDisk();
    const first = await disk.open();
    const second = await disk.open();
    await first.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'one'));
    expect(await second.read((rows) => rows.get(DRAFTS, KEY))).toBe('one');
    first.close();
    second.close();
  });
});

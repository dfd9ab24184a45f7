import { IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { eraseStore } from './erase.ts';
import { createMemoryLocks } from './locks.ts';
import { dumpDatabase } from './test-database.ts';
import { codeOf, GROUP, KEY, PERSONAS, TestDisk } from './test-store.ts';

async function diskInUse(): Promise<TestDisk> {
  const disk = new TestDisk();
  const store = await disk.open();
  await store.transact((rows) => rows.put(PERSONAS, KEY, GROUP, 'alice'));
  store.close();
  return disk;
}

function erase(disk: TestDisk, remove?: (key: string) => Promise<void>): Promise<void> {
  return eraseStore({
    area: {
      remove:
        remove ??
        (async (key) => {
          expect(key).toBe('sotto.store');
          disk.keeper.record = undefined;
        }),
    },
    locks: createMemoryLocks(),
    platform: { indexedDB: disk.indexedDB, IDBKeyRange },
  });
}

describe('erasing', () => {
  it('leaves nothing, and the next start is a first run under another key', async () => {
    const disk = await diskInUse();
    const before = disk.keeper.record;
    await erase(disk);
    expect(await disk.indexedDB.databases()).toEqual([]);
    expect(disk.keeper.record).toBeUndefined();
    const store = await disk.open();
    expect(await store.read((rows) => rows.get(PERSONAS, KEY))).toBeUndefined();
    await store.transact((rows) => rows.put(PERSONAS, KEY, GROUP, 'another'));
    store.close();
    expect(disk.keeper.record).not.toBe(before);
    expect((await dumpDatabase(disk.indexedDB)).personas).toHaveLength(1);
  });

  it('that was interrupted is refused as lost, and ends when it is done again', async () => {
    const disk = await diskInUse();
    const refused = async () => {
      throw new Error('no');
    };
    expect(await codeOf(erase(disk, refused))).toBe('StoreUnavailable');
    expect(await codeOf(disk.open())).toBe('StoreLost');
    await erase(disk);
    (await disk.open()).close();
  });

  it('ends what could not be opened: a database without its key', async () => {
    const disk = await diskInUse();
    disk.keeper.record = undefined;
    expect(await codeOf(disk.open())).toBe('StoreLost');
    await erase(disk);
    (await disk.open()).close();
  });

  it('lets no step out that was under way, and no epoch come back', async () => {
    const disk = await diskInUse();
    const store = await disk.open();
    const step = codeOf(store.transact((rows) => rows.put(PERSONAS, KEY, GROUP, 'late')));
    store.close();
    await erase(disk);
    expect(await step).not.toBe('no failure');
    expect(disk.keeper.record).toBeUndefined();
    expect(await codeOf(store.read((rows) => rows.get(PERSONAS, KEY)))).toBe('StoreUnavailable');
  });
});

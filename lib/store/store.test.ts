import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { encodeUtf8 } from '../bytes/index.ts';
import { Failure } from '../failure/index.ts';
import { storeFailureOf } from './failure.ts';
import { dumpDatabase, loadDatabase, withDatabase } from './test-database.ts';
import { codeOf, DRAFTS, GROUP, KEY, PERSONAS, TestDisk } from './test-store.ts';

describe('a step', () => {
  it('keeps all that it wrote, or nothing where it throws', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    const before = await dumpDatabase(disk.indexedDB);
    const stop = new Error('stop');
    const step = store.transact(async (rows) => {
      await rows.put(PERSONAS, KEY, GROUP, 'alice');
      await rows.put(DRAFTS, KEY, GROUP, 'words');
      throw stop;
    });
    await expect(step).rejects.toBe(stop);
    expect(await dumpDatabase(disk.indexedDB)).toEqual(before);
    await store.transact(async (rows) => {
      await rows.put(PERSONAS, KEY, GROUP, 'alice');
      await rows.put(DRAFTS, KEY, GROUP, 'words');
    });
    expect(await store.read((rows) => rows.get(PERSONAS, KEY))).toBe('alice');
    expect(await store.read((rows) => rows.get(DRAFTS, KEY))).toBe('words');
    store.close();
  });

  it('sees what it wrote and deleted itself', async () => {
    const store = await new TestDisk().open();
    await store.transact(async (rows) => {
      await rows.put(DRAFTS, KEY, GROUP, 'one');
      await rows.put(DRAFTS, encodeUtf8('another'), GROUP, 'two');
      await rows.put(DRAFTS, encodeUtf8('elsewhere'), KEY, 'three');
      expect(await rows.get(DRAFTS, KEY)).toBe('one');
      expect((await rows.list(DRAFTS, GROUP)).sort()).toEqual(['one', 'two']);
      await rows.delete(DRAFTS, KEY);
      expect(await rows.get(DRAFTS, KEY)).toBeUndefined();
      expect(await rows.getMany(DRAFTS, [KEY, encodeUtf8('another')])).toEqual([undefined, 'two']);
    });
    store.close();
  });

  it('raises the keeper before its result is given back, and a note does not', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    const before = disk.keeper.record;
    await store.note((rows) => rows.put(DRAFTS, KEY, GROUP, 'words'));
    expect(disk.keeper.record).toBe(before);
    await store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'more words'));
    expect(disk.keeper.record).not.toBe(before);
    const after = disk.keeper.writes;
    await store.transact((rows) => rows.get(DRAFTS, KEY));
    expect(disk.keeper.writes).toBe(after);
    store.close();
  });

  it('gives nothing back where the keeper could not be raised, and lets out what was kept only after it was', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    disk.keeper.refuses = 'write';
    expect(await codeOf(store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'words')))).toBe('StoreUnavailable');
    expect(await codeOf(store.transact((rows) => rows.get(DRAFTS, KEY)))).toBe('StoreUnavailable');
    disk.keeper.refuses = 'nothing';
    expect(await store.transact((rows) => rows.get(DRAFTS, KEY))).toBe('words');
    store.close();
  });

  it('takes turns with others: 50 counted at once from two stores are 50', async () => {
    const disk = new TestDisk();
    const stores = [await disk.open(), await disk.open()];
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        stores[i % 2]!.transact(async (rows) => {
          const count = Number((await rows.get(DRAFTS, KEY)) ?? '0');
          await rows.put(DRAFTS, KEY, GROUP, String(count + 1));
        }),
      ),
    );
    expect(await stores[0]!.read((rows) => rows.get(DRAFTS, KEY))).toBe('50');
    for (const store of stores) store.close();
  });

  it('counts rows that come and go, so that the next start finds as many', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    await store.transact(async (rows) => {
      await rows.put(PERSONAS, KEY, GROUP, 'alice');
      await rows.put(PERSONAS, KEY, GROUP, 'alice again');
      await rows.put(PERSONAS, GROUP, GROUP, 'bob');
      await rows.delete(PERSONAS, encodeUtf8('nobody'));
    });
    await store.transact((rows) => rows.delete(PERSONAS, GROUP));
    store.close();
    const again = await disk.open();
    expect(await again.read((rows) => rows.list(PERSONAS, GROUP))).toEqual(['alice again']);
    again.close();
  });
});

describe('an open store', () => {
  it('names a database that is emptied under its feet', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    await loadDatabase(disk.indexedDB, {});
    expect(await codeOf(store.read((rows) => rows.get(DRAFTS, KEY)))).toBe('StoreLost');
    expect(await codeOf(store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'words')))).toBe('StoreLost');
    store.close();
  });

  it('names a database that is rolled back under its feet', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    const copy = await dumpDatabase(disk.indexedDB);
    await store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'words'));
    await loadDatabase(disk.indexedDB, copy);
    expect(await codeOf(store.transact((rows) => rows.get(DRAFTS, KEY)))).toBe('StoreRolledBack');
    store.close();
  });

  it('names a full quota, and nothing was changed', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    const before = await dumpDatabase(disk.indexedDB);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await codeOf(store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'words')))).toBe('StoreFull');
    put.mockRestore();
    expect(await dumpDatabase(disk.indexedDB)).toEqual(before);
    await store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'words'));
    store.close();
  });

  it('says that it is closed', async () => {
    const store = await new TestDisk().open();
    store.close();
    expect(await codeOf(store.read((rows) => rows.get(DRAFTS, KEY)))).toBe('StoreUnavailable');
  });
});

describe('what stands on disk', () => {
  it('holds neither the words nor the keys of rows', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    await store.transact((rows) =>
      rows.put(DRAFTS, encodeUtf8('canary-key'), encodeUtf8('canary-group'), 'canary-words'),
    );
    store.close();
    const dump = await dumpDatabase(disk.indexedDB);
    const text = JSON.stringify(dump, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(dump.drafts).toHaveLength(1);
    expect(text).not.toContain('canary');
  });

  it('does not open in another row or another table, nor with a bit changed', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    await store.transact(async (rows) => {
      await rows.put(DRAFTS, KEY, GROUP, 'words');
      await rows.put(DRAFTS, GROUP, GROUP, 'other words');
    });
    await withDatabase(disk.indexedDB, async (database) => {
      const [one, two] = await database.table('drafts').toArray();
      await database.table('drafts').put({ ...one, sealed: two.sealed });
      await database.table('drafts').put({ ...two, group: one.id });
      await database.table('history').put(two);
    });
    expect(await codeOf(store.read((rows) => rows.get(DRAFTS, KEY)))).toBe('StoreDamaged');
    expect(await codeOf(store.read((rows) => rows.get(DRAFTS, GROUP)))).toBe('StoreDamaged');
    store.close();
  });

  it('is sealed anew each time: the same words twice are different bytes', async () => {
    const disk = new TestDisk();
    const store = await disk.open();
    const sealed: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      await store.transact((rows) => rows.put(DRAFTS, KEY, GROUP, 'words'));
      sealed.push((await dumpDatabase(disk.indexedDB)).drafts![0]!.sealed);
    }
    expect(sealed[0]).not.toEqual(sealed[1]);
    store.close();
  });
});

describe('an error of the database', () => {
  const named = (name: string, inner?: Error) => Object.assign(new Error(name), { name, inner });

  it.each([
    ['QuotaExceededError', 'StoreFull'],
    ['VersionError', 'StoreNewer'],
    ['UnknownError', 'StoreDamaged'],
    ['DataError', 'StoreDamaged'],
    ['AbortError', 'StoreUnavailable'],
    ['DatabaseClosedError', 'StoreUnavailable'],
    ['InvalidStateError', 'StoreUnavailable'],
    ['MissingAPIError', 'StoreUnavailable'],
    ['OpenFailedError', 'StoreUnavailable'],
    ['PrematureCommitError', 'StoreUnavailable'],
    ['TimeoutError', 'StoreUnavailable'],
    ['TransactionInactiveError', 'StoreUnavailable'],
  ])('called %s is %s', (name, code) => {
    expect(storeFailureOf(named(name))).toMatchObject({ code });
  });

  it('is told by what is inside it: an abort for want of room is StoreFull', () => {
    expect(storeFailureOf(named('AbortError', named('QuotaExceededError')))).toMatchObject({
      code: 'StoreFull',
      retry: 'user',
    });
  });

  it('is none where a step refused, or where somebody made a mistake', () => {
    const refused = new Failure('Damaged');
    expect(storeFailureOf(refused)).toBe(refused);
    const mistake = new TypeError('no function');
    expect(storeFailureOf(mistake)).toBe(mistake);
  });
});

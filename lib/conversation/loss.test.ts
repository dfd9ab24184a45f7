import { IDBObjectStore } from 'fake-indexeddb';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { takeOutbox } from './outbox.ts';
import { sendText } from './send.ts';
import { dumpOf, emptyDisk, load } from './test-disk.ts';
import { codeOf, Pair, textsOf } from './test-installation.ts';

beforeAll(cryptoReady);

describe('an installation in use', () => {
  it('is never a first run when its database is gone, whole or in one table', async () => {
    const pair = await Pair.paired();
    const dump = await dumpOf(pair.alice);
    const { record } = pair.alice.keeper;
    for (const table of ['personas', 'conversations', 'threads', 'sessions', 'meta']) {
      expect(dump[table]?.length).toBeGreaterThan(0);
      expect(await codeOf(load(pair.alice, { ...dump, [table]: [] }, record))).toBe('StoreDamaged');
    }
    expect(await codeOf(load(pair.alice, {}, record))).toBe('StoreLost');
    pair.alice.indexedDB = emptyDisk();
    expect(await codeOf(pair.alice.restart())).toBe('StoreLost');
    expect(pair.alice.keeper.record).toBe(record);
  });

  it('does not go on from an older copy of its ratchets, were it older by the reading of one message', async () => {
    const pair = await Pair.paired();
    const older = await dumpOf(pair.alice);
    await pair.say('bob', 'hello');
    await pair.chat.read(pair.alice, pair.alicePage);
    const now = await dumpOf(pair.alice);
    const { record } = pair.alice.keeper;
    expect(await codeOf(load(pair.alice, older, record))).toBe('StoreRolledBack');
    await load(pair.alice, now, record);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['them: hello']);
  });

  it('changes nothing and says so where the quota is full, and sends once there is room', async () => {
    const pair = await Pair.paired();
    await pair.say('bob', 'hello');
    const before = await dumpOf(pair.alice);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const send = () => sendText(pair.alice.around, pair.alicePage, { text: 'one', clientId: 'one' });
    expect(await codeOf(send())).toBe('StoreFull');
    const readings = await pair.chat.read(pair.alice, pair.alicePage);
    expect(readings.at(-1)).toMatchObject({ kind: 'refused', code: 'NoRoom', retry: 'user' });
    // What was read before is read as ever.
    expect(readings.slice(0, -1).map(({ kind }) => kind)).toEqual(['entry', 'entry', 'entry']);
    put.mockRestore();
    expect(await dumpOf(pair.alice)).toEqual(before);
    await send();
    expect(await takeOutbox(pair.alice.around, pair.alicePage, false)).toHaveLength(1);
    await pair.settle();
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: one', 'them: hello']);
  });

  it('has none of the words on disk', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'canary one');
    await pair.say('bob', 'canary two');
    await pair.settle();
    for (const who of [pair.alice, pair.bob]) {
      const latin = (_: string, value: unknown) =>
        value instanceof Uint8Array ? String.fromCharCode(...value) : value;
      const disk = JSON.stringify(await dumpOf(who), latin);
      for (const word of ['canary', 'alice', 'chat.example']) expect(disk).not.toContain(word);
    }
  });
});

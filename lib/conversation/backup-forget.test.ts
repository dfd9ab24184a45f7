import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { forgetContact, forgetMessage } from './backup-forget.ts';
import { GONE, getSingle, NO_UPKEEP, putSingle, RESTORE, UPKEEP } from './backup-rows.ts';
import { takeRecords } from './backup-take.ts';
import { listContacts, stateOf } from './contact.ts';
import { nameOfEntry } from './entries.ts';
import { HISTORY } from './message-rows.ts';
import { placeOf } from './place.ts';
import { queued, takeAll, turnOn } from './test-backup.ts';
import { dumpOf } from './test-disk.ts';
import { Installation, Pair, textsOf } from './test-installation.ts';

beforeAll(cryptoReady);

async function talked() {
  const pair = await Pair.paired();
  await pair.say('alice', 'one');
  await pair.settle();
  await pair.say('bob', 'two');
  await pair.settle();
  const { conversationId } = placeOf(pair.alicePage);
  const nameOf = async (words: string): Promise<string> => {
    const entries = await pair.alice.store.read((rows) => rows.list(HISTORY, conversationId));
    return nameOfEntry(entries.find(({ text }) => text === words)!.id);
  };
  return { pair, conversationId, nameOf };
}

describe('a message that is deleted', () => {
  it('is gone here, and is not read anew from the page', async () => {
    const { pair, conversationId, nameOf } = await talked();
    expect(await forgetMessage(pair.alice.around, conversationId, await nameOf('two'))).toBe(true);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: one']);
    const readings = await pair.chat.read(pair.alice, pair.alicePage);
    expect(readings.map(({ kind }) => kind)).toEqual(readings.map(() => 'entry'));
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: one']);
  });

  it('is of this conversation, or nothing happens', async () => {
    const { pair, conversationId, nameOf } = await talked();
    const name = await nameOf('one');
    const other = new Uint8Array(16) as Uint8Array as typeof conversationId;
    expect(await forgetMessage(pair.alice.around, other, name)).toBe(false);
    expect(await forgetMessage(pair.alice.around, conversationId, 'nothing')).toBe(false);
    expect(await forgetMessage(pair.alice.around, conversationId, name)).toBe(true);
    expect(await forgetMessage(pair.alice.around, conversationId, name)).toBe(false);
  });

  it('leaves a tombstone in the backup, which is counted for compaction, and none where there is no backup', async () => {
    const { pair, conversationId, nameOf } = await talked();
    await forgetMessage(pair.alice.around, conversationId, await nameOf('one'));
    expect(await queued(pair.alice)).toEqual([]);
    await turnOn(pair.alice);
    await forgetMessage(pair.alice.around, conversationId, await nameOf('two'));
    expect((await queued(pair.alice)).at(-1)).toMatchObject({ kind: 'tombstone', of: 'message', at: pair.alice.nowMs });
    const upkeep = await pair.alice.store.read((rows) => getSingle(rows, UPKEEP));
    expect(upkeep).toEqual({ ...NO_UPKEEP, dead: 2, deleted: 1 });
  });

  it('does not come back in a restore, whose parts come one by one, nor in another browser that has it', async () => {
    const { pair, conversationId, nameOf } = await talked();
    const other = await Installation.start();
    const root = await turnOn(pair.alice);
    await takeAll(other, root, await queued(pair.alice));
    await forgetMessage(pair.alice.around, conversationId, await nameOf('two'));
    const records = await queued(pair.alice);
    const fresh = await Installation.start();
    const progress = { done: [], total: 9, missing: 0, altered: 0, newer: 0, conflicts: 0, older: false };
    await fresh.store.transact((rows) => putSingle(rows, RESTORE, { ...progress, finished: false }));
    await takeAll(fresh, root, records, 1);
    expect(await textsOf(fresh, pair.alicePage)).toEqual(['me: one']);
    expect(await fresh.store.read((rows) => getSingle(rows, GONE))).toHaveLength(1);
    // To a browser that lives, the tombstone comes alone.
    await other.store.transact((rows) => takeRecords(rows, root, records.slice(-1)));
    expect(await textsOf(other, pair.alicePage)).toEqual(['me: one']);
    expect(await other.store.read((rows) => getSingle(rows, GONE))).toBeUndefined();
  });

  it('stays where it came here after it was deleted elsewhere', async () => {
    const { pair, conversationId, nameOf } = await talked();
    const root = await turnOn(pair.alice);
    const other = await Installation.start();
    await takeAll(other, root, await queued(pair.alice));
    pair.alice.nowMs -= 1;
    await forgetMessage(pair.alice.around, conversationId, await nameOf('two'));
    const tombstone = (await queued(pair.alice)).slice(-1);
    await other.store.transact((rows) => takeRecords(rows, root, tombstone));
    expect(await textsOf(other, pair.alicePage)).toEqual(['me: one', 'them: two']);
  });
});

describe('a contact who is deleted', () => {
  it('is gone with all that was said, and the session; nothing of it is read anew from the page', async () => {
    const { pair, conversationId } = await talked();
    expect(await forgetContact(pair.alice.around, conversationId)).toBe(true);
    expect(await forgetContact(pair.alice.around, conversationId)).toBe(false);
    expect(await listContacts(pair.alice.around)).toEqual([]);
    const dump = await dumpOf(pair.alice);
    for (const table of ['history', 'previews', 'marks', 'outbox', 'drafts', 'sessions', 'conversations']) {
      expect([table, dump[table]]).toEqual([table, []]);
    }
    await pair.chat.read(pair.alice, pair.alicePage);
    expect(await stateOf(pair.alice.around, pair.alicePage)).toBe('none');
    await pair.say('bob', 'are you there?');
    const readings = await pair.chat.read(pair.alice, pair.alicePage);
    expect(readings.at(-1)).toMatchObject({ kind: 'refused', code: 'SessionLost' });
  });

  it('is somebody whom one may begin with anew', async () => {
    const { pair, conversationId } = await talked();
    await forgetContact(pair.alice.around, conversationId);
    await pair.invite();
    await pair.accept();
    await pair.settle();
    await pair.say('alice', 'again');
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).at(-1)).toBe('them: again');
    await pair.say('bob', 'and again');
    await pair.settle();
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: again', 'them: and again']);
    expect((await listContacts(pair.alice.around))[0]).toMatchObject({ state: 'private', verified: false });
  });

  it('does not come back in a restore; what is said with them later does', async () => {
    const { pair, conversationId } = await talked();
    const root = await turnOn(pair.alice);
    const other = await Installation.start();
    await takeAll(other, root, await queued(pair.alice));
    await forgetContact(pair.alice.around, conversationId);
    const gone = await queued(pair.alice);
    const fresh = await Installation.start();
    await takeAll(fresh, root, gone, 1000);
    expect([await listContacts(fresh.around), await textsOf(fresh, pair.alicePage)]).toEqual([[], []]);
    pair.alice.nowMs += 1000;
    await pair.invite();
    await pair.accept();
    await pair.settle();
    await pair.say('alice', 'later');
    const later = await Installation.start();
    await takeAll(later, root, await queued(pair.alice), 1000);
    expect(await textsOf(later, pair.alicePage)).toEqual(['me: later']);
    expect(await listContacts(later.around)).toHaveLength(1);
    // A browser that lives loses the words, and keeps the contact.
    await other.store.transact((rows) => takeRecords(rows, root, gone.slice(-1)));
    expect(await textsOf(other, pair.alicePage)).toEqual([]);
    expect(await listContacts(other.around)).toHaveLength(1);
  });
});

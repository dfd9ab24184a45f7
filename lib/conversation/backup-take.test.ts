import { beforeAll, describe, expect, it } from 'vitest';
import { makeRootKey } from '../backup/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { putSingle, RESTORE } from './backup-rows.ts';
import { takeRecords } from './backup-take.ts';
import { listContacts, readSafetyNumber, setVerified } from './contact.ts';
import { invite } from './invite.ts';
import { HISTORY } from './message-rows.ts';
import { PERSONAS } from './persona-row.ts';
import { placeOf } from './place.ts';
import { findPreview } from './preview-rows.ts';
import { endConversation, sendText } from './send.ts';
import { queued, takeAll, turnOn } from './test-backup.ts';
import { dumpOf } from './test-disk.ts';
import { codeOf, Installation, Pair, SENTENCE, systemRandom, textsOf } from './test-installation.ts';

beforeAll(cryptoReady);

/** Alice's browser is gone, and a new one has taken her backup. */
async function restored(): Promise<{ pair: Pair; old: Installation }> {
  const pair = await Pair.paired();
  await pair.say('alice', 'before');
  await pair.settle();
  const id = placeOf(pair.alicePage).conversationId;
  const { digits } = await readSafetyNumber(pair.alice.around, id);
  await setVerified(pair.alice.around, id, { digits, verified: true });
  const root = await turnOn(pair.alice);
  await pair.say('bob', 'after');
  await pair.settle();
  const old = pair.alice;
  pair.alice = await Installation.start();
  await takeAll(pair.alice, root, await queued(old));
  return { pair, old };
}

describe('a restored installation', () => {
  it('has the identity, the safety number, the verification and the history', async () => {
    const { pair, old } = await restored();
    const { conversationId, personaId } = placeOf(pair.alicePage);
    const number = await readSafetyNumber(pair.alice.around, conversationId);
    expect(number.digits).toBe((await readSafetyNumber(old.around, conversationId)).digits);
    expect(number.verified).toBe(true);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(await textsOf(old, pair.alicePage));
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: before', 'them: after']);
    const [mine, before] = await Promise.all(
      [pair.alice, old].map((who) => who.store.read((rows) => rows.get(PERSONAS, personaId))),
    );
    expect(mine?.identity.privateKey.equals(before!.identity.privateKey)).toBe(true);
    expect(mine?.registrationId).toBe(before?.registrationId);
  });

  it('has no session, thread, tag, invite, prekey or message under way', async () => {
    const { pair } = await restored();
    const dump = await dumpOf(pair.alice);
    for (const table of ['sessions', 'threads', 'tags', 'invites', 'outbox']) expect(dump[table]).toEqual([]);
    const persona = await pair.alice.store.read((rows) => rows.get(PERSONAS, placeOf(pair.alicePage).personaId));
    expect(persona).toMatchObject({ signedPreKeys: [], kemPreKeys: [] });
  });

  it('shows what stands on the page from its history, own and theirs', async () => {
    const { pair } = await restored();
    const readings = await pair.chat.read(pair.alice, pair.alicePage);
    expect(readings.length).toBeGreaterThan(3);
    expect(readings.map(({ kind }) => kind)).toEqual(readings.map(() => 'entry'));
  });

  it('goes on after an invite, and the other side sees the same key', async () => {
    const { pair } = await restored();
    const bobs = placeOf(pair.bobPage).conversationId;
    const before = await readSafetyNumber(pair.bob.around, bobs);
    await pair.invite();
    // Nobody presses anything on the other side: it is the contact that is known there, by the same key.
    await pair.settle();
    expect((await listContacts(pair.alice.around))[0]?.state).toBe('private');
    await pair.say('alice', 'back again');
    await pair.settle();
    await pair.say('bob', 'welcome back');
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).slice(-2)).toEqual(['them: back again', 'me: welcome back']);
    expect((await textsOf(pair.alice, pair.alicePage)).slice(-2)).toEqual(['me: back again', 'them: welcome back']);
    const [contact] = await listContacts(pair.bob.around);
    expect(contact?.state).toBe('private');
    expect((await readSafetyNumber(pair.bob.around, bobs)).digits).toBe(before.digits);
    expect((await listContacts(pair.alice.around))[0]).toMatchObject({ state: 'private', verified: true });
  });

  it('is the same after the same records again, in whatever parts', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'one');
    const root = await turnOn(pair.alice);
    const records = await queued(pair.alice);
    const fresh = await Installation.start();
    await takeAll(fresh, root, records, 1);
    await takeAll(fresh, root, records, 100);
    expect(await textsOf(fresh, pair.alicePage)).toEqual(['me: one']);
    expect((await dumpOf(fresh)).history).toHaveLength((await dumpOf(pair.alice)).history!.length);
    await invite(fresh.around, pair.alicePage, SENTENCE);
  });

  it('is not answered by itself where the contact was ended, or where its invite is an old one shown again', async () => {
    const { pair } = await restored();
    const early = pair.chat.rows.length;
    await pair.invite();
    await pair.settle();
    const answered = pair.chat.rows.length;
    expect(answered).toBeGreaterThan(early + 1);
    await pair.chat.read(pair.bob, pair.bobPage);
    await pair.settle();
    expect(pair.chat.rows.length).toBe(answered);
    const ended = await restored();
    await endConversation(ended.pair.bob.around, ended.pair.bobPage);
    await ended.pair.invite();
    await ended.pair.settle();
    expect((await listContacts(ended.pair.bob.around))[0]?.state).toBe('invited');
  });

  it('knows its own invite again that it read on the page before it was restored', async () => {
    const pair = await Pair.strangers();
    // A site that does not show who is logged in: nothing on the invite says whose it is.
    Object.assign(pair, { alicePage: { ...pair.alicePage, account: undefined, peer: undefined } });
    await pair.invite();
    await pair.accept();
    await pair.settle();
    const root = await turnOn(pair.alice);
    const records = await queued(pair.alice);
    const fresh = await Installation.start();
    await pair.chat.read(fresh, { ...pair.alicePage, peer: 'nobody yet' });
    expect((await listContacts(fresh.around))[0]?.state).toBe('invited');
    await takeAll(fresh, root, records);
    const { conversationId } = placeOf(pair.alicePage);
    const entries = await fresh.store.read((rows) => rows.list(HISTORY, conversationId));
    expect(entries.filter(({ kind }) => kind === 'invite').map(({ from }) => from)).toEqual(['me']);
    expect((await listContacts(fresh.around))[0]).toMatchObject({ state: 'private', name: '@bob' });
    expect((await readSafetyNumber(fresh.around, conversationId)).digits).toBe(
      (await readSafetyNumber(pair.alice.around, conversationId)).digits,
    );
  });

  it('knows its own invite again that it reads while the restore has brought it, and not yet whose it is', async () => {
    const pair = await Pair.strangers();
    Object.assign(pair, { alicePage: { ...pair.alicePage, account: undefined, peer: undefined } });
    await pair.invite();
    await pair.accept();
    await pair.settle();
    const root = await turnOn(pair.alice);
    const records = await reversed(pair.alice);
    const fresh = await Installation.start();
    const take = (part: typeof records) => fresh.store.transact((rows) => takeRecords(rows, root, part));
    // As where a later segment holds the invite, and an earlier one contact and identity.
    await take(records.filter(({ kind }) => kind === 'message'));
    await pair.chat.read(fresh, { ...pair.alicePage, peer: 'nobody yet' });
    await take(records.filter(({ kind }) => kind !== 'message'));
    const entries = await fresh.store.read((rows) => rows.list(HISTORY, placeOf(pair.alicePage).conversationId));
    expect(entries.filter(({ kind }) => kind === 'invite').map(({ from }) => from)).toEqual(['me']);
    expect((await listContacts(fresh.around))[0]).toMatchObject({ state: 'private', name: '@bob' });
  });

  it('keeps an identity that is here already, and says so', async () => {
    const pair = await Pair.paired();
    const root = await turnOn(pair.alice);
    const fresh = await Installation.start();
    await invite(fresh.around, pair.alicePage, SENTENCE);
    const { personaId } = placeOf(pair.alicePage);
    const mine = await fresh.store.read((rows) => rows.get(PERSONAS, personaId));
    const records = await reversed(pair.alice);
    const taken = await fresh.store.transact((rows) => takeRecords(rows, root, records));
    expect(taken).toMatchObject({ conflicts: 1, damaged: 0 });
    const now = await fresh.store.read((rows) => rows.get(PERSONAS, personaId));
    expect(now?.identity.publicKey).toEqual(mine?.identity.publicKey);
  });

  it('makes no identity of its own while the rest of a restore is still to come', async () => {
    const pair = await Pair.strangers();
    const { store, around } = pair.alice;
    const progress = { done: [], total: 2, missing: 0, altered: 0, newer: 0, conflicts: 0, older: false };
    await store.transact((rows) => putSingle(rows, RESTORE, { ...progress, finished: false }));
    expect(await codeOf(invite(around, pair.alicePage, SENTENCE))).toBe('RestoreUnfinished');
    await store.transact((rows) => putSingle(rows, RESTORE, { ...progress, finished: true }));
    await invite(around, pair.alicePage, SENTENCE);
  });

  it('names an identity that another backup sealed', async () => {
    const pair = await Pair.paired();
    await turnOn(pair.alice);
    const records = await reversed(pair.alice);
    const fresh = await Installation.start();
    const taken = await fresh.store.transact((rows) => takeRecords(rows, makeRootKey(systemRandom), records));
    expect(taken).toMatchObject({ conflicts: 0, damaged: 1 });
  });
});

async function reversed(from: Installation) {
  return (await queued(from)).toReversed();
}

describe('a link preview', () => {
  const url = 'https://example.org/';
  const preview = { url, title: 'Example', description: 'A page', siteName: 'example.org' };
  const shown = async (who: Installation, pair: Pair) => {
    const { conversationId } = placeOf(pair.alicePage);
    return who.store.read(async (rows) => {
      const entries = await rows.list(HISTORY, conversationId);
      const found = await Promise.all(entries.map((entry) => findPreview(rows, entry)));
      return found.flatMap((each) => (each === undefined ? [] : [each.title]));
    });
  };

  it.each(['before', 'after'] as const)(
    'comes back with its message that was sent %s the backup began',
    async (when) => {
      const pair = await Pair.paired();
      const begun = when === 'after' ? await turnOn(pair.alice) : undefined;
      await sendText(pair.alice.around, pair.alicePage, { text: `look: ${url}`, clientId: 'one', preview });
      const root = begun ?? (await turnOn(pair.alice));
      expect(await shown(pair.alice, pair)).toEqual(['Example']);
      const fresh = await Installation.start();
      await takeAll(fresh, root, await queued(pair.alice));
      expect(await shown(fresh, pair)).toEqual(['Example']);
      // It may come before its message, in another part; and again.
      const other = await Installation.start();
      await takeAll(other, root, await queued(pair.alice), 1);
      await takeAll(other, root, await queued(pair.alice), 1);
      expect(await shown(other, pair)).toEqual(['Example']);
    },
  );

  it('is not shown where the backup has one for another link', async () => {
    const pair = await Pair.paired();
    await sendText(pair.alice.around, pair.alicePage, { text: `look: ${url}`, clientId: 'one', preview });
    const root = await turnOn(pair.alice);
    const records = (await queued(pair.alice)).map((record) =>
      record.kind === 'preview' ? { ...record, url: 'https://elsewhere.example/' } : record,
    );
    const fresh = await Installation.start();
    await takeAll(fresh, root, records);
    expect(await shown(fresh, pair)).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { acceptKey, listContacts, refuseKey } from './contact.ts';
import { nameOfEntry } from './entries.ts';
import { INVITE_LIFE_MS } from './invite.ts';
import { HISTORY } from './message-rows.ts';
import { markFailed, retrySending, takeOutbox } from './outbox.ts';
import { placeOf } from './place.ts';
import { sendText } from './send.ts';
import { queued, takeAll, turnOn } from './test-backup.ts';
import { codeOf, Installation, LINES, type Pair, pageOf, SENTENCE, textsOf } from './test-installation.ts';
import { keysUsedTwice } from './test-ledger.ts';
import { bubblesSeen, restoredPair } from './test-restored.ts';
import { takeBackWaiting } from './unsent.ts';
import { composerView, keepDraft } from './views.ts';
import { listWaiting } from './waiting.ts';

beforeAll(cryptoReady);

const say = ({ alice, alicePage }: Pair, text: string, clientId = text) =>
  sendText(alice.around, alicePage, { text, clientId, sentence: SENTENCE });

describe('a text in a restored chat', () => {
  it('needs no press: the invite goes first, and the text as soon as it is answered', async () => {
    const pair = await restoredPair();
    const { alice, alicePage, chat } = pair;
    expect(await composerView(alice.around, alicePage)).toMatchObject({ blocked: null, waiting: 0 });
    const entry = await say(pair, 'here again');
    expect(await composerView(alice.around, alicePage)).toMatchObject({ blocked: null, waiting: 1, draft: '' });
    const [invite, ...rest] = await takeOutbox(alice.around, alicePage, false);
    expect(invite?.entry).toBe(entry);
    expect(invite?.texts[0]).toContain(SENTENCE);
    expect(rest).toEqual([]);
    chat.rows.push(...invite!.texts);
    await pair.settle();
    expect(await composerView(alice.around, alicePage)).toMatchObject({ blocked: null, waiting: 0 });
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: before', 'me: heard', 'them: here again']);
    expect(await textsOf(alice, alicePage)).toEqual(['me: before', 'them: heard', 'me: here again']);
    expect(keysUsedTwice(chat.rows)).toBe(0);
  });

  it('is followed by others in their order, under one invite', async () => {
    const pair = await restoredPair();
    const first = await say(pair, 'one');
    expect(await say(pair, 'two')).toBe(first);
    // The same try again is the same text.
    expect(await say(pair, 'one')).toBe(first);
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 2 });
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    await say(pair, 'three');
    await pair.settle();
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).slice(-3)).toEqual(['them: one', 'them: two', 'them: three']);
    expect((await textsOf(pair.alice, pair.alicePage)).slice(-3)).toEqual(['me: one', 'me: two', 'me: three']);
    expect(keysUsedTwice(pair.chat.rows)).toBe(0);
  });

  it('survives the end of the worker, and is no draft while it waits', async () => {
    const pair = await restoredPair();
    await say(pair, 'here again');
    await keepDraft(pair.alice.around, pair.alicePage, 'here again');
    await pair.alice.restart();
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 1, draft: '' });
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).at(-1)).toBe('them: here again');
  });

  it('waits for a new invite where nobody answered the first while it was good', async () => {
    const pair = await restoredPair();
    const first = await say(pair, 'one');
    await takeOutbox(pair.alice.around, pair.alicePage, false);
    pair.alice.nowMs += INVITE_LIFE_MS + 1;
    pair.bob.nowMs = pair.alice.nowMs;
    const second = await say(pair, 'two');
    expect(second).not.toBe(first);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).slice(-2)).toEqual(['them: one', 'them: two']);
  });

  it('takes its preview along', async () => {
    const pair = await restoredPair();
    const preview = { url: 'https://example.org/', title: 'A page', description: 'about it', siteName: '' };
    const text = 'see https://example.org/';
    await sendText(pair.alice.around, pair.alicePage, { text, clientId: 'x', preview });
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    const seen = await bubblesSeen(pair, 'bob');
    expect(seen.find((bubble) => bubble.text === text)?.preview).toMatchObject({ title: 'A page' });
  });

  it('that is too long for the site, or none at all, is refused before anything is kept', async () => {
    const pair = await restoredPair([], LINES);
    expect(await codeOf(say(pair, 'a'.repeat(40_000)))).toBe('TooLong');
    expect(await codeOf(say(pair, 'half \ud800'))).toBe('TextNotWellFormed');
    expect(await takeOutbox(pair.alice.around, pair.alicePage, false)).toEqual([]);
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 0 });
  });

  it('is refused where the page calls the contact by another name', async () => {
    const pair = await restoredPair();
    const renamed = { ...pair.alicePage, peer: 'mallory' };
    expect(await codeOf(sendText(pair.alice.around, renamed, { text: 'x', clientId: 'x' }))).toBe('ContactRenamed');
  });

  it('is a draft again, and waits no more, where the site does not take the invite', async () => {
    const pair = await restoredPair();
    const entry = await say(pair, 'one');
    await say(pair, 'two');
    await takeOutbox(pair.alice.around, pair.alicePage, false);
    await markFailed(pair.alice.around, entry, 'ComposerMissing');
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 0, draft: 'one\ntwo' });
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: before', 'them: heard']);
    // The next text goes behind the same invite, which is handed out again.
    expect(await say(pair, 'three')).toBe(entry);
    await retrySending(pair.alice.around, entry);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).slice(-1)).toEqual(['them: three']);
  });

  it('is a draft again when the person takes it back; what was begun goes on', async () => {
    const pair = await restoredPair();
    await say(pair, 'one');
    await say(pair, 'two');
    await pair.chat.post(pair.alice, pair.alicePage);
    await takeBackWaiting(pair.alice.around, pair.alicePage);
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 0, draft: 'one\ntwo' });
    await pair.settle();
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: before', 'me: heard']);
    await say(pair, 'one and two');
    // There is a session by now, and nothing that waits.
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 0, draft: '' });
    await takeBackWaiting(pair.alice.around, pair.alicePage);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).at(-1)).toBe('them: one and two');
  });

  it('is in no backup before it was sent, and in it from then on', async () => {
    const pair = await restoredPair();
    await say(pair, 'here again');
    await turnOn(pair.alice);
    const texts = async () => (await queued(pair.alice)).flatMap((each) => (each.kind === 'message' ? each.text : []));
    expect((await texts()).filter((text) => text !== '')).toEqual(['before', 'heard']);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await texts()).filter((text) => text !== '')).toEqual(['before', 'heard', 'here again']);
  });

  it('that was deleted meanwhile keeps nothing behind it waiting', async () => {
    const pair = await restoredPair();
    await say(pair, 'deleted');
    await say(pair, 'kept');
    const { conversationId } = placeOf(pair.alicePage);
    await pair.alice.store.transact(async (rows) => {
      const [first] = await listWaiting(rows, conversationId);
      await rows.delete(HISTORY, first!.id);
    });
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.settle();
    expect((await textsOf(pair.bob, pair.bobPage)).slice(2)).toEqual(['them: kept']);
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ waiting: 0 });
  });

  it('is never handed out as it waits', async () => {
    const pair = await restoredPair();
    await say(pair, 'one');
    const { conversationId } = placeOf(pair.alicePage);
    const waiting = await pair.alice.store.read((rows) => listWaiting(rows, conversationId));
    expect(waiting.map(({ texts }) => texts)).toEqual([[]]);
    expect(await codeOf(retrySending(pair.alice.around, nameOfEntry(waiting[0]!.id)))).toBe('SendUnknown');
    expect((await takeOutbox(pair.alice.around, pair.alicePage, true)).length).toBe(1);
  });
});

describe('a restored chat whose contact answers with another identity key', () => {
  async function answeredByAnother(): Promise<Pair> {
    const pair = await restoredPair();
    // Bob's browser is gone, too, without any backup: who answers holds another key.
    pair.bob = await Installation.start();
    await say(pair, 'for Bob only');
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.accept();
    await pair.chat.read(pair.alice, pair.alicePage);
    return pair;
  }

  it('is blocked, and the text stays here', async () => {
    const pair = await answeredByAnother();
    expect((await listContacts(pair.alice.around))[0]?.state).toBe('keyChanged');
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({
      blocked: 'UntrustedIdentity',
      waiting: 1,
    });
    expect(await codeOf(say(pair, 'and more'))).toBe('UntrustedIdentity');
    expect(await takeOutbox(pair.alice.around, pair.alicePage, true)).toEqual([]);
  });

  it('goes on waiting for the right one when the key is refused', async () => {
    const pair = await answeredByAnother();
    await refuseKey(pair.alice.around, placeOf(pair.alicePage).conversationId);
    expect(await composerView(pair.alice.around, pair.alicePage)).toMatchObject({ blocked: null, waiting: 1 });
    expect(await takeOutbox(pair.alice.around, pair.alicePage, true)).toEqual([]);
  });

  it('gives the text back as a draft when the key is accepted: it was written for the other', async () => {
    const pair = await answeredByAnother();
    await acceptKey(pair.alice.around, placeOf(pair.alicePage).conversationId);
    const view = await composerView(pair.alice.around, pair.alicePage);
    expect(view).toMatchObject({ waiting: 0, draft: 'for Bob only' });
    await pair.settle();
    expect((await listContacts(pair.alice.around))[0]?.state).toBe('private');
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual([]);
  });
});

it('two restored browsers begin anew by themselves, and each text arrives once', async () => {
  const pair = await restoredPair();
  // Bob is restored, too: from a backup of his own that knows Alice.
  const root = await turnOn(pair.bob);
  const records = await queued(pair.bob);
  pair.bob = await Installation.start();
  await takeAll(pair.bob, root, records);
  await say(pair, 'from Alice');
  await sendText(pair.bob.around, pair.bobPage, { text: 'from Bob', clientId: 'b' });
  await pair.chat.post(pair.alice, pair.alicePage);
  await pair.chat.post(pair.bob, pair.bobPage);
  await pair.settle();
  expect((await textsOf(pair.bob, pair.bobPage)).slice(2).sort()).toEqual(['me: from Bob', 'them: from Alice']);
  expect((await textsOf(pair.alice, pair.alicePage)).slice(2).sort()).toEqual(['me: from Alice', 'them: from Bob']);
  expect(keysUsedTwice(pair.chat.rows)).toBe(0);
});

it('a chat that was never begun still has no session to send on', async () => {
  const fresh = await Installation.start();
  const page = pageOf('alice', 'bob');
  expect(await codeOf(sendText(fresh.around, page, { text: 'x', clientId: 'x' }))).toBe('SessionNotFound');
});

import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOfLength } from '../bytes/index.ts';
import type { Content, ContentPosition } from '../content/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { acceptKey, listContacts } from './contact.ts';
import { findConversation, historyIdOf } from './entries.ts';
import { HISTORY, type HistoryEntry } from './message-rows.ts';
import { markFailed, takeOutbox } from './outbox.ts';
import { placeOf } from './place.ts';
import { sendAgain } from './resend.ts';
import { sendContent, sendText } from './send.ts';
import { queued, takeAll, turnOn } from './test-backup.ts';
import { Installation, LINES, Pair, ROOMY, SENTENCE, textsOf } from './test-installation.ts';
import { keysUsedTwice } from './test-ledger.ts';
import { bubblesSeen, restoredPair } from './test-restored.ts';
import { usedThread } from './thread.ts';

beforeAll(cryptoReady);

const BEFORE = ['me: before', 'them: heard'];
const MINUTE = 60_000;

/** Alice says something, and all that follows from it happens. */
async function goOn(pair: Pair, text = 'here again'): Promise<void> {
  const { alice, alicePage, chat } = pair;
  await sendText(alice.around, alicePage, { text, clientId: text, sentence: SENTENCE });
  await chat.post(alice, alicePage);
  await pair.settle();
}

/** The newest messages that Bob posted, as rows, since `rows` were there. */
async function entriesOf(pair: Pair): Promise<HistoryEntry[]> {
  const { conversationId } = placeOf(pair.alicePage);
  const entries = await pair.alice.store.read((rows) => rows.list(HISTORY, conversationId));
  return entries.sort((a, b) => a.order - b.order);
}

/** Bob's side says `content`, whatever his Sotto thinks of it. */
async function forge(pair: Pair, content: Content, name: string): Promise<void> {
  const { bob, bobPage, chat } = pair;
  const { conversationId } = placeOf(bobPage);
  await bob.store.transact(async (rows) => {
    const conversation = (await findConversation(rows, conversationId))!;
    const id = historyIdOf(conversationId, 'forged', new TextEncoder().encode(name));
    await sendContent(rows, bob.around, { conversation, content, id, site: bobPage.text });
  });
  await chat.post(bob, bobPage);
  await pair.settle();
}

const texts = (count: number) => Array.from({ length: count }, (_, i) => `missed ${i}`);
const gained = async (pair: Pair) => (await textsOf(pair.alice, pair.alicePage)).slice(BEFORE.length);

describe('what a restored browser missed', () => {
  it('comes again by itself in one message, each text once, before what was said since', async () => {
    const pair = await restoredPair(texts(3));
    const before = pair.chat.rows.length;
    await goOn(pair);
    // Invite, answer, question, text, and what was missed.
    expect(pair.chat.rows.length - before).toBe(5);
    const wanted = [...BEFORE, ...texts(3).map((text) => `them: ${text}`), 'me: here again'];
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(wanted);
    const times = (await entriesOf(pair)).filter(({ text }) => text.startsWith('missed')).map(({ at }) => at);
    expect(times).toEqual(times.map(() => Math.floor(pair.bob.nowMs / 1000) * 1000));
    expect(keysUsedTwice(pair.chat.rows)).toBe(0);
    // Read anew, after a restart, it is the same.
    await pair.alice.restart();
    await pair.chat.read(pair.alice, pair.alicePage);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(wanted);
  });

  it('is known again where it stands on the site, and marked', async () => {
    const pair = await restoredPair(texts(2));
    const lost = await bubblesSeen(pair, 'alice');
    expect(lost.filter(({ reason }) => reason === 'NotForYou')).toHaveLength(2);
    await goOn(pair);
    const seen = (await bubblesSeen(pair, 'alice')).map(({ state, text }) => [state, text]);
    expect(seen).toEqual([
      ['invite', ''],
      ['delivered', 'before'],
      ['received', 'heard'],
      ['resent', 'missed 0'],
      ['resent', 'missed 1'],
      ['invite', ''],
      ['delivered', 'here again'],
    ]);
  });

  it('is shown where it came again, if the site does not show it any more', async () => {
    const pair = await restoredPair(texts(3));
    const early = pair.chat.rows.length;
    await goOn(pair);
    // The last row of the three is still there.
    const shown = (await bubblesSeen(pair, 'alice', pair.chat.rows.slice(early - 1))).map(({ state, text }) => [
      state,
      text,
    ]);
    expect(shown).toEqual([
      ['resent', 'missed 2'],
      ['invite', ''],
      ['delivered', 'here again'],
      ['resent', 'missed 0\n\nmissed 1'],
    ]);
  });

  it('is one line for the other side', async () => {
    const pair = await restoredPair(texts(1));
    await goOn(pair);
    const notes = (await bubblesSeen(pair, 'bob')).filter(({ state }) => state === 'restored');
    expect(notes).toEqual([expect.objectContaining({ from: 'them', text: '', name: 'alice', reason: null })]);
    expect((await bubblesSeen(pair, 'alice')).filter(({ state }) => state === 'restored')).toEqual([]);
  });

  it('is nothing where nothing was said: then nothing is sent', async () => {
    const pair = await restoredPair();
    const before = pair.chat.rows.length;
    await goOn(pair);
    expect(pair.chat.rows.length - before).toBe(4);
    expect(await gained(pair)).toEqual(['me: here again']);
  });

  it('is asked for once: the next session begins as any other', async () => {
    const pair = await restoredPair(texts(1));
    await goOn(pair);
    const before = pair.chat.rows.length;
    await pair.invite();
    await pair.accept();
    await pair.settle();
    expect(pair.chat.rows.length - before).toBe(3);
    const notes = (await bubblesSeen(pair, 'bob')).filter(({ state }) => state === 'restored');
    expect(notes).toHaveLength(1);
  });

  it('is everything where the backup knows nothing of the other side', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'before');
    await pair.settle();
    const root = await turnOn(pair.alice);
    const records = (await queued(pair.alice)).filter((each) => each.kind !== 'message' || each.from === 'me');
    await pair.say('bob', 'first');
    pair.alice = await Installation.start();
    await takeAll(pair.alice, root, records);
    await goOn(pair);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['me: before', 'them: first', 'me: here again']);
  });

  it('is not kept a second time where the other side does not know how far the history goes', async () => {
    const pair = await restoredPair(texts(1));
    // What Alice heard last is gone on Bob's side: he sends all that he has, and she has some of it.
    const { conversationId } = placeOf(pair.bobPage);
    const entries = await pair.bob.store.read((rows) => rows.list(HISTORY, conversationId));
    const heard = entries.find(({ text }) => text === 'heard')!;
    await pair.bob.store.transact((rows) => rows.put(HISTORY, heard.id, conversationId, { ...heard, kind: 'invite' }));
    await pair.say('bob', 'more');
    await goOn(pair);
    expect(await gained(pair)).toEqual(['them: missed 0', 'them: more', 'me: here again']);
  });
});

describe('what is sent again', () => {
  it('is the newest 50 texts at most, and says how many there were before', async () => {
    const pair = await restoredPair(texts(52));
    await goOn(pair);
    expect(await gained(pair)).toEqual([
      ...texts(52)
        .slice(2)
        .map((text) => `them: ${text}`),
      'me: here again',
    ]);
    const [note] = (await bubblesSeen(pair, 'alice')).filter(({ missingBefore }) => missingBefore > 0);
    expect(note).toMatchObject({ state: 'resent', text: '', missingBefore: 2 });
  });

  it.each([
    ['32 KiB together', 16_384, 2],
    ['and not one byte more', 16_385, 1],
  ])('is of %s', async (_, length, count) => {
    const pair = await restoredPair(texts(3).map((text) => text.padEnd(length, 'x')));
    await goOn(pair);
    expect((await gained(pair)).length).toBe(count + 1);
  });

  it('is as much as stands in sixteen texts where a site takes short ones', async () => {
    const pair = await restoredPair(
      texts(50).map((text) => text.padEnd(100, 'x')),
      LINES,
    );
    const before = pair.chat.rows.length;
    await goOn(pair);
    const came = (await gained(pair)).length - 1;
    expect(came).toBeGreaterThan(5);
    expect(came).toBeLessThan(25);
    // The newest of them, and in order.
    expect((await gained(pair))[0]).toMatch(new RegExp(`^them: missed ${50 - came}x`));
    const [note] = (await bubblesSeen(pair, 'alice')).filter(({ missingBefore }) => missingBefore > 0);
    expect(note?.missingBefore).toBe(50 - came);
    const others = await restoredPair([], LINES);
    const usual = others.chat.rows.length;
    await goOn(others);
    expect(pair.chat.rows.length - before - (others.chat.rows.length - usual)).toBeLessThanOrEqual(16);
  });

  it('is nothing that the site never took', async () => {
    const pair = await restoredPair(['missed']);
    const { around } = pair.bob;
    await sendText(around, pair.bobPage, { text: 'not taken', clientId: 'x' });
    for (const { entry } of await takeOutbox(around, pair.bobPage, false))
      await markFailed(around, entry, 'TextMangled');
    await goOn(pair);
    expect(await gained(pair)).toEqual(['them: missed', 'me: here again']);
  });

  it('is nothing that was said to another identity key', async () => {
    const pair = await Pair.paired();
    await pair.say('bob', 'to the first');
    // Alice loses all; Bob accepts the new key, and says something to it.
    pair.alice = await Installation.start();
    await pair.invite();
    const [reading] = (await pair.chat.read(pair.bob, pair.bobPage)).slice(-1);
    expect(reading?.kind).toBe('entry');
    await pair.accept().catch(() => undefined);
    await acceptKey(pair.bob.around, placeOf(pair.bobPage).conversationId);
    await pair.accept();
    await pair.settle();
    const root = await turnOn(pair.alice);
    const records = (await queued(pair.alice)).filter((each) => each.kind !== 'message');
    await pair.say('bob', 'to the second');
    pair.alice = await Installation.start();
    await takeAll(pair.alice, root, records);
    await goOn(pair);
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['them: to the second', 'me: here again']);
  });

  it('is sent once a session, and to nobody who asks in session after session', async () => {
    const pair = await restoredPair(texts(1));
    await goOn(pair);
    const count = async (): Promise<number> => {
      const before = pair.chat.rows.length;
      const { conversationId } = placeOf(pair.bobPage);
      await pair.bob.store.transact(async (rows) => {
        const conversation = (await findConversation(rows, conversationId))!;
        const { inviteId } = (await usedThread(rows, conversation))!;
        await sendAgain(rows, pair.bob.around, { conversationId, inviteId, after: undefined, site: ROOMY });
      });
      await pair.chat.post(pair.bob, pair.bobPage);
      return pair.chat.rows.length - before;
    };
    pair.bob.nowMs += 100 * MINUTE;
    pair.alice.nowMs += 100 * MINUTE;
    expect(await count()).toBe(0);
    const again = async (): Promise<void> => {
      await pair.invite();
      await pair.accept();
      await pair.settle();
    };
    await again();
    expect(await count()).toBe(1);
    await again();
    pair.bob.nowMs += 10 * MINUTE - 1;
    expect(await count()).toBe(0);
    pair.bob.nowMs += 1;
    expect(await count()).toBe(1);
    await again();
    expect((await listContacts(pair.bob.around))[0]?.state).toBe('private');
  });
});

describe('texts that come again', () => {
  const position: ContentPosition = {
    thread: bytesOfLength(new Uint8Array(16).fill(9), 16),
    generation: 0,
    sequence: 7,
  };
  const forged = (text: string): Content => ({
    kind: 'resent',
    messages: [{ ...position, sentAt: 0xffffffff, text }],
    left: 0,
  });

  it('are nothing where nobody asked', async () => {
    const pair = await Pair.paired();
    await pair.say('bob', 'true');
    await pair.settle();
    await forge(pair, forged('false'), 'one');
    expect(await textsOf(pair.alice, pair.alicePage)).toEqual(['them: true']);
    expect((await bubblesSeen(pair, 'alice')).map(({ state }) => state)).toEqual(['invite', 'received']);
    expect((await entriesOf(pair)).at(-1)).toMatchObject({ kind: 'control', text: '', raw: undefined });
  });

  it('are nothing the second time, and are from no time to come', async () => {
    const pair = await restoredPair();
    await goOn(pair);
    await forge(pair, forged('once'), 'one');
    await forge(
      pair,
      { ...forged('twice'), messages: [{ ...position, sequence: 8, sentAt: 1, text: 'twice' }] } as Content,
      'two',
    );
    expect(await gained(pair)).toEqual(['them: once', 'me: here again']);
    expect((await entriesOf(pair)).find(({ text }) => text === 'once')?.at).toBe(pair.alice.nowMs);
  });

  it('are not kept where their armour was read before: that stands here, or was deleted', async () => {
    const pair = await restoredPair();
    const { messageId, digests } = (await queuedArmour(pair))!;
    await goOn(pair);
    const armour = { id: messageId, digests };
    await forge(
      pair,
      { kind: 'resent', messages: [{ ...position, sentAt: 1, text: 'another', armour }], left: 0 } as Content,
      'one',
    );
    expect((await bubblesSeen(pair, 'alice')).map(({ text }) => text)).toContain('before');
    expect(await gained(pair)).toEqual(['me: here again']);
  });

  async function queuedArmour(pair: Pair) {
    await turnOn(pair.alice);
    const own = (await queued(pair.alice)).find((each) => each.kind === 'message' && each.text === 'before');
    return own?.kind === 'message' ? own.armour : undefined;
  }
});

import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOfLength, encodeUtf8 } from '../bytes/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { historyIdOf, saveEntry } from './entries.ts';
import { type HistoryLine, HistoryReader, SLICE_ENTRIES, SLICE_LINES } from './history.ts';
import type { HistoryEntry } from './message-rows.ts';
import { type ConversationId, placeOf } from './place.ts';
import { Installation, NOW, Pair, pageOf } from './test-installation.ts';

beforeAll(cryptoReady);

const NEWEST = Number.MAX_SAFE_INTEGER;
const ID = placeOf(pageOf('alice', 'bob')).conversationId;

function entry(order: number, over: Partial<HistoryEntry> = {}): HistoryEntry {
  const { conversationId = ID } = over;
  return {
    id: historyIdOf(conversationId, 'test', encodeUtf8(`${order}`)),
    conversationId,
    order,
    at: NOW + order,
    from: order % 2 === 0 ? 'me' : 'them',
    kind: 'text',
    text: `message ${order}`,
    inviteId: bytesOfLength(new Uint8Array(16), 16),
    generation: 0,
    sequence: order,
    raw: undefined,
    removed: false,
    ...over,
  };
}

async function keep(who: Installation, entries: readonly HistoryEntry[]): Promise<void> {
  await who.store.transact(async (rows) => {
    for (const each of entries) await saveEntry(rows, each);
  });
}

async function withEntries(count: number, over: (order: number) => Partial<HistoryEntry> = () => ({})) {
  const who = await Installation.start();
  await keep(
    who,
    Array.from({ length: count }, (_, order) => entry(order, over(order))),
  );
  return who;
}

/** All slices, one behind another. */
async function readAll(who: Installation, words = '', id: ConversationId = ID) {
  const reader = new HistoryReader();
  const slices = [];
  for (let before: number | null = NEWEST; before !== null; ) {
    const slice = await reader.read(who.around, id, { before, words });
    slices.push(slice);
    before = slice.next;
  }
  return slices;
}

const texts = (lines: readonly HistoryLine[]) => lines.map(({ text }) => text);

describe('the history', () => {
  it('of a real pair has what each said, and the invite, the newest first', async () => {
    const pair = await Pair.paired();
    await pair.say('alice', 'one');
    await pair.settle();
    await pair.say('bob', 'two');
    await pair.settle();
    const reader = new HistoryReader();
    const { conversationId } = placeOf(pair.alicePage);
    const slice = await reader.read(pair.alice.around, conversationId, { before: NEWEST, words: '' });
    expect(slice.lines.map(({ from, kind, text }) => `${from} ${kind} ${text}`)).toEqual([
      'them text two',
      'me text one',
      'me invite ',
    ]);
    expect(slice.lines[0]).toMatchObject({ at: pair.alice.nowMs, removed: false, found: [] });
    expect([slice.next, slice.looked]).toEqual([null, slice.total]);
  });

  it('comes in pages of 50 lines, each entry once, the newest first', async () => {
    const who = await withEntries(2 * SLICE_LINES + 1);
    const slices = await readAll(who);
    expect(slices.map(({ lines }) => lines.length)).toEqual([SLICE_LINES, SLICE_LINES, 1]);
    expect(texts(slices.flatMap(({ lines }) => lines))).toEqual(
      Array.from({ length: 101 }, (_, at) => `message ${100 - at}`),
    );
    expect(slices.map(({ looked, total }) => [looked, total])).toEqual([
      [50, 101],
      [50, 101],
      [1, 101],
    ]);
  });

  it('ends with a page that is just full', async () => {
    const slices = await readAll(await withEntries(SLICE_LINES));
    expect(slices.map(({ next }) => next)).toEqual([null]);
  });

  it('looks at 512 entries at a time for words that are rare, and says how far it is', async () => {
    const who = await withEntries(SLICE_ENTRIES + 1, (order) => (order === 0 ? { text: 'The Needle' } : {}));
    const slices = await readAll(who, 'needle');
    expect(slices.map(({ looked }) => looked)).toEqual([SLICE_ENTRIES, 1]);
    expect(slices[0]!.lines).toEqual([]);
    expect(slices[1]!.lines).toMatchObject([{ text: 'The Needle', found: [[4, 10]] }]);
  });

  it('fits one message, however long the texts are', async () => {
    const who = await withEntries(12, () => ({ text: 'x'.repeat(60_000) }));
    const slices = await readAll(who);
    expect(slices.map(({ lines }) => lines.length)).toEqual([4, 4, 4]);
  });

  it('shows nothing of what the extensions say to each other, and no words of what it cannot show', async () => {
    const who = await withEntries(4, (order) => ({
      kind: (['control', 'other', 'unknown', 'invite'] as const)[order]!,
    }));
    const [slice] = await readAll(who);
    expect(slice!.lines.map(({ kind, text }) => [kind, text])).toEqual([
      ['invite', ''],
      ['other', ''],
      ['other', ''],
    ]);
    expect((await readAll(who, 'message')).flatMap(({ lines }) => lines)).toEqual([]);
  });

  it('says that an entry was taken back', async () => {
    const [slice] = await readAll(await withEntries(1, () => ({ removed: true })));
    expect(slice!.lines).toMatchObject([{ removed: true, text: 'message 0' }]);
  });

  it('is that of one conversation, and empty for one that there is not', async () => {
    const who = await withEntries(2);
    const other = placeOf(pageOf('alice', 'carol')).conversationId;
    await keep(who, [entry(9, { conversationId: other, text: 'for Carol' })]);
    expect(texts((await readAll(who))[0]!.lines)).toEqual(['message 1', 'message 0']);
    expect(texts((await readAll(who, '', other))[0]!.lines)).toEqual(['for Carol']);
    const nobody = placeOf(pageOf('alice', 'nobody')).conversationId;
    expect(await readAll(who, '', nobody)).toEqual([{ lines: [], next: null, looked: 0, total: 0 }]);
  });

  it('has what came after it was first read, and keeps its place while more comes', async () => {
    const who = await withEntries(SLICE_LINES + 1);
    const reader = new HistoryReader();
    const first = await reader.read(who.around, ID, { before: NEWEST, words: '' });
    await keep(who, [entry(1000)]);
    const second = await reader.read(who.around, ID, { before: first.next!, words: '' });
    expect(texts(second.lines)).toEqual(['message 0']);
    const again = await reader.read(who.around, ID, { before: NEWEST, words: '' });
    expect(texts(again.lines)[0]).toBe('message 1000');
  });
});

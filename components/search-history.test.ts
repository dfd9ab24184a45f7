import { describe, expect, it } from 'vitest';
import type { HistoryLine, HistoryQuery, HistorySlice, HomeContact } from '../lib/relay/index.ts';
import { SEARCH_START, type SearchPage, searchHistory } from './search-history.ts';

const contact = (conversation: string): HomeContact => ({
  conversation,
  name: conversation,
  site: 'chat.example',
  state: 'private',
  verified: false,
});
const contacts = ['bob', 'carol'].map(contact);
const lines = (count: number): HistoryLine[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${at}`,
    from: 'me',
    at: 0,
    kind: 'text',
    text: 'found',
    removed: false,
    found: [],
  }));
const slice = (count: number, next: number | null): HistorySlice => ({
  lines: lines(count),
  next,
  looked: 100,
  total: 200,
});

/** Answers with `slices` in turn; what was asked, told and given. */
async function run(slices: readonly HistorySlice[], place = SEARCH_START, cancelAfter = Number.POSITIVE_INFINITY) {
  const asked: HistoryQuery[] = [];
  const told: SearchPage[] = [];
  const page = await searchHistory(contacts, 'found', place, {
    read: async (query) => {
      asked.push(query);
      return slices[asked.length - 1]!;
    },
    tell: (each) => told.push(each),
    isCancelled: () => asked.length >= cancelAfter,
  });
  return { asked: asked.map(({ conversation, before }) => [conversation, before]), told, page };
}

describe('a search', () => {
  const NEWEST = Number.MAX_SAFE_INTEGER;

  it('looks through one chat after another, slice by slice, and ends', async () => {
    const { asked, told, page } = await run([slice(1, 70), slice(0, null), slice(2, null)]);
    expect(asked).toEqual([
      ['bob', NEWEST],
      ['bob', 70],
      ['carol', NEWEST],
    ]);
    expect(told.map(({ looked, found }) => [looked, found])).toEqual([
      [100, 1],
      [200, 1],
      [300, 3],
    ]);
    expect(page).toMatchObject({ looked: 300, found: 3, next: null });
    expect(page.lines.map((line) => line.contact.name)).toEqual(['bob', 'carol', 'carol']);
  });

  it('rests when a page is full, and goes on from there with an empty one', async () => {
    const { page } = await run([slice(50, 70)]);
    expect(page.next).toEqual({ at: 0, before: 70, looked: 100, found: 50 });
    const { asked, page: more } = await run([slice(1, null), slice(0, null)], page.next!);
    expect(asked).toEqual([
      ['bob', 70],
      ['carol', NEWEST],
    ]);
    expect(more).toMatchObject({ looked: 300, found: 51, next: null });
    expect(more.lines).toHaveLength(1);
  });

  it('asks for nothing more once it is cancelled, and knows where to go on', async () => {
    const { asked, page } = await run([slice(0, 70), slice(0, null)], SEARCH_START, 1);
    expect(asked).toHaveLength(1);
    expect(page.next).toEqual({ at: 0, before: 70, looked: 100, found: 0 });
  });

  it('fails as the reading does', async () => {
    const read = () => Promise.reject(new Error('gone'));
    const parts = { read, tell: () => {}, isCancelled: () => false };
    await expect(searchHistory(contacts, 'x', SEARCH_START, parts)).rejects.toThrow('gone');
  });
});

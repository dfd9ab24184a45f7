import { describe, expect, it, vi } from 'vitest';
import type { Page } from '../conversation/index.ts';
import type { Caller } from '../rpc/index.ts';
import type { ChatReport } from './page-contract.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
vi.mock('../conversation/index.ts', () => ({
  placeOf: ({ site, account, conversation }: Page) => ({
    conversationId: new TextEncoder().encode([site, account, conversation].join(' ')),
  }),
}));
const { OpenChats } = await import('./open-chats.ts');

const report: ChatReport = {
  chat: 1,
  key: 'bob',
  peer: 'Bob',
  account: 'alice',
  kind: 'direct',
  limit: 2000,
  unit: 'utf16',
  slack: 0,
  alphabet: 'base62',
  anew: true,
};
const at = (tab: number, document: string): Caller => ({
  kind: 'content',
  origin: 'https://chat.example',
  url: 'https://chat.example/bob',
  tab,
  frame: 0,
  document,
});
const noPages = { load: async () => ({}), save: async () => undefined };

describe('open chats', () => {
  it('forget what the document before told, when a page was loaded anew: its rows are not those of this one', async () => {
    const chats = new OpenChats(noPages);
    const old = await chats.open(at(1, 'first'), report);
    const now = await chats.open(at(1, 'second'), report);
    expect(chats.of(old.conversation)).toEqual([now]);
    expect(chats.find(at(1, 'first'), 1)).toBeUndefined();
  });

  it('keep what they were told of their rows when the page only says more of the same conversation', async () => {
    const chats = new OpenChats(noPages);
    const caller = at(1, 'first');
    const before = await chats.open(caller, { ...report, peer: '' });
    before.readings.set(1, []);
    const more = await chats.open(caller, { ...report, anew: false });
    expect(more).toBe(before);
    expect([more.name, more.page?.peer, more.readings.size]).toEqual(['Bob', 'Bob', 1]);
    for (const other of [{ anew: true }, { anew: false, key: 'carol' }]) {
      const fresh = await chats.open(caller, { ...report, ...other });
      expect([fresh === before, fresh.readings.size]).toEqual([false, 0]);
      expect(chats.find(caller, 1)).toBe(fresh);
    }
  });

  it('keep those of other tabs, and the others of the same document', async () => {
    const chats = new OpenChats(noPages);
    const one = await chats.open(at(1, 'first'), report);
    const other = await chats.open(at(2, 'second'), report);
    const second = await chats.open(at(1, 'first'), { ...report, chat: 2 });
    expect(chats.of(one.conversation)).toEqual([one, other, second]);
  });
});

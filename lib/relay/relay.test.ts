import { describe, expect, it, vi } from 'vitest';
import type { BubbleView, Page } from '../conversation/index.ts';
import type { Caller } from '../rpc/index.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
vi.mock('../conversation/index.ts', () => ({
  placeOf: ({ site, account, conversation }: Page) => ({
    conversationId: new TextEncoder().encode([site, account, conversation].join(' ')),
  }),
}));
vi.mock('../text/index.ts', () => ({ text: (key: string, ...fillings: string[]) => [key, ...fillings].join(' ') }));
const { showBubble } = await import('./bubbles.ts');
const { pageContract } = await import('./contract.ts');
const { OpenChats } = await import('./open-chats.ts');

const view: BubbleView = {
  id: 'r1',
  from: 'them',
  state: 'unreadable',
  text: '',
  name: 'Bob',
  sentAt: null,
  missingBefore: 0,
  reason: null,
  retry: null,
  acceptable: false,
  preview: null,
};

describe('a bubble', () => {
  it('of an invite has its button only while it can be accepted', () => {
    const invite: BubbleView = { ...view, state: 'invite', acceptable: true };
    expect(showBubble(invite, false)).toMatchObject({ state: 'invite', name: 'Bob' });
    expect(showBubble({ ...invite, acceptable: false }, false)).toMatchObject({
      state: 'received',
      text: 'bubbleTheirInvite Bob',
    });
    expect(showBubble({ ...invite, from: 'me' }, false)).toMatchObject({
      state: 'delivered',
      text: 'bubbleOwnInvite Bob',
    });
  });

  it('is being read while more of its message may be on its way, and misses parts after that', () => {
    const incomplete: BubbleView = { ...view, reason: 'Incomplete' };
    expect(showBubble(incomplete, true)).toMatchObject({ state: 'reading', reason: null });
    expect(showBubble(incomplete, false)).toMatchObject({ state: 'unreadable', reason: 'Incomplete' });
  });

  it.each([
    ['ChainBroken', 'Damaged'],
    ['InviteForOtherSite', 'OtherConversation'],
    ['InviteForOtherConversation', 'OtherConversation'],
    ['TooFarAhead', 'SessionLost'],
    ['ContactKeyChanged', 'ContactKeyChanged'],
    ['UpdateNeeded', 'UpdateNeeded'],
  ] as const)('that was refused with %s says so as %s', (reason, shown) => {
    expect(showBubble({ ...view, reason }, false)).toMatchObject({ state: 'unreadable', reason: shown });
  });

  it('of an invite that is over says what to do', () => {
    expect(showBubble({ ...view, reason: 'InviteExpired' }, false)).toMatchObject({
      state: 'received',
      text: 'bubbleInviteExpired',
    });
  });
});

const caller = (over: Partial<Caller> = {}): Caller => ({
  kind: 'content',
  tab: 1,
  frame: 0,
  document: 'd',
  origin: 'https://chat.example',
  url: 'https://chat.example/',
  ...over,
});
const report = {
  chat: 1,
  key: 'path:/with/bob',
  peer: 'Bob',
  account: '',
  kind: 'unknown',
  limit: 1000,
  unit: 'utf8Bytes',
  slack: 64,
  alphabet: 'base62',
  anew: true,
} as const;

describe('the open chats', () => {
  const begin = () => {
    const kept: Record<string, unknown> = {};
    const chats = new OpenChats({
      load: async () => kept as never,
      save: async (pages) => void Object.assign(kept, pages),
    });
    return { chats, kept };
  };

  it('take the site of a chat from the browser, and know its page again after the worker died', async () => {
    const { chats, kept } = begin();
    const chat = await chats.open(caller(), report);
    expect(chat.page).toMatchObject({ site: 'https://chat.example', conversation: 'path:/with/bob', peer: 'Bob' });
    const later = new OpenChats({ load: async () => kept as never, save: async () => {} });
    expect(await later.pageOf(chat.conversation)).toEqual(chat.page);
  });

  it.each(['group', 'none'] as const)('have no conversation where the page shows a %s', async (kind) => {
    expect(await begin().chats.open(caller(), { ...report, kind })).toMatchObject({
      page: undefined,
      conversation: '',
    });
  });

  it('tell conversations of two sites, accounts and names apart, and two peers of one name not', async () => {
    const { chats } = begin();
    const names = await Promise.all(
      [
        chats.open(caller(), report),
        chats.open(caller({ origin: 'https://other.example' }), report),
        chats.open(caller(), { ...report, account: 'alice' }),
        chats.open(caller(), { ...report, key: 'path:/with/carol' }),
        chats.open(caller(), { ...report, peer: 'Robert' }),
      ].map(async (chat) => (await chat).conversation),
    );
    expect(new Set(names).size).toBe(4);
    expect(names[4]).toBe(names[0]);
  });

  it('find a chat only for the document that opened it, and forget those of a closed tab', async () => {
    const { chats } = begin();
    const chat = await chats.open(caller(), report);
    expect(chats.find(caller(), 1)).toBe(chat);
    expect(chats.find(caller({ document: 'another' }), 1)).toBeUndefined();
    expect(chats.find(caller({ tab: 2 }), 1)).toBeUndefined();
    chats.forgetTab(1);
    expect(chats.of(chat.conversation)).toEqual([]);
  });
});

describe('what content scripts ask', () => {
  it('is read strictly: a hint too long, a row too many, a field too many is refused', () => {
    const { 'chat.open': open, 'chat.rows': rows } = pageContract.methods;
    expect(open.parse(report)).toEqual(report);
    expect(open.parse({ ...report, peer: 'x'.repeat(256) })).toBeDefined();
    expect(open.parse({ ...report, peer: 'x'.repeat(257) })).toBeUndefined();
    expect(open.parse({ ...report, more: 1 })).toBeUndefined();
    const row = { row: 1, spans: ['qZ7Vx4'], complete: false, own: 'no' };
    const told = { chat: 1, rows: [row], order: [1], known: false };
    expect(rows.parse({ ...told, rows: Array(512).fill(row) })).toBeDefined();
    expect(rows.parse({ ...told, rows: Array(513).fill(row) })).toBeUndefined();
    expect(rows.parse({ ...told, order: Array(2001).fill(1) })).toBeUndefined();
    expect(rows.parse({ ...told, known: undefined })).toBeUndefined();
    expect(rows.parse({ ...told, known: 1 })).toBeUndefined();
  });

  it('may be asked by content scripts alone, and carries no plaintext', () => {
    for (const { callers, carries } of Object.values(pageContract.methods)) {
      expect([callers, carries]).toEqual([['content'], 'ciphertext']);
    }
  });
});

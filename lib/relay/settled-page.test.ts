import { describe, expect, it, vi } from 'vitest';
import type { Page } from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { Caller } from '../rpc/index.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
vi.mock('../conversation/index.ts', () => ({
  placeOf: ({ conversation }: Page) => ({ conversationId: new TextEncoder().encode(conversation) }),
}));
const { OpenChats } = await import('./open-chats.ts');
const { onSettledPage } = await import('./settled-page.ts');

const caller = { kind: 'content', tab: 1, frame: 0, document: 'd', origin: 'https://chat.example', url: '' } as Caller;

describe('a page that is still being built', () => {
  const begin = async () => {
    const chats = new OpenChats({ load: async () => ({}), save: async () => {} });
    const show = (peer: string, key = 'path:/with/alice') =>
      chats.open(caller, {
        chat: 1,
        key,
        peer,
        account: '',
        kind: 'unknown',
        limit: 1000,
        unit: 'utf16',
        slack: 0,
        alphabet: 'base62',
        anew: false,
      });
    const { conversation } = await show('Nobody yet');
    const names: (string | undefined)[] = [];
    const send = async ({ peer }: Page): Promise<string> => {
      names.push(peer);
      if (peer !== 'Alice') throw new Failure('ContactRenamed', 'user');
      return 'sent';
    };
    return { chats, show, conversation, names, send };
  };
  const refused = { code: 'ContactRenamed' };

  it('is given a moment to say the name, through every other that it shows before', async () => {
    const { chats, show, conversation, names, send } = await begin();
    const sent = onSettledPage(chats, conversation, send);
    await vi.waitFor(() => expect(names).toEqual(['Nobody yet']));
    await show('Loading');
    await vi.waitFor(() => expect(names).toEqual(['Nobody yet', 'Loading']));
    await show('Alice');
    expect(await sent).toBe('sent');
    expect(names).toEqual(['Nobody yet', 'Loading', 'Alice']);
  });

  it('counts what it said while the step was under way', async () => {
    const { chats, show, conversation, names, send } = await begin();
    const over = AbortSignal.abort();
    const step = async (page: Page) => {
      if (names.length === 0) await show('Alice');
      return send(page);
    };
    expect(await onSettledPage(chats, conversation, step, over)).toBe('sent');
    expect(names).toEqual(['Nobody yet', 'Alice']);
  });

  it('is refused where the name stays another until the moment is over', async () => {
    const { chats, conversation, names, send } = await begin();
    const patience = new AbortController();
    const sent = onSettledPage(chats, conversation, send, patience.signal);
    await vi.waitFor(() => expect(names).toHaveLength(1));
    patience.abort();
    await expect(sent).rejects.toMatchObject(refused);
    await expect(onSettledPage(chats, conversation, send, patience.signal)).rejects.toMatchObject(refused);
    expect(names).toHaveLength(2);
  });

  it('is not waited for by what another conversation says, nor after another refusal', async () => {
    const { chats, show, conversation, names, send } = await begin();
    const patience = new AbortController();
    const sent = onSettledPage(chats, conversation, send, patience.signal);
    await vi.waitFor(() => expect(names).toHaveLength(1));
    await show('Carol', 'path:/with/carol');
    expect(names).toHaveLength(1);
    patience.abort();
    await expect(sent).rejects.toMatchObject(refused);
    const other = async () => {
      throw new Failure('TooLong', 'user');
    };
    await expect(onSettledPage(chats, conversation, other)).rejects.toMatchObject({ code: 'TooLong' });
    await expect(onSettledPage(chats, 'unknown', send)).rejects.toMatchObject({ code: 'WorkerGone' });
  });
});

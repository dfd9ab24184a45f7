import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  acceptInvite,
  invite,
  markSent,
  type Page,
  readSpans,
  type Surroundings,
  sendText,
  takeOutbox,
} from '../conversation/index.ts';
import { cryptoReady } from '../crypto/index.ts';
import { type Caller, type CallerKind, memoryChannel, RpcClient, RpcServer } from '../rpc/index.ts';
import { createMemoryLocks, openStore } from '../store/index.ts';
import { homeContract, NEWEST } from './home-contract.ts';
import { type HomeParts, homeHandlers } from './home-desk.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

async function install(): Promise<Surroundings> {
  let record: string | undefined;
  const keeper = {
    read: async () => record,
    write: async (next: string) => {
      record = next;
    },
  };
  const locks = createMemoryLocks();
  const store = await openStore({ keeper, locks, random, platform: { indexedDB: new IDBFactory(), IDBKeyRange } });
  return { store, locks, now: Date.now, random };
}

const pageWith = (peer: string): Page => ({
  site: 'https://chat.example:8443',
  account: undefined,
  conversation: `@${peer}`,
  peer,
  text: { alphabet: 'base62', limit: { amount: 100_000, unit: 'utf16', slack: 0 } },
});

/** Posts all that waits, and has the other side read it. Gives the entries that it read. */
async function carry(from: Surroundings, fromPage: Page, to: Surroundings, toPage: Page): Promise<string[]> {
  const entries: string[] = [];
  for (const { entry, texts } of await takeOutbox(from, fromPage, false)) {
    const spans = texts.flatMap((text) => text.match(/qZ7Vx4\w+/g) ?? []);
    for (const reading of await readSpans(to, toPage, spans)) if (reading.kind === 'entry') entries.push(reading.entry);
    await markSent(from, entry);
  }
  return entries;
}

/** Alice and Bob after one click each, on `alice`. */
async function pairWith(alice: Surroundings): Promise<Surroundings> {
  const bob = await install();
  await invite(bob, pageWith('Alice'), 'come');
  const [entry] = await carry(bob, pageWith('Alice'), alice, pageWith('Bob'));
  await acceptInvite(alice, pageWith('Bob'), entry!);
  await carry(alice, pageWith('Bob'), bob, pageWith('Alice'));
  await carry(bob, pageWith('Alice'), alice, pageWith('Bob'));
  return bob;
}

let alice: Surroundings;
let around: HomeParts['around'];
const changed: string[] = [];
const marks: unknown[] = [];
const erase = vi.fn(async () => {});

/** Home over a transport in memory, as `kind`. */
function open(kind: CallerKind = 'home'): RpcClient<typeof homeContract> {
  const handlers = homeHandlers({
    around: () => around(),
    desk: { changed: async (conversation) => void changed.push(conversation) },
    version: '1.2.3',
    cryptoReady: async () => true,
    mark: async () => ({ colour: 'teal', sign: '🦊' }),
    choices: { colours: ['teal', 'plum'], signs: ['🦊', '🐢'] },
    setMark: async (mark) => void marks.push(mark),
    erase,
  });
  const server = new RpcServer(homeContract, handlers, Date.now);
  const [near, far] = memoryChannel();
  server.accept(far, { kind, origin: 'chrome-extension://sotto', url: '' } as Caller);
  return new RpcClient<typeof homeContract>(() => near);
}

beforeEach(async () => {
  await cryptoReady();
  alice = await install();
  around = async () => alice;
  changed.length = 0;
  marks.length = 0;
  erase.mockClear();
});

describe('home', () => {
  it('opens with nobody in it', async () => {
    expect(await open().call('home.open', {})).toEqual({
      version: '1.2.3',
      cryptoReady: true,
      trouble: null,
      contacts: [],
      mark: { colour: 'teal', sign: '🦊' },
      choices: { colours: ['teal', 'plum'], signs: ['🦊', '🐢'] },
    });
  });

  it('names the trouble where what is kept cannot be used, and shows nobody', async () => {
    const { Failure } = await import('../failure/index.ts');
    around = () => Promise.reject(new Failure('StoreRolledBack', 'user'));
    expect(await open().call('home.open', {})).toMatchObject({ trouble: 'StoreRolledBack', contacts: [] });
    around = () => Promise.reject(new Error('no'));
    expect(await open().call('home.open', {})).toMatchObject({ trouble: 'StoreUnavailable', contacts: [] });
  });

  it('lists a contact, and marks them as verified and not, only by the number that was shown', async () => {
    await pairWith(alice);
    const home = open();
    const { contacts } = await home.call('home.open', {});
    const conversation = contacts[0]!.conversation;
    expect(contacts).toEqual([
      { conversation, name: 'Bob', site: 'chat.example:8443', state: 'private', verified: false },
    ]);
    const { digits, verified } = await home.call('home.safety', { conversation });
    expect([digits, verified]).toEqual([expect.stringMatching(/^\d{60}$/), false]);
    const other = '0'.repeat(60);
    await expect(home.call('home.verify', { conversation, digits: other, verified: true })).rejects.toMatchObject({
      code: 'ContactKeyChanged',
    });
    expect(changed).toEqual([]);
    await home.call('home.verify', { conversation, digits, verified: true });
    expect(await home.call('home.safety', { conversation })).toEqual({ digits, verified: true });
    await home.call('home.verify', { conversation, digits, verified: false });
    expect((await home.call('home.open', {})).contacts).toMatchObject([{ verified: false }]);
    expect(changed).toEqual([conversation, conversation]);
  });

  it.each([
    ['accepts', 'home.acceptKey', 'invited'],
    ['refuses', 'home.refuseKey', 'private'],
  ] as const)('shows a changed key first, and %s it', async (_, method, state) => {
    await pairWith(alice);
    await invite(alice, pageWith('Aaron'), 'come');
    // Somebody else in Bob's place.
    const stranger = await install();
    await invite(stranger, pageWith('Alice'), 'come');
    const [entry] = await carry(stranger, pageWith('Alice'), alice, pageWith('Bob'));
    await acceptInvite(alice, pageWith('Bob'), entry!).catch(() => {});
    const home = open();
    const { contacts } = await home.call('home.open', {});
    expect(contacts.map((contact) => [contact.name, contact.state])).toEqual([
      ['Bob', 'keyChanged'],
      ['Aaron', 'inviting'],
    ]);
    const { conversation } = contacts[0]!;
    await home.call(method, { conversation });
    expect(changed).toEqual([conversation]);
    const after = (await home.call('home.open', {})).contacts;
    expect(after.map((contact) => [contact.name, contact.state])).toEqual([
      ['Aaron', 'inviting'],
      ['Bob', state],
    ]);
    await expect(home.call(method, { conversation })).rejects.toMatchObject({ code: 'SessionNotFound' });
  });

  it('reads the history and searches it', async () => {
    await pairWith(alice);
    for (const text of ['first words', 'second']) {
      await sendText(alice, pageWith('Bob'), { text, clientId: text });
    }
    const home = open();
    const [contact] = (await home.call('home.open', {})).contacts;
    const { conversation } = contact!;
    const slice = await home.call('home.history', { conversation, before: NEWEST, words: '' });
    expect(slice.lines.filter(({ kind }) => kind === 'text').map(({ text }) => text)).toEqual([
      'second',
      'first words',
    ]);
    const found = await home.call('home.history', { conversation, before: NEWEST, words: 'FIRST' });
    expect(found.lines).toMatchObject([{ text: 'first words', found: [[0, 5]] }]);
  });

  it('keeps a mark that can be picked, and no other', async () => {
    const home = open();
    await home.call('home.setMark', { colour: 'plum', sign: '🐢' });
    for (const mark of [
      { colour: 'plum', sign: '💀' },
      { colour: 'pink', sign: '🐢' },
    ]) {
      await expect(home.call('home.setMark', mark)).rejects.toMatchObject({ code: 'BadRequest' });
    }
    expect(marks).toEqual([{ colour: 'plum', sign: '🐢' }]);
  });

  it('erases when asked, and says why not where that failed', async () => {
    const home = open();
    expect(await home.call('home.erase', {})).toBeNull();
    const { Failure } = await import('../failure/index.ts');
    erase.mockRejectedValueOnce(new Failure('StoreUnavailable', 'later'));
    await expect(home.call('home.erase', {})).rejects.toMatchObject({ code: 'StoreUnavailable' });
    expect(erase).toHaveBeenCalledTimes(2);
  });
});

const requests = {
  'home.open': {},
  'home.safety': { conversation: 'c' },
  'home.verify': { conversation: 'c', digits: '1'.repeat(60), verified: true },
  'home.acceptKey': { conversation: 'c' },
  'home.refuseKey': { conversation: 'c' },
  'home.history': { conversation: 'c', before: 0, words: 'x'.repeat(200) },
  'home.setMark': { colour: 'teal', sign: '🦊' },
  'home.erase': {},
} as const;
const calls = Object.entries(requests) as [keyof typeof requests, Record<string, unknown>][];

describe('what home asks', () => {
  it('is all of it in this test', () => {
    expect(Object.keys(homeContract.methods).sort()).toEqual(Object.keys(requests).sort());
  });

  it.each(calls)('%s is refused to every other kind of caller', async (method, request) => {
    for (const kind of ['content', 'blank', 'composer', 'transcript', 'popup'] as const) {
      await expect(open(kind).call(method, request as never)).rejects.toMatchObject({ code: 'NotAllowed' });
    }
    expect(erase).not.toHaveBeenCalled();
  });

  it.each(calls)('%s is read strictly', async (method, request) => {
    expect(homeContract.methods[method].parse(request)).toEqual(request);
    expect(homeContract.methods[method].parse({ ...request, more: 1 })).toBeUndefined();
    for (const name of Object.keys(request)) {
      const value = request[name];
      const worse = typeof value === 'string' ? `${value.repeat(200)}${'x'.repeat(201)}` : 'x';
      expect(homeContract.methods[method].parse({ ...request, [name]: worse })).toBeUndefined();
    }
  });

  it.each(calls.filter(([, request]) => 'conversation' in request))(
    '%s is for conversations that there are',
    async (method, request) => {
      await expect(open().call(method, request as never)).rejects.toMatchObject({ code: 'BadRequest' });
    },
  );
});

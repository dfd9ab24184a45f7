import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact, HistorySlice, Surroundings } from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import { type Caller, type CallerKind, memoryChannel, RpcClient, RpcServer } from '../rpc/index.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
/** Everybody that is kept, and what was decided about them. */
let contacts: Contact[] = [];
const decided: unknown[] = [];
const around = { store: 'the store' } as unknown as Surroundings;
const slice = { lines: [], next: 7, looked: 50, total: 60 } satisfies HistorySlice;
const isAround = (given: unknown): void => expect(given).toBe(around);
let refusal: Failure | undefined;
vi.mock('../conversation/index.ts', () => ({
  listContacts: async (given: unknown) => {
    isAround(given);
    return contacts;
  },
  readSafetyNumber: async (_: unknown, id: Uint8Array) => ({
    digits: `${id[0]}`.repeat(60),
    scannable: new Uint8Array(9),
    verified: true,
  }),
  setVerified: async (given: unknown, id: Uint8Array, what: object) => {
    isAround(given);
    if (refusal !== undefined) throw refusal;
    decided.push(['verified', id[0], what]);
  },
  acceptKey: async (given: unknown, id: Uint8Array) => {
    isAround(given);
    if (refusal !== undefined) throw refusal;
    decided.push(['accepted', id[0]]);
  },
  refuseKey: async (given: unknown, id: Uint8Array) => {
    isAround(given);
    if (refusal !== undefined) throw refusal;
    decided.push(['refused', id[0]]);
  },
  forgetMessage: async (given: unknown, id: Uint8Array, line: string) => {
    isAround(given);
    decided.push(['forgot', id[0], line]);
    return true;
  },
  forgetContact: async (given: unknown, id: Uint8Array) => {
    isAround(given);
    decided.push(['forgot', id[0]]);
    return true;
  },
  HistoryReader: class {
    async read(given: unknown, id: Uint8Array, options: object): Promise<HistorySlice> {
      isAround(given);
      decided.push(['read', id[0], options]);
      return slice;
    }
  },
}));
const { homeContract, NEWEST } = await import('./home-contract.ts');
const { homeHandlers } = await import('./home-desk.ts');

const contact = (id: number, over: Partial<Contact>): Contact => ({
  conversationId: new Uint8Array(16).fill(id) as Contact['conversationId'],
  site: 'https://chat.example:8443',
  name: 'Bob',
  state: 'private',
  verified: false,
  ...over,
});
/** As the background calls the conversation whose id is sixteen times 1. */
const FIRST = 'AQEBAQEBAQEBAQEBAQEBAQ';

let open: () => Promise<Surroundings>;
const changed: string[] = [];
const marks: unknown[] = [];
const erase = vi.fn(async () => {});

/** Home over a transport in memory, as `kind`. */
function connect(kind: CallerKind = 'home'): InstanceType<typeof RpcClient<typeof homeContract>> {
  const handlers = homeHandlers({
    around: () => open(),
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

beforeEach(() => {
  contacts = [contact(1, {})];
  open = async () => around;
  refusal = undefined;
  for (const list of [decided, changed, marks]) list.length = 0;
  erase.mockClear();
});

describe('home', () => {
  it('opens with who it is, and nobody in it', async () => {
    contacts = [];
    expect(await connect().call('home.open', {})).toEqual({
      version: '1.2.3',
      cryptoReady: true,
      trouble: null,
      contacts: [],
      mark: { colour: 'teal', sign: '🦊' },
      choices: { colours: ['teal', 'plum'], signs: ['🦊', '🐢'] },
    });
  });

  it('names the trouble where what is kept cannot be used, and shows nobody', async () => {
    open = () => Promise.reject(new Failure('StoreRolledBack', 'user'));
    expect(await connect().call('home.open', {})).toMatchObject({ trouble: 'StoreRolledBack', contacts: [] });
    open = () => Promise.reject(new Error('no'));
    expect(await connect().call('home.open', {})).toMatchObject({ trouble: 'StoreUnavailable', contacts: [] });
  });

  it('lists contacts with their hosts: what waits for a decision first, then by name and site', async () => {
    contacts = [
      contact(1, { name: 'Carol' }),
      contact(2, { name: 'Bob', site: 'https://b.example' }),
      contact(3, { name: 'Zoe', state: 'keyChanged', site: 'app://none' }),
      contact(4, { name: 'Bob', site: 'https://a.example', verified: true }),
      contact(5, { name: 'Dan', site: 'no address', state: 'inviting' }),
    ];
    const state = await connect().call('home.open', {});
    expect(state.contacts.map(({ name, site }) => `${name} ${site}`)).toEqual([
      'Zoe none',
      'Bob a.example',
      'Bob b.example',
      'Carol chat.example:8443',
      'Dan no address',
    ]);
    expect(state.contacts[3]).toEqual({
      conversation: FIRST,
      name: 'Carol',
      site: 'chat.example:8443',
      state: 'private',
      verified: false,
    });
  });

  it('shows the safety number and whether it was compared, and nothing else of the keys', async () => {
    expect(await connect().call('home.safety', { conversation: FIRST })).toEqual({
      digits: '1'.repeat(60),
      verified: true,
    });
  });

  it('marks as compared the number that was shown, and tells the pages of it', async () => {
    const digits = '1'.repeat(60);
    for (const verified of [true, false]) {
      expect(await connect().call('home.verify', { conversation: FIRST, digits, verified })).toBeNull();
    }
    expect(decided).toEqual([
      ['verified', 1, { digits, verified: true }],
      ['verified', 1, { digits, verified: false }],
    ]);
    expect(changed).toEqual([FIRST, FIRST]);
  });

  it.each([
    ['home.acceptKey', 'accepted'],
    ['home.refuseKey', 'refused'],
  ] as const)('decides about a changed key with %s, and tells the pages of it', async (method, decision) => {
    expect(await connect().call(method, { conversation: FIRST })).toBeNull();
    expect(decided).toEqual([[decision, 1]]);
    expect(changed).toEqual([FIRST]);
  });

  it.each([
    ['home.verify', { digits: '1'.repeat(60), verified: true }],
    ['home.acceptKey', {}],
    ['home.refuseKey', {}],
  ] as const)('says why %s was refused, and tells no page', async (method, request) => {
    refusal = new Failure('ContactKeyChanged', 'user');
    const call = connect().call(method, { conversation: FIRST, ...request } as never);
    await expect(call).rejects.toMatchObject({ code: 'ContactKeyChanged', retry: 'user' });
    expect(changed).toEqual([]);
  });

  it('reads a slice of the history', async () => {
    const query = { conversation: FIRST, before: NEWEST, words: 'dinner' };
    expect(await connect().call('home.history', query)).toEqual(slice);
    expect(decided).toEqual([['read', 1, { before: NEWEST, words: 'dinner' }]]);
  });

  it('deletes a line of a history, or a contact, and tells the pages of it', async () => {
    expect(await connect().call('home.forget', { conversation: FIRST, line: 'a line' })).toBeNull();
    expect(await connect().call('home.forgetContact', { conversation: FIRST })).toBeNull();
    expect(decided).toEqual([
      ['forgot', 1, 'a line'],
      ['forgot', 1],
    ]);
    expect(changed).toEqual([FIRST, FIRST]);
  });

  it('keeps a mark that can be picked, and no other', async () => {
    const home = connect();
    expect(await home.call('home.setMark', { colour: 'plum', sign: '🐢' })).toBeNull();
    for (const mark of [
      { colour: 'plum', sign: '💀' },
      { colour: 'pink', sign: '🐢' },
    ]) {
      await expect(home.call('home.setMark', mark)).rejects.toMatchObject({ code: 'BadRequest' });
    }
    expect(marks).toEqual([{ colour: 'plum', sign: '🐢' }]);
  });

  it('erases when asked, and says why not where that failed', async () => {
    const home = connect();
    expect(await home.call('home.erase', {})).toBeNull();
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
  'home.forget': { conversation: 'c', line: 'l' },
  'home.forgetContact': { conversation: 'c' },
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
      await expect(connect(kind).call(method, request as never)).rejects.toMatchObject({ code: 'NotAllowed' });
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
      await expect(connect().call(method, request as never)).rejects.toMatchObject({ code: 'BadRequest' });
    },
  );
});

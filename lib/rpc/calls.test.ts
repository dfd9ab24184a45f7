import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure/index.ts';
import type { Caller } from './caller.ts';
import type { Channel } from './client-channel.ts';
import type { Contract } from './client-contract.ts';
import { method, pushedEvent } from './contract.ts';
import { memoryChannel } from './memory.ts';
import { type Handlers, RpcServer } from './server.ts';
import { flag, nothing, record, text } from './shape.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
const { RpcClient } = await import('./client.ts');

const contract = {
  methods: {
    echo: method<{ word: string }, { word: string }>({
      carries: 'ciphertext',
      callers: ['content', 'composer'],
      parse: record({ word: text(300_000) }),
    }),
    read: method<Record<never, never>, string>({ carries: 'plaintext', callers: ['composer'], parse: nothing }),
    claim: method<Record<never, never>, null>({ carries: 'ciphertext', callers: ['blank'], parse: nothing }),
    hang: method<Record<never, never>, null>({ carries: 'ciphertext', callers: ['content'], parse: nothing }),
    refuse: method<{ typed: boolean }, null>({
      carries: 'ciphertext',
      callers: ['content'],
      parse: record({ typed: flag }),
    }),
  },
  events: {
    changed: pushedEvent<{ id: string }>({ carries: 'plaintext', listeners: ['composer'] }),
    moved: pushedEvent<number>({ carries: 'ciphertext', listeners: ['content', 'composer'] }),
  },
} satisfies Contract;

const at = (kind: Caller['kind'], tab = 1): Caller => ({
  kind,
  tab,
  origin: 'https://a.example',
  url: 'https://a.example/',
});
const reported: unknown[] = [];
let now = 0;
const handlers: Handlers<typeof contract> = {
  echo: ({ word }) => ({ word }),
  read: () => 'secret',
  claim: (_, { caller, admit }) => {
    admit({ ...caller, kind: 'composer' });
    return null;
  },
  hang: () => new Promise<null>(() => {}),
  refuse: ({ typed }) => {
    throw typed ? new Failure('WrongPin', 'user', new Error('why')) : new Error('private words');
  },
};

function start(caller: Caller) {
  const server = new RpcServer(
    contract,
    handlers,
    () => now,
    (error) => reported.push(error),
  );
  const ends: Channel[] = [];
  const connect = () => {
    const [ours, theirs] = memoryChannel();
    server.accept(theirs, caller);
    ends.push(theirs);
    return ours;
  };
  return { server, ends, connect, client: new RpcClient<typeof contract>(connect) };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (error instanceof Failure ? `${error.code}/${error.retry}` : error),
  );
const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  now = 0;
  reported.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('a call', () => {
  it('gives the answer of its own request when many are open', async () => {
    const { client } = start(at('content'));
    const answers = await Promise.all(['a', 'b', 'c'].map((word) => client.call('echo', { word })));
    expect(answers).toEqual([{ word: 'a' }, { word: 'b' }, { word: 'c' }]);
  });

  it('of a kind that the method does not list is refused', async () => {
    const { client } = start(at('content'));
    expect(await codeOf(client.call('read', {}))).toBe('NotAllowed/never');
    expect(await codeOf(start(at('blank')).client.call('read', {}))).toBe('NotAllowed/never');
    expect(await start(at('composer')).client.call('read', {})).toBe('secret');
  });

  it('of a method or with a request outside the contract is refused', async () => {
    const { client } = start(at('content'));
    expect(await codeOf(client.call('toString' as never, {} as never))).toBe('UnknownMethod/never');
    expect(await codeOf(client.call('echo', { word: 7 } as never))).toBe('BadRequest/never');
  });

  it('that fails brings code and retry, and no other word of the error', async () => {
    const { client } = start(at('content'));
    const failure = await client.call('refuse', { typed: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'WrongPin', retry: 'user', message: 'WrongPin' });
    expect((failure as Failure).cause).toBeUndefined();
    expect(await codeOf(client.call('refuse', { typed: false }))).toBe('Internal/later');
    expect(reported.map(String)).toEqual(['Error: private words']);
  });

  it("without an answer ends in TimedOut, and a late answer is nobody's", async () => {
    vi.useFakeTimers();
    const { client } = start(at('content'));
    const slow = codeOf(client.call('hang', {}, 50));
    await vi.advanceTimersByTimeAsync(49);
    expect(await Promise.race([slow, Promise.resolve('open')])).toBe('open');
    await vi.advanceTimersByTimeAsync(1);
    expect(await slow).toBe('TimedOut/later');
  });

  it('that is open when the worker dies ends in WorkerGone, and the next one connects anew', async () => {
    const { client, ends } = start(at('content'));
    const lost = codeOf(client.call('hang', {}));
    await settle();
    ends[0]!.close();
    expect(await lost).toBe('WorkerGone/later');
    expect(await client.call('echo', { word: 'again' })).toEqual({ word: 'again' });
    expect(ends).toHaveLength(2);
  });

  it('on a closed client ends in WorkerGone, also for those that wait', async () => {
    const { client } = start(at('content'));
    const lost = codeOf(client.call('hang', {}));
    await settle();
    client.close();
    expect(await lost).toBe('WorkerGone/later');
  });

  it('fails with what connecting threw', async () => {
    const client = new RpcClient<typeof contract>(() => {
      throw new Failure('ExtensionGone', 'user');
    });
    expect(await codeOf(client.call('echo', { word: '' }))).toBe('ExtensionGone/user');
  });
});

describe('a server that is not ready', () => {
  it('answers all that came meanwhile when it is, in its order', async () => {
    let begin = (): void => {};
    const ready = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const order: string[] = [];
    const echo = ({ word }: { word: string }) => {
      order.push(word);
      return { word };
    };
    const server = new RpcServer(contract, { ...handlers, echo }, () => now, undefined, ready);
    const client = new RpcClient<typeof contract>(() => {
      const [ours, theirs] = memoryChannel();
      server.accept(theirs, at('content'));
      return ours;
    });
    const answers = Promise.all(['a', 'b'].map((word) => client.call('echo', { word })));
    await settle();
    expect(order).toEqual([]);
    begin();
    expect(await answers).toEqual([{ word: 'a' }, { word: 'b' }]);
    expect(order).toEqual(['a', 'b']);
  });
});

describe('a greeting', () => {
  it('goes first on every connection and lets the calls behind it through', async () => {
    const { connect, ends } = start(at('blank'));
    const again = vi.fn();
    const client = new RpcClient<typeof contract>(connect, async (call) => {
      await call('claim', {});
    });
    client.onReconnect(again);
    expect(await client.call('read', {})).toBe('secret');
    expect(again).not.toHaveBeenCalled();
    ends[0]!.close();
    await settle();
    expect(await client.call('read', {})).toBe('secret');
    expect(again).toHaveBeenCalledOnce();
  });

  it('that fails fails the calls and closes the connection', async () => {
    const { connect, server } = start(at('content'));
    const client = new RpcClient<typeof contract>(connect, async (call) => {
      await call('claim', {});
    });
    expect(await codeOf(client.call('echo', { word: 'x' }))).toBe('NotAllowed/never');
    await settle();
    expect(server.size).toBe(0);
  });
});

describe('a ring', () => {
  it('connects again by itself when the port to the dead background ends only after the new one has rung', async () => {
    const { client, ends } = start(at('content'));
    const again = vi.fn();
    client.onReconnect(again);
    client.open();
    client.wake();
    ends[0]!.close();
    await settle();
    expect([ends.length, again.mock.calls.length]).toEqual([2, 1]);
    ends[1]!.close();
    await settle();
    expect(ends).toHaveLength(2);
  });

  it('stays away when a port ends of which nobody had rung', async () => {
    const { client, ends } = start(at('content'));
    client.open();
    ends[0]!.close();
    await settle();
    expect(ends).toHaveLength(1);
  });
});

describe('an event', () => {
  it('reaches the kinds that may hear it and that were picked', async () => {
    const heard: unknown[] = [];
    const { server, connect } = start(at('composer', 1));
    const [other, theirs] = memoryChannel();
    server.accept(theirs, at('content', 2));
    const client = new RpcClient<typeof contract>(connect);
    const script = new RpcClient<typeof contract>(() => other);
    const stop = client.on('changed', (body) => heard.push(body));
    script.on('changed', (body) => heard.push(body));
    script.on('moved', (body) => heard.push(body));
    client.open();
    script.open();
    expect(server.push('changed', { id: 'm1' }, () => true)).toBe(1);
    expect(server.push('changed', { id: 'm2' }, ({ tab }) => tab === 2)).toBe(0);
    expect(server.push('moved', 5, ({ tab }) => tab === 2)).toBe(1);
    await settle();
    expect(heard).toEqual([{ id: 'm1' }, 5]);
    stop();
    server.push('changed', { id: 'm3' }, () => true);
    await settle();
    expect(heard).toHaveLength(2);
  });
});

describe('a port', () => {
  const raw = (caller: Caller) => {
    const server = new RpcServer(contract, handlers, () => now);
    const [ours, theirs] = memoryChannel();
    const answers: { failed?: number; code?: string; done?: number }[] = [];
    const closed = vi.fn();
    ours.listen((message) => answers.push(message as never), closed);
    server.accept(theirs, caller);
    return { server, ours, answers, closed };
  };

  it.each([
    ['no object', 'hello'],
    ['no id', { method: 'echo' }],
    ['a negative id', { call: -1, method: 'echo' }],
    ['a field too many', { call: 1, method: 'echo', body: {}, extra: 1 }],
    ['a list', [1, 'echo']],
    ['no method', { call: 1 }],
  ])('that sends what no client sends is closed: %s', async (_, message) => {
    const { ours, closed, answers, server } = raw(at('content'));
    ours.post(message);
    await settle();
    expect(closed).toHaveBeenCalledOnce();
    expect(answers).toEqual([]);
    expect(server.size).toBe(0);
  });

  it('takes a message of the limit and refuses one more letter', async () => {
    const { ours, answers } = raw(at('content'));
    // One for each of the four values and for each letter of the names call, method, body, word and of the method.
    const rest =
      262_144 - (1 + 1 + 'call'.length + 1 + 'method'.length + 'echo'.length + 1 + 'body'.length + 1 + 'word'.length);
    ours.post({ call: 1, method: 'echo', body: { word: 'x'.repeat(rest) } });
    ours.post({ call: 2, method: 'echo', body: { word: 'x'.repeat(rest + 1) } });
    ours.post({ call: 3, method: 'echo', body: new Array(262_144).fill(0) });
    await settle();
    expect(answers.map(({ done, failed, code }) => [done ?? failed, code])).toEqual(
      expect.arrayContaining([
        [1, undefined],
        [2, 'TooLarge'],
        [3, 'TooLarge'],
      ]),
    );
  });

  it('refuses what is nested deeper than any request', async () => {
    const { ours, answers } = raw(at('content'));
    let body: unknown = 0;
    for (let depth = 0; depth < 20; depth += 1) body = [body];
    ours.post({ call: 1, method: 'echo', body });
    await settle();
    expect(answers).toEqual([{ failed: 1, code: 'TooLarge', retry: 'never' }]);
  });

  it('that floods is slowed after the burst, served again later, and closed when it goes on', async () => {
    const { ours, answers, closed } = raw(at('content'));
    const post = (count: number) => {
      for (let call = 0; call < count; call += 1) ours.post({ call, method: 'echo', body: { word: '' } });
    };
    for (let round = 0; round < 4; round += 1) {
      post(60);
      await settle();
    }
    expect(answers.filter(({ done }) => done !== undefined)).toHaveLength(240);
    post(1);
    await settle();
    expect(answers.at(-1)).toMatchObject({ code: 'TooFast', retry: 'later' });
    now += 1000;
    post(61);
    await settle();
    expect(answers.filter(({ done }) => done !== undefined)).toHaveLength(300);
    post(238);
    await settle();
    expect(closed).not.toHaveBeenCalled();
    post(1);
    await settle();
    expect(closed).toHaveBeenCalledOnce();
  });

  it('may have 64 calls open and not one more', async () => {
    const { ours, answers } = raw(at('content'));
    for (let call = 0; call < 65; call += 1) ours.post({ call, method: 'hang', body: {} });
    await settle();
    expect(answers).toEqual([{ failed: 64, code: 'TooFast', retry: 'later' }]);
  });
});

describe('a contract', () => {
  it.each(['content', 'blank'] as const)('never lets plaintext reach %s, even past the types', (kind) => {
    expect(() => method({ carries: 'plaintext', callers: [kind as never], parse: nothing })).toThrow(TypeError);
    expect(() => pushedEvent({ carries: 'plaintext', listeners: [kind as never] })).toThrow(TypeError);
  });
});

describe('an answer', () => {
  it.each([
    { failed: 1, code: 'has space', retry: 'later' },
    { failed: 1, code: 'Fine', retry: 'soon' },
    { failed: 1, code: 'Fine', retry: 'later', stack: 'x' },
    { done: 1, more: 1 },
    { event: 7 },
    null,
  ])('that is not of the wire is passed over: %j', async (message) => {
    vi.useFakeTimers();
    const [ours, theirs] = memoryChannel();
    theirs.listen(
      () => theirs.post(message),
      () => {},
    );
    const client = new RpcClient<typeof contract>(() => ours);
    const outcome = codeOf(client.call('echo', { word: '' }, 10));
    await vi.advanceTimersByTimeAsync(10);
    expect(await outcome).toBe('TimedOut/later');
  });
});

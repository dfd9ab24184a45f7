import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure/index.ts';
import type { Handlers } from '../rpc/index.ts';
import type { FrameContract } from './admission.ts';
import type { Bubble, ComposerState } from './view-contract.ts';

vi.mock('../browser.ts', () => ({
  browser: { runtime: { onMessage: { addListener: vi.fn(), removeListener: vi.fn() } } },
}));
const { createComposerBackend, createTranscriptBackend, frameContract, viewContract } = await import('./index.ts');
const { memoryChannel, RpcClient, RpcServer } = await import('../rpc/index.ts');

const state: ComposerState = {
  mark: { colour: 'teal', sign: 'x' },
  contact: { name: 'Bob', verified: false },
  draft: 'half',
  limit: 10,
  blocked: null,
  unsent: null,
  waiting: 0,
};
const bubble: Bubble = {
  id: 'a',
  from: 'me',
  state: 'sent',
  text: 'words',
  name: '',
  sentAt: null,
  missingBefore: 0,
  reason: null,
  retry: null,
  preview: null,
};

function start(kind: 'composer' | 'transcript') {
  const asked: unknown[] = [];
  let failing = false;
  let deaths = 0;
  const answer =
    <Value>(value: Value) =>
    (request: unknown): Value => {
      asked.push(request);
      if (deaths > 0) {
        deaths -= 1;
        client.close();
      }
      if (failing) throw new Failure('SendUnconfirmed', 'user');
      return value;
    };
  const contract: FrameContract = {
    methods: { ...frameContract.methods, ...viewContract.methods },
    events: viewContract.events,
  };
  const handlers = Object.fromEntries(Object.keys(contract.methods).map((name) => [name, answer(null)]));
  Object.assign(handlers, { 'composer.open': answer(state), 'transcript.read': answer([bubble]) });
  const server = new RpcServer(contract, handlers as unknown as Handlers<FrameContract>, () => 0);
  const client = new RpcClient<FrameContract>(() => {
    const [ours, theirs] = memoryChannel();
    server.accept(theirs, { kind, origin: '', url: '' });
    return ours;
  });
  return { client, server, asked, fail: (on: boolean) => (failing = on), die: (times: number) => (deaths = times) };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("the composer's backend", () => {
  it('tries the same words again under the same id, and other or sent words under another', async () => {
    const { client, asked, fail } = start('composer');
    const backend = createComposerBackend(client);
    fail(true);
    expect(await backend.send('one')).toBe('SendUnconfirmed');
    fail(false);
    expect(await backend.send('one')).toBeNull();
    expect(await backend.send('one')).toBeNull();
    expect(await backend.send('two')).toBeNull();
    const ids = (asked as { clientId: string }[]).map(({ clientId }) => clientId);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    [1, null, 2],
    [2, null, 3],
    [3, 'WorkerGone', 3],
  ])('asks again, under the same id, where the background dies over it %i times', async (deaths, outcome, calls) => {
    const { client, asked, die } = start('composer');
    vi.useFakeTimers();
    try {
      die(deaths);
      const sent = createComposerBackend(client).send('one');
      await vi.advanceTimersByTimeAsync(1000);
      expect(await sent).toBe(outcome);
    } finally {
      vi.useRealTimers();
    }
    expect(asked).toHaveLength(calls);
    expect(new Set((asked as { clientId: string }[]).map(({ clientId }) => clientId)).size).toBe(1);
  });

  it('passes over a draft that could not be kept', async () => {
    const { client, asked, fail } = start('composer');
    fail(true);
    createComposerBackend(client).keepDraft('half');
    await settle();
    expect(asked).toEqual([{ text: 'half' }]);
  });

  it('hears of a new state, and asks for it after the worker was away', async () => {
    const { client, server } = start('composer');
    const heard: ComposerState[] = [];
    const backend = createComposerBackend(client);
    backend.onChange((next) => heard.push(next));
    expect(await backend.open()).toEqual(state);
    server.push('composer.changed', { ...state, blocked: 'UntrustedIdentity' }, () => true);
    await settle();
    expect(heard).toEqual([{ ...state, blocked: 'UntrustedIdentity' }]);
    client.close();
    await backend.open();
    await settle();
    expect(heard).toHaveLength(2);
  });
});

describe("the transcript's backend", () => {
  it('reads bubbles, and gives the code of a wish that failed', async () => {
    const { client, fail } = start('transcript');
    const backend = createTranscriptBackend(client);
    expect(await backend.read(['a'])).toEqual([bubble]);
    expect([await backend.accept('a'), await backend.retry('a')]).toEqual([null, null]);
    fail(true);
    expect([await backend.accept('a'), await backend.retry('a')]).toEqual(['SendUnconfirmed', 'SendUnconfirmed']);
  });

  it('hears of changed bubbles, and of having perhaps missed some', async () => {
    const { client, server } = start('transcript');
    const heard: unknown[] = [];
    const backend = createTranscriptBackend(client);
    backend.onChange((bubbles) => heard.push(bubbles));
    await backend.read(['a']);
    server.push('transcript.changed', [bubble], () => true);
    await settle();
    client.close();
    await backend.read(['a']);
    await settle();
    expect(heard).toEqual([[bubble], null]);
  });
});

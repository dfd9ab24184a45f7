import { describe, expect, it, vi } from 'vitest';
import type { HandOut, Surroundings } from '../conversation/index.ts';

const outbox: HandOut[] = [];
vi.mock('../conversation/index.ts', () => ({
  takeOutbox: async () => [...outbox],
  retrySending: async () => undefined,
  markSent: async () => undefined,
  markFailed: async () => undefined,
}));
const { Courier } = await import('./courier.ts');

const chat = {
  caller: { kind: 'content', origin: 'https://chat.example', url: 'https://chat.example/', tab: 1, frame: 0 },
  chat: 1,
  page: { site: 'https://chat.example', account: 'alice', conversation: '@bob', peer: 'Bob', text: {} },
  conversation: 'with bob',
  name: 'Bob',
  readings: new Map(),
  readAt: new Map(),
  order: [],
  listed: true,
  status: '',
} as never;

function courierOf() {
  return new Courier({ around: async () => ({}) as Surroundings, now: () => 0, nudge: () => undefined });
}

describe('who waits for a message', () => {
  it('hears that it is sent when the list showed it after the worker died that had handed it out', async () => {
    outbox.splice(0, outbox.length);
    const courier = courierOf();
    const sent = courier.deliver('with bob', 'entry');
    const elsewhere = courier.deliver('with carol', 'other entry');
    await Promise.resolve();
    await Promise.resolve();
    await courier.take(chat);
    await expect(sent).resolves.toBeUndefined();
    expect(await Promise.race([elsewhere, Promise.resolve('still waiting')])).toBe('still waiting');
  });

  it('waits on while the list is told only in part: the site may have it already', async () => {
    outbox.splice(0, outbox.length, { entry: 'entry', texts: ['armour'] });
    const courier = courierOf();
    expect(await courier.take({ ...(chat as object), listed: false } as never)).toEqual({ delivery: '', texts: [] });
    expect(await courier.take(chat)).toEqual({ delivery: 'entry', texts: ['armour'] });
  });

  it('hears nothing while it is on its way, and then what became of it', async () => {
    outbox.splice(0, outbox.length, { entry: 'entry', texts: ['armour'] });
    const courier = courierOf();
    const sent = courier.deliver('with bob', 'entry');
    await Promise.resolve();
    await Promise.resolve();
    expect(await courier.take(chat)).toEqual({ delivery: 'entry', texts: ['armour'] });
    expect(await Promise.race([sent, Promise.resolve('still waiting')])).toBe('still waiting');
    const refused = expect(sent).rejects.toMatchObject({ code: 'SendUnconfirmed' });
    await courier.settle(chat, { chat: 1, delivery: 'entry', sent: 0, code: 'SendUnconfirmed' });
    await refused;
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure/index.ts';
import type { Caller } from '../rpc/index.ts';
import type { Seat, Tickets as TicketOffice } from './tickets.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
const { Tickets } = await import('./tickets.ts');

const origin = 'chrome-extension://sotto';
const script: Caller = { kind: 'content', tab: 7, frame: 0, origin: 'https://a.example', url: 'https://a.example/' };
const blank: Caller = {
  kind: 'blank',
  page: 'composer',
  tab: 7,
  frame: 3,
  document: 'D',
  origin,
  url: `${origin}/composer.html`,
};
const ticket = 't'.repeat(32);
const pass = 'p'.repeat(32);
const registration = { ticket, pass, kind: 'composer', conversation: 'bob' } as const;

let now = 0;
let saved: readonly Seat[] = [];
let tokens = 0;
const open = () =>
  new Tickets(
    {
      load: async () => saved,
      save: async (seats) => {
        saved = structuredClone(seats);
      },
    },
    () => now,
    () => `token${++tokens}`,
  );
const codeOf = (promise: Promise<unknown> | (() => unknown)) =>
  Promise.resolve()
    .then(() => (typeof promise === 'function' ? promise() : promise))
    .then(
      () => 'done',
      (error) => (error instanceof Failure ? `${error.code}/${error.retry}` : error),
    );

beforeEach(() => {
  now = 0;
  saved = [];
  tokens = 0;
});

describe('a ticket', () => {
  it('seats its frame with the conversation, and keeps the seat', async () => {
    const tickets = open();
    tickets.register(script, registration);
    const { seat, caller } = await tickets.claim(blank, { ticket, pass });
    expect(seat).toBe('token1');
    expect(caller).toEqual({ ...blank, kind: 'composer', conversation: 'bob' });
    expect(saved).toEqual([
      { token: 'token1', kind: 'composer', tab: 7, frame: 3, document: 'D', conversation: 'bob' },
    ]);
  });

  it('seats one frame only', async () => {
    const tickets = open();
    tickets.register(script, registration);
    await tickets.claim(blank, { ticket, pass });
    expect(await codeOf(tickets.claim({ ...blank, frame: 4 }, { ticket, pass }))).toBe('TicketRefused/never');
  });

  it.each<[string, Caller, Partial<typeof registration>]>([
    ['another tab', { ...blank, tab: 8 }, {}],
    ['the registering frame itself', { ...blank, frame: 0 }, {}],
    ['the other page of ours', { ...blank, page: 'transcript' }, {}],
    ['a caller that is no blank frame', { ...blank, kind: 'composer' }, {}],
    ['a wrong pass', blank, { pass: 'q'.repeat(32) as typeof pass }],
  ])('is spent and refused when it is shown by %s', async (_, caller, shown) => {
    const tickets = open();
    tickets.register(script, registration);
    expect(await codeOf(tickets.claim(caller, { ticket, pass, ...shown }))).toBe('TicketRefused/never');
    expect(await codeOf(tickets.claim(blank, { ticket, pass }))).toBe('TicketRefused/never');
    expect(saved).toEqual([]);
  });

  it('lives for less than ten seconds', async () => {
    const tickets = open();
    tickets.register(script, registration);
    now = 9_999;
    expect(await codeOf(tickets.claim(blank, { ticket, pass }))).toBe('done');
    tickets.register(script, registration);
    now += 10_000;
    expect(await codeOf(tickets.claim(blank, { ticket, pass }))).toBe('TicketRefused/never');
  });

  it('cannot be registered twice, nor by a caller without a tab or a frame', async () => {
    const tickets = open();
    const { tab: _tab, ...nowhere } = script;
    const { frame: _frame, ...unplaced } = script;
    tickets.register(script, registration);
    for (const caller of [script, nowhere, unplaced]) {
      expect(await codeOf(() => tickets.register(caller, registration))).toBe('TicketRefused/never');
    }
  });

  it('is one of sixteen open ones of a tab, until they expire', async () => {
    const tickets = open();
    const register = (index: number, tab = 7) =>
      codeOf(() => tickets.register({ ...script, tab }, { ...registration, ticket: `${index}` }));
    for (let index = 0; index < 16; index += 1) expect(await register(index)).toBe('done');
    expect(await register(16)).toBe('TooManyTickets/later');
    expect(await register(17, 8)).toBe('done');
    now = 10_000;
    expect(await register(18)).toBe('done');
  });
});

describe('guessing', () => {
  const guess = (tickets: TicketOffice, tab = 7) => codeOf(tickets.claim({ ...blank, tab }, { ticket: 'x', pass }));

  it('is not even looked at after sixteen refusals of a tab, and again two seconds later', async () => {
    const tickets = open();
    for (let index = 0; index < 16; index += 1) expect(await guess(tickets)).toBe('TicketRefused/never');
    expect(await guess(tickets)).toBe('TooManyTickets/later');
    expect(await codeOf(tickets.resume(blank, 'x'))).toBe('TooManyTickets/later');
    expect(await guess(tickets, 8)).toBe('TicketRefused/never');
    now = 1_999;
    expect(await guess(tickets)).toBe('TooManyTickets/later');
    now = 2_000;
    expect(await guess(tickets)).toBe('TicketRefused/never');
  });

  it('is forgotten with the tab', async () => {
    const tickets = open();
    for (let index = 0; index < 16; index += 1) await guess(tickets);
    await tickets.forgetTab(7);
    expect(await guess(tickets)).toBe('TicketRefused/never');
  });
});

describe('a seat', () => {
  const seated = async () => {
    const tickets = open();
    tickets.register(script, registration);
    return (await tickets.claim(blank, { ticket, pass })).seat;
  };

  it('is given back to its frame by another worker', async () => {
    const seat = await seated();
    expect(await open().resume(blank, seat)).toEqual({ ...blank, kind: 'composer', conversation: 'bob' });
  });

  it.each<[string, Caller]>([
    ['tab', { ...blank, tab: 8 }],
    ['frame', { ...blank, frame: 4 }],
    ['document', { ...blank, document: 'E' }],
    ['page', { ...blank, page: 'transcript' }],
    ['kind', { ...blank, kind: 'composer' }],
  ])('is not given to another %s', async (_, caller) => {
    expect(await codeOf(open().resume(caller, await seated()))).toBe('TicketRefused/never');
  });

  it('is not given for a token that is none', async () => {
    await seated();
    expect(await codeOf(open().resume(blank, 'token2'))).toBe('TicketRefused/never');
  });

  it('goes with its tab and stays with others', async () => {
    const seat = await seated();
    await open().forgetTab(8);
    expect(await codeOf(open().resume(blank, seat))).toBe('done');
    const tickets = open();
    await tickets.forgetTab(7);
    expect(saved).toEqual([]);
    expect(await codeOf(tickets.resume(blank, seat))).toBe('TicketRefused/never');
  });

  it('is the oldest to go when a tab has more than sixty-four', async () => {
    const tickets = open();
    for (let index = 0; index < 65; index += 1) {
      tickets.register(script, registration);
      await tickets.claim(blank, { ticket, pass });
      if (index === 63) expect(saved.map(({ token }) => token)).toContain('token1');
    }
    expect(saved).toHaveLength(64);
    expect(saved[0]!.token).toBe('token2');
  });

  it('tells the tabs of its conversation', async () => {
    await seated();
    expect(await open().tabsOf('bob')).toEqual([7]);
    expect(await open().tabsOf('eve')).toEqual([]);
  });
});

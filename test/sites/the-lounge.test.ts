/**
 * The Lounge 4.5.2 with ngIRCd: the first described site, as it is. Alice uses Chromium, Bob Firefox; what each test says
 * of the one is checked for the other where it could differ.
 */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureText, siteAdapters } from '../../lib/sites/index.ts';
import { type Lounge, openQuery, openUser, startLounge } from '../support/the-lounge.ts';
import { armourOf, chunksOf } from './support/armour-samples.ts';
import { type Bench, call, eventually, startBench } from './support/bench.ts';
import type { RowReport } from './support/calls.ts';

const { limit } = siteAdapters.find(({ id }) => id === 'the-lounge')!;
/** A prekey message with a Kyber key: the largest that a chat's first minutes bring. */
const FIRST_MESSAGE_BYTES = 1850;

describe('The Lounge', () => {
  let lounge: Lounge;
  const benches: Bench[] = [];
  let alice: Page;
  let bob: Page;

  beforeAll(async () => {
    lounge = await startLounge({ users: ['alice', 'bob'] });
    for (const name of ['chromium', 'firefox'] as const) benches.push(await startBench(name));
    alice = await benches[0]!.browser.newPage();
    bob = await benches[1]!.browser.newPage();
    await openUser(alice, lounge, 'alice');
    await openUser(bob, lounge, 'bob');
    await openQuery(alice, 'bob');
    await openQuery(bob, 'alice');
    for (const page of [alice, bob]) await page.waitForSelector('html[data-driver=ready]');
  });
  afterAll(async () => {
    for (const bench of benches) await bench.stop();
    await lounge?.stop();
  });

  const rows = (page: Page): Promise<readonly RowReport[]> => call(page, 'rows', {});
  const armourIn = async (page: Page): Promise<string[]> => (await rows(page)).map(({ armour }) => armour);

  it('is recognised, healthy, and says who talks with whom', async () => {
    for (const [page, peer, account] of [
      [alice, 'bob', 'alice'],
      [bob, 'alice', 'bob'],
    ] as const) {
      const state = await eventually(
        () => call(page, 'state', {}),
        ({ chats }) => chats.length === 1,
      );
      expect(state.adapter).toBe('the-lounge');
      expect(state.health).toEqual({ state: 'healthy', reasons: [] });
      expect(state.chats[0]).toMatchObject({ composer: '#input', list: 'div', scroller: 'div', send: '#submit' });
      const hint = await call(page, 'hint', {});
      expect(hint).toEqual({ key: `site:${peer}`, source: 'site', peer, account, kind: 'direct' });
    }
  });

  it('cuts a line that is one byte over the limit, and takes one that just fits', async () => {
    const lines = ['e'.repeat(limit.amount), 'f'.repeat(limit.amount + 1)];
    for (const line of lines) {
      await alice.$eval(
        '#input',
        (box, text) => {
          (box as HTMLTextAreaElement).value = text;
          box.dispatchEvent(new Event('input', { bubbles: true }));
        },
        line,
      );
      await alice.focus('#input');
      await alice.keyboard.press('Enter');
    }
    // The sender's own window shows the whole line; what was cut shows at the other end.
    const shown = (): Promise<number[]> =>
      bob.$$eval('.msg .content', (found) => found.map((each) => (each.textContent ?? '').length));
    expect(await eventually(shown, ({ length }) => length === 3)).toEqual([limit.amount, limit.amount, 1]);
    expect(measureText(lines[0]!, limit.unit)).toBe(limit.amount);
  });

  it('refuses a text over the limit before touching the box', async () => {
    const result = await call(alice, 'send', { texts: [armourOf(420)] });
    expect(result).toMatchObject({ code: 'TooLong', steps: [], box: '' });
    expect(await rows(alice)).toEqual([]);
  });

  it('carries a first message of 1.8 KB in both directions: every row proven, whole and in order', async () => {
    const toBob = chunksOf(FIRST_MESSAGE_BYTES, limit);
    const toAlice = chunksOf(FIRST_MESSAGE_BYTES, limit);
    const sent = await call(alice, 'send', { texts: toBob });
    expect(sent.code).toBeUndefined();
    expect(sent.steps).toEqual(toBob.map(() => 'known-button'));
    expect((await call(bob, 'send', { texts: toAlice })).code).toBeUndefined();
    const all = [...toBob, ...toAlice];
    for (const [page, own] of [
      [alice, toBob],
      [bob, toAlice],
    ] as const) {
      const found = await eventually(
        () => rows(page),
        ({ length }) => length === all.length,
      );
      expect(found.map(({ armour }) => armour)).toEqual(all);
      expect(found.filter((row) => row.own).map(({ armour }) => armour)).toEqual(own);
      expect(found.every(({ id, bodies }) => /^msg-\d+$/.test(id ?? '') && bodies.join() === 'span')).toBe(true);
    }
    expect(all.every((chunk) => lounge.tap.saw(chunk))).toBe(true);
    console.log(`1.8 KB on The Lounge: ${toBob.length} rows, ${Math.round(sent.ms)} ms`);
  });

  it('proves one message soon after Enter', async () => {
    const times = [];
    for (let i = 0; i < 5; i++) times.push((await call(alice, 'send', { texts: [armourOf(300)] })).ms);
    const median = times.sort((a, b) => a - b)[2]!;
    console.log(`one message on The Lounge: ${Math.round(median)} ms from call to proof (median of 5)`);
    expect(median).toBeLessThan(1000);
  });

  it('shows the same rows after a reload', async () => {
    const before = await armourIn(alice);
    await alice.reload();
    await alice.waitForSelector('html[data-driver=ready]');
    const after = await eventually(
      () => armourIn(alice),
      ({ length }) => length === before.length,
      10_000,
    );
    expect(after).toEqual(before);
  });

  it('tells channel, server window and a page without a chat apart', async () => {
    await alice.click('.channel-list-item[data-name="#room"]');
    const inChannel = await eventually(
      () => call(alice, 'hint', {}),
      ({ key }) => key === 'site:#room',
    );
    expect(inChannel).toMatchObject({ kind: 'group', account: 'alice' });
    await eventually(
      () => rows(alice),
      ({ length }) => length === 0,
    );
    await alice.click('.channel-list-item[data-type=lobby]');
    await eventually(
      () => call(alice, 'hint', {}),
      ({ kind }) => kind === 'none',
    );
    await alice.click('#footer a[href="#/settings"]');
    const state = await eventually(
      () => call(alice, 'state', {}),
      ({ chats }) => chats.length === 0,
    );
    expect(state.health.state).toBe('unsupported');
    await openQuery(alice, 'bob');
    await eventually(
      () => call(alice, 'state', {}),
      ({ health }) => health.state === 'healthy',
    );
  });

  it('is degraded, and still works, when the site has renamed its parts', async () => {
    await alice.$eval('#input', (box) => {
      box.id = 'renamed';
    });
    await call(alice, 'refresh', {});
    const state = await call(alice, 'state', {});
    expect(state.chats[0]).toMatchObject({ composer: '#renamed', list: 'div' });
    expect(state).toMatchObject({ adapter: 'the-lounge', health: { state: 'degraded', reasons: ['AdapterStale'] } });
    const text = armourOf(300);
    expect((await call(alice, 'send', { texts: [text] })).code).toBeUndefined();
    await eventually(
      () => armourIn(bob),
      (found) => found.includes(text),
    );
  });
});

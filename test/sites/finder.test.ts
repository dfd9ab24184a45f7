/** The generic rules on pages of many layouts, built after real ones: what is found, and what is rightly not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from '../support/browsers.ts';
import { armourOf } from './support/armour-samples.ts';
import { type Bench, call, eventually, startBench } from './support/bench.ts';

/** page -> the chats on it: composer, list and send button by their marks. */
const PAGES: Record<string, readonly { composer: string; list: string; send: string | undefined }[]> = {
  plain: [{ composer: 'composer', list: 'list', send: 'send' }],
  'sidebar-search': [{ composer: 'composer', list: 'list', send: 'send' }],
  shadow: [{ composer: 'composer', list: 'list', send: 'send' }],
  clones: [{ composer: 'composer', list: 'list', send: 'send' }],
  'no-button': [{ composer: 'composer', list: 'list', send: undefined }],
  'right-to-left': [{ composer: 'composer', list: 'list', send: 'send' }],
  'floating-composer': [{ composer: 'composer', list: 'list', send: 'send' }],
  'icon-buttons': [{ composer: 'composer', list: 'list', send: 'send' }],
  'emoji-picker': [{ composer: 'composer', list: 'list', send: 'send' }],
  'floating-tabs': [
    { composer: 'composer-ann', list: 'list-ann', send: 'send-ann' },
    { composer: 'composer-bob', list: 'list-bob', send: 'send-bob' },
  ],
  'thread-panel': [
    { composer: 'composer-main', list: 'list-main', send: 'send-main' },
    { composer: 'composer-thread', list: 'list-thread', send: 'send-thread' },
  ],
};

describe.each<BrowserName>(['chromium', 'firefox'])('%s', (browser) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(browser);
  });
  afterAll(() => bench?.stop());

  it.each(Object.entries(PAGES))('finds box, list and send button on %s', async (name, expected) => {
    const page = await bench.open(`/${name}.html`);
    const state = await call(page, 'state', {});
    expect(state.chats.map(({ composer, list, send }) => ({ composer, list, send }))).toEqual(expected);
    expect(state).toMatchObject({ adapter: 'generic', health: { state: 'healthy', reasons: ['SiteUndescribed'] } });
    expect(state.candidates).toEqual([]);
    await page.close();
  });

  it.each(['comments', 'sign-in'])('takes no box on %s for a chat', async (name) => {
    const page = await bench.open(`/${name}.html`);
    expect(await call(page, 'state', {})).toEqual({
      adapter: 'generic',
      health: { state: 'unsupported', reasons: ['SiteUndescribed', 'ComposerNotFound'] },
      candidates: [],
      chats: [],
    });
    await page.close();
  });

  it('leaves the choice to the person where two boxes look equally right', async () => {
    const page = await bench.open('/two-boxes.html');
    const state = await call(page, 'state', {});
    expect(state.health).toEqual({ state: 'unsupported', reasons: ['SiteUndescribed', 'ComposerAmbiguous'] });
    expect([...state.candidates].sort()).toEqual(['first', 'second']);
    expect(state.chats).toEqual([]);
    await page.close();
  });

  it('makes a description of what the person picked, and works by it', async () => {
    const page = await bench.open('/two-boxes.html');
    const picked = await call(page, 'pick', { composer: 'second', messages: ['row-ann', 'row-bob'] });
    expect(picked).toEqual({ composer: ['textarea[name="reply"]'], list: ['div[role="log"]'], send: [] });
    const state = await call(page, 'state', {});
    expect(state).toMatchObject({ adapter: 'picked', health: { state: 'healthy', reasons: [] } });
    expect(state.chats).toEqual([{ composer: 'second', list: 'list', scroller: 'list', send: undefined }]);
    await page.close();
  });

  it('keeps the chats of floating tabs apart: text, rows and sending', async () => {
    const page = await bench.open('/floating-tabs.html');
    await page.evaluate(() => {
      for (const tab of document.querySelectorAll('.tab')) {
        const box = tab.querySelector('[contenteditable]')!;
        tab.querySelector('[role=button]')!.addEventListener('click', () => {
          tab.querySelector('.scroll')!.insertAdjacentHTML('beforeend', `<div class="row">${box.textContent}</div>`);
          box.textContent = '';
        });
      }
    });
    const text = armourOf(300);
    const result = await call(page, 'send', { texts: [text], composer: 'composer-bob' });
    expect(result).toMatchObject({ steps: ['guessed-button'], box: '' });
    const lists = await page.$$eval('.tab .scroll', (found) => found.map((each) => each.textContent ?? ''));
    expect(lists.map((list) => list.includes(text))).toEqual([false, true]);
    expect((await call(page, 'rows', {})).map(({ armour }) => armour)).toEqual([text]);
    await page.close();
  });

  it('finds a chat that opens later, forgets one that closes, and does nothing while the page is still', async () => {
    const page = await bench.open('/floating-tabs.html');
    const composers = async (): Promise<string[]> =>
      (await call(page, 'state', {})).chats.map(({ composer }) => composer);
    await page.evaluate(() => document.querySelector('.tab')!.remove());
    await eventually(composers, (found) => found.join() === 'composer-bob');
    await page.evaluate(() => {
      const tab = document.querySelector<HTMLElement>('.tab')!.cloneNode(true) as HTMLElement;
      tab.style.right = '720px';
      tab.querySelector('[contenteditable]')!.setAttribute('data-mark', 'composer-carol');
      document.body.append(tab);
    });
    await eventually(composers, (found) => found.length === 2 && found.includes('composer-carol'));
    expect(await call(page, 'idleWork', { ms: 1000 })).toBe(0);
    await page.close();
  });

  it('takes and empties text in an editable box inside nested shadow trees', async () => {
    const page = await bench.open('/shadow.html?rich');
    const text = armourOf(600);
    expect(await call(page, 'insert', { text })).toMatchObject({ box: text });
    const replacement = armourOf(300);
    const replaced = await call(page, 'insert', { text: replacement });
    expect(replaced.code).toBeUndefined();
    expect(replaced.box).toBe(replacement);
    expect(await call(page, 'empty', {})).toBe(true);
    await page.close();
  });
});

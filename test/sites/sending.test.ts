/** Sending on sites that misbehave: every end has its name, and no text of ours stays in the box. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from '../support/browsers.ts';
import { armourOf } from './support/armour-samples.ts';
import { type Bench, call, startBench } from './support/bench.ts';
import { chatPage } from './support/chat-page.ts';

/** What the site does when a message is sent, by name. */
const SITES: Record<string, string> = {
  honest: "const onSend = (text) => { post(text); box.value = ''; };",
  slow: "const onSend = (text) => { box.value = ''; setTimeout(() => post(text), 1000); };",
  wrapping:
    "const onSend = (text) => { post('').innerHTML = '<a>' + text.slice(0, 99) + '</a><wbr>' + text.slice(99); box.value = ''; };",
  'keeping-the-text': 'const onSend = (text) => { post(text); };',
  swallowing: "const onSend = () => { box.value = ''; };",
  trimming: "const onSend = (text) => { post(text.slice(0, 300)); box.value = ''; };",
  editing: "const onSend = (text) => { post(text.slice(0, 200) + '*' + text.slice(201)); box.value = ''; };",
  deaf: 'const onSend = () => {};',
  'taking-its-box-away': 'const onSend = () => box.remove();',
  'building-its-box-anew':
    "const onSend = (text) => { post(text); const next = box.cloneNode(); next.value = ''; box.replaceWith(next); };",
  'refusing-text': "const onSend = () => {}; box.addEventListener('input', () => { box.value = ''; });",
  'changing-text':
    "const onSend = () => {}; box.addEventListener('input', () => { if (box.value) box.value = box.value.slice(1); });",
  'with-a-short-box': 'const onSend = () => {}; box.maxLength = 500;',
  'removing-its-box-on-input': "const onSend = () => {}; box.addEventListener('input', () => box.remove());",
};

describe.each<BrowserName>(['chromium', 'firefox'])('%s', (browser) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(browser, (path) => {
      const script = SITES[path.slice(1)];
      return script === undefined ? undefined : { body: chatPage(script), headers: { 'content-type': 'text/html' } };
    });
  });
  afterAll(() => bench?.stop());

  const sent = (page: Page): Promise<string[]> => page.evaluate(() => window.sent);
  const boxValue = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => document.querySelector('textarea')?.value);

  it.each(['honest', 'slow', 'wrapping', 'building-its-box-anew'])(
    'proves a message on a site that is %s',
    async (site) => {
      const page = await bench.open(`/${site}`);
      const text = armourOf(600);
      const result = await call(page, 'send', { texts: [text] });
      expect(result.code).toBeUndefined();
      expect(result.steps).toEqual(['enter']);
      expect(await sent(page)).toEqual([text]);
      await page.close();
    },
  );

  it.each([
    ['keeping-the-text', 'SendUnconfirmed'],
    ['swallowing', 'SendUnconfirmed'],
    ['deaf', 'SendUnconfirmed'],
    ['trimming', 'TextMangled'],
    ['editing', 'TextMangled'],
    ['taking-its-box-away', 'ComposerMissing'],
    ['refusing-text', 'InsertRefused'],
    ['changing-text', 'TextMangled'],
    ['removing-its-box-on-input', 'ComposerMissing'],
    ['with-a-short-box', 'TooLong'],
  ])('names what went wrong on a site %s: %s', async (site, code) => {
    const page = await bench.open(`/${site}`);
    const result = await call(page, 'send', { texts: [armourOf(600)], proofWithinMs: 2200 });
    expect(result).toMatchObject({ code, steps: [] });
    expect((await boxValue(page)) ?? '').toBe('');
    await page.close();
  });

  it('sends nothing once another conversation is on show, and empties the box', async () => {
    const page = await bench.open('/honest');
    const result = await call(page, 'send', { texts: [armourOf(600)], stillThere: false });
    expect(result).toMatchObject({ code: 'ConversationChanged', steps: [] });
    expect(await sent(page)).toEqual([]);
    expect(await boxValue(page)).toBe('');
    await page.close();
  });

  it('stops at once when it is aborted, between two messages and while it waits for the proof', async () => {
    const page = await bench.open('/honest');
    const texts = Array.from({ length: 12 }, () => armourOf(300));
    const paced = await call(page, 'send', { texts, abortAfterMs: 800 });
    expect(paced.code).toBe('SendAborted');
    expect(paced.steps.length).toBeGreaterThanOrEqual(3);
    expect(await sent(page)).toEqual(texts.slice(0, paced.steps.length));
    expect(await boxValue(page)).toBe('');
    await page.close();
    const swallowing = await bench.open('/swallowing');
    const waiting = await call(swallowing, 'send', { texts: [armourOf(300)], abortAfterMs: 700 });
    expect(waiting).toMatchObject({ code: 'SendAborted', steps: [] });
    expect(waiting.ms).toBeLessThan(2000);
    await swallowing.close();
  });

  it('takes an older row with the same armour for no proof, and a second one for a proof', async () => {
    const page = await bench.open('/swallowing');
    const text = armourOf(300);
    await page.evaluate((armour) => window.post(armour), text);
    const result = await call(page, 'send', { texts: [text], proofWithinMs: 800 });
    expect(result).toMatchObject({ code: 'SendUnconfirmed', steps: [] });
    await page.close();
    const honest = await bench.open('/honest');
    expect((await call(honest, 'send', { texts: [text, text] })).steps).toEqual(['enter', 'enter']);
    await honest.close();
  });

  it('waits eight seconds for the proof, and no longer', async () => {
    const page = await bench.open('/swallowing');
    const { code, ms } = await call(page, 'send', { texts: [armourOf(300)] });
    expect(code).toBe('SendUnconfirmed');
    expect(ms).toBeGreaterThan(8000);
    expect(ms).toBeLessThan(10_000);
    await page.close();
  });

  it('keeps the pace: the first three at once, then one every 700 ms', async () => {
    const page = await bench.open('/honest');
    const texts = Array.from({ length: 5 }, () => armourOf(300));
    const result = await call(page, 'send', { texts });
    expect(result.code).toBeUndefined();
    expect(await sent(page)).toEqual(texts);
    expect(result.ms).toBeGreaterThan(1300);
    await page.close();
  });
});

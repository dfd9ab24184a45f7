import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { openInChromium, openInFirefox } from '../../scripts/support/open-extension.mjs';
import { readBuilt } from './output.ts';

const browsers = [
  ['Chromium', openInChromium],
  ['Firefox', openInFirefox],
] as const;

/** Whether the answer of the background is on the page: with the state, or with the word that there was none. */
const answered = () => document.querySelector('section') !== null;

describe.each(browsers)('the popup in %s', (_, open) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let page: Page;
  beforeAll(async () => {
    opened = await open();
    page = await opened.openPage('popup.html');
    await page.waitForFunction(answered, { polling: 50 });
  }, 60_000);
  afterAll(() => opened?.close());

  const read = (selector: string) =>
    page.$$eval(selector, (elements) => elements.map((element) => element.textContent));

  it('says which version this is', async () => {
    const { version } = readBuilt('chrome-mv3').manifest;
    expect(await read('h1, .version')).toEqual(['Sotto', `Version ${version}`]);
  });

  it('has heard from a background whose cryptography and store have started, and says what to do without a chat', async () => {
    // Each part that has something to say of its own asks for itself.
    await page.waitForFunction(() => document.querySelectorAll('section').length === 3, { polling: 50 });
    expect(await read('section h2')).toEqual([
      messages.popupSite.message,
      messages.homeBackup.message,
      messages.previewTitle.message,
    ]);
    expect((await read('section p'))[0]).toBe(messages.popupSiteNone.message);
  });

  it('tells screen readers its language and direction', async () => {
    expect(await page.$eval('html', (root) => [root.lang, root.dir])).toEqual(['en', 'ltr']);
  });

  it('fits a popup without scrolling sideways', async () => {
    const [content, shown] = await page.$eval('body', (body) => [body.scrollWidth, body.clientWidth]);
    expect(content).toBe(shown);
  });
});

describe('the popup when the background is gone', () => {
  it('says so, and gets an answer once it is asked again', async () => {
    const opened = await openInChromium();
    try {
      const page = await opened.openPage('popup.html');
      await page.evaluateOnNewDocument(() => {
        const { runtime } = (globalThis as unknown as { chrome: { runtime: { connect: unknown } } }).chrome;
        const real = runtime.connect;
        runtime.connect = () => {
          throw new Error('no background');
        };
        addEventListener('background', () => {
          runtime.connect = real;
        });
      });
      await page.reload();
      await page.waitForFunction(answered);
      expect(await page.$eval('section h2', (head) => head.textContent)).toBe(messages.popupNoAnswerTitle.message);
      await page.evaluate(() => dispatchEvent(new Event('background')));
      // The browser has opened home in a tab before it, as it does after an install.
      await page.bringToFront();
      await page.click('button');
      await page.waitForSelector('.version');
      expect(await page.$('.notice')).toBeNull();
    } finally {
      await opened.close();
    }
  }, 60_000);
});

import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { openInChromium, openInFirefox } from '../../scripts/support/open-extension.mjs';

const browsers = [
  ['Chromium', openInChromium],
  ['Firefox', openInFirefox],
] as const;

/** Whether the answer of the background is on the page. */
const answered = () => document.querySelector('section') !== null;

describe.each(browsers)('home in %s', (_, open) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let page: Page;
  beforeAll(async () => {
    opened = await open();
    page = await opened.openPage('home.html');
    await page.waitForFunction(answered, { polling: 50 });
    await page.waitForSelector('.steps > li:nth-child(3)');
  }, 60_000);
  afterAll(() => opened?.close());

  const read = (selector: string) =>
    page.$$eval(selector, (elements) => elements.map((element) => element.textContent));

  it('welcomes whoever has allowed no site yet, with nothing of what is kept', async () => {
    expect(await read('h1')).toEqual([messages.homeWelcome.message]);
    expect(await page.title()).toBe('Welcome · Sotto');
    expect(await read('.steps > li > section:first-child h2')).toEqual([
      messages.homeDoesTitle.message,
      messages.homePickTitle.message,
      messages.homePinTitle.message,
    ]);
    expect((await read('.sites button')).length).toBeGreaterThanOrEqual(12);
  });

  it('turns to the part that its address names, and says what to do where nothing is yet', async () => {
    for (const [part, said] of [
      ['contacts', messages.homeContactsNone.message],
      ['history', messages.homeHistoryNone.message],
      ['settings', messages.homeSitesNone.message],
    ] as const) {
      await page.evaluate((name) => {
        location.hash = name;
      }, part);
      await page.waitForFunction((words) => document.body.textContent?.includes(words), { polling: 50 }, said);
    }
  });

  it('tells screen readers its language and direction', async () => {
    expect(await page.$eval('html', (root) => [root.lang, root.dir])).toEqual(['en', 'ltr']);
  });
});

describe('allowing a site in home', () => {
  it('asks the browser for all hosts of that site in the press, and says so when nothing was allowed', async () => {
    const opened = await openInChromium();
    try {
      const page = await opened.openPage('home.html');
      await page.evaluateOnNewDocument(() => {
        const asked: unknown[] = [];
        Object.assign(globalThis, { asked });
        for (const name of ['chrome', 'browser']) {
          const found = (globalThis as unknown as Record<string, { permissions: { request: unknown } } | undefined>)[
            name
          ];
          if (found === undefined) continue;
          found.permissions.request = async (wanted: { origins: string[] }) => {
            asked.push([wanted.origins, navigator.userActivation.isActive]);
            return false;
          };
        }
      });
      await page.reload();
      await page.waitForSelector('.sites');
      await page.click('.sites li:nth-child(2) button');
      await page.waitForFunction(
        (said) => document.querySelector('section [role=status]')?.textContent === said,
        {},
        messages.homeSiteRefused.message,
      );
      await page.type('form.line input', 'chat.example/with/bob');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => (globalThis as unknown as { asked: unknown[] }).asked.length === 2);
      expect(await page.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked)).toEqual([
        [['https://www.facebook.com/*', 'https://www.messenger.com/*'], true],
        [['https://chat.example/*'], true],
      ]);
      expect((await page.$$('.sites .good')).length).toBe(0);
    } finally {
      await opened.close();
    }
  }, 60_000);
});

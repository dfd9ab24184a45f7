/** Home beside a private chat: sites, contacts, the history and its search, the mark, and deleting everything. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';

const pictures = join(import.meta.dirname, '../../pictures');
const PARTS = ['welcome', 'contacts', 'history', 'backup', 'restore', 'settings', 'leaving'] as const;
const SAID = ['Dinner at eight?', 'Bring the Äpfel from the market', 'and the maps, please'];
const KEEPS = { timeout: 30_000 };

/** What is asked of the browser about Sotto's button. */
interface ChromeButton {
  readonly action: Record<'getBadgeText' | 'getTitle', (place: { tabId?: number }) => Promise<string>>;
  readonly tabs: { query(what: object): Promise<{ readonly id: number; readonly url?: string }[]> };
  readonly storage: { readonly local: { remove(key: string): Promise<void> } };
}

describe('home beside a private chat', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  let home: Page;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    chat = await startDemoChat();
    extension = await makeGranted('chrome-mv3');
    [alice, bob] = [await Person.begin('chromium', extension.folder), await Person.begin('chromium', extension.folder)];
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    for (const words of SAID) await alice.say(words);
    await bob.untilRead(SAID);
    home = await alice.openHome('contacts');
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await chat?.stop();
    await extension?.remove();
  });

  const turnTo = async (part: (typeof PARTS)[number]): Promise<void> => {
    await home.click(`nav a[href="#${part}"]`);
    await home.waitForSelector(`nav a[href="#${part}"][aria-current]`);
  };
  const read = (page: Page, selector: string): Promise<string> =>
    page.$eval(selector, (element) => (element.textContent ?? '').trim());
  const all = (selector: string): Promise<string[]> =>
    home.$$eval(selector, (elements) => elements.map((element) => (element.textContent ?? '').trim()));

  /** What stands at Sotto's button over the chat, or in general where there is no tab with one: the sign and its title. */
  const badge = (origin = chat.origin): Promise<string[]> =>
    home.evaluate(async (start) => {
      const { action, tabs } = (globalThis as unknown as { chrome: ChromeButton }).chrome;
      const tab = (await tabs.query({})).find(({ url }) => url?.startsWith(start));
      const place = tab === undefined ? {} : { tabId: tab.id };
      return [await action.getBadgeText(place), await action.getTitle(place)];
    }, origin);

  it('was opened by the browser at install, and can be opened by no page', async () => {
    expect((await alice.tabs()).filter((address) => /extension:.*home\.html$/.test(address))).toHaveLength(1);
    const seen = await alice.page.evaluate(async (address) => {
      const fetched = await fetch(address).then(
        () => 'fetched',
        () => 'refused',
      );
      const frame = document.createElement('iframe');
      frame.src = address;
      document.body.append(frame);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const shown = frame.contentDocument === null ? 'an error of the browser' : frame.contentDocument.URL;
      frame.remove();
      return [fetched, shown];
    }, home.url());
    expect(seen).toEqual(['refused', 'an error of the browser']);
  });

  it('names the contact with their site, and shows both sides the same safety number', async () => {
    expect(await all('.contact h2, .contact > .quiet')).toEqual(['Bob', new URL(chat.origin).host]);
    const theirs = await bob.openHome('contacts');
    const numbers = await Promise.all(
      [home, theirs].map(async (page) => {
        await page.click('summary');
        await page.waitForSelector('.digits', KEEPS);
        return read(page, '.digits');
      }),
    );
    expect(numbers[0]).toMatch(/^\d{60}$/);
    expect(numbers[1]).toBe(numbers[0]);
    expect(await home.$eval('.qr path', (path) => path.getAttribute('d')?.length ?? 0)).toBeGreaterThan(1000);
    await theirs.close();
  });

  it('marks the contact as verified, which the composer says, and takes it back', async () => {
    const untilSaid = (word: string) =>
      home.waitForFunction((said) => document.querySelector('.contact .words')?.textContent === said, KEEPS, word);
    const press = (name: string) => home.click(`::-p-xpath(//details/button[normalize-space()='${name}'])`);
    expect(await read(home, '.contact .words')).toBe(messages.composerUnverified.message);
    await press(messages.popupVerify.message);
    await untilSaid(messages.composerVerified.message);
    await alice.until('a verified contact', async () => !(await alice.composerSays()).includes('Not verified'));
    await press(messages.popupUnverify.message);
    await untilSaid(messages.composerUnverified.message);
  });

  it('lists what was said, the newest first, and copies it', async () => {
    await turnTo('history');
    await home.waitForSelector('.lines', KEEPS);
    expect((await all('.lines p.words')).slice(0, 3)).toEqual([...SAID].reverse());
    await home.bringToFront();
    // It says so for two seconds: looked for before the press.
    const copied = home.waitForFunction(
      (said) => document.querySelector('.copy')?.textContent?.includes(said),
      KEEPS,
      messages.homeLineCopied.message,
    );
    await Promise.all([copied, home.click('.lines button')]);
    // Pasted where it is seen: no page may read the clipboard by itself.
    await home.focus('input[type=search]');
    await home.keyboard.down('Control');
    await home.keyboard.press('v');
    await home.keyboard.up('Control');
    await home.waitForFunction((said) => document.querySelector('input')?.value === said, KEEPS, SAID[2]!);
    await home.$eval('input', (box) => box.select());
  });

  it('finds a word whatever its case and accents, and marks it; the chat page holds none of it', async () => {
    await home.focus('input[type=search]');
    await home.keyboard.type('apfel');
    await home.keyboard.press('Enter');
    await home.waitForSelector('.lines mark', KEEPS);
    expect(await all('.lines p.words')).toEqual([SAID[1]]);
    expect(await all('.lines mark')).toEqual(['Äpfel']);
    const done = messages.homeSearchDone.message.replace('$FOUND$', '1');
    await home.waitForFunction(
      (said) => new RegExp(said).test(document.querySelector('.search [role=status]')?.textContent ?? ''),
      KEEPS,
      done.replace('$COUNT$', '\\d+'),
    );
    expect(await alice.page.content()).not.toContain('Äpfel');
  });

  it('says so where no message has the words, and shows the chat again when the box is emptied', async () => {
    const box = (await home.$('input[type=search]'))!;
    await box.click({ count: 3 });
    await home.keyboard.type('nowhere');
    await home.keyboard.press('Enter');
    await home.waitForFunction(
      () => / 0$/.test(document.querySelector('.search [role=status]')?.textContent ?? ''),
      KEEPS,
    );
    expect(await all('.lines li')).toEqual([]);
    await box.click({ count: 3 });
    await home.keyboard.press('Backspace');
    await home.waitForFunction(() => document.querySelectorAll('.lines p.words').length >= 3, KEEPS);
  });

  it('lists the granted sites, offers the well-known ones, and says what is wrong with an address', async () => {
    await turnTo('settings');
    expect(await all('.granted bdi')).toEqual(['127.0.0.1']);
    expect((await all('.sites button')).length).toBeGreaterThanOrEqual(12);
    await home.type('form.line input', 'http://chat.example');
    await home.keyboard.press('Enter');
    await home.waitForFunction(
      (said) => document.body.textContent?.includes(said),
      KEEPS,
      messages.homeAddressInsecure.message,
    );
  });

  it('keeps another mark, which the composer shows at once', async () => {
    await home.evaluate(() => {
      const [, , third] = document.querySelectorAll<HTMLInputElement>('input[name=sign]');
      third!.click();
    });
    await home.waitForFunction(() => document.querySelector('h2 .mark')?.textContent === '🐢', KEEPS);
    await alice.until('the new mark', async () => (await alice.composerShows('.mark')) === '🐢');
  });

  it('stands behind a badge that says that the chat is private', async () => {
    await alice.until('a badge', async () => (await badge())[0] === '✓');
    expect(await badge()).toEqual(['✓', messages.badgePrivate.message]);
  });

  it('turns to its parts by keyboard, the head of each in focus', async () => {
    await home.focus('nav a[href="#leaving"]');
    await home.keyboard.press('Enter');
    await home.waitForFunction(() => document.activeElement?.localName === 'h1', KEEPS);
    expect(await read(home, 'h1')).toBe(messages.homeLeaving.message);
    expect(await home.title()).toBe('What leaves this device · Sotto');
    expect(await all('dt')).toHaveLength(7);
  });

  it.each(PARTS)('can be looked at and listened to: %s', async (part) => {
    await turnTo(part);
    if (part === 'contacts') {
      await home.click('summary');
      await home.waitForSelector('.digits', KEEPS);
    }
    if (part === 'history') await home.waitForSelector('.lines', KEEPS);
    const nameless = await home.$$eval('button, input, select, a, summary, [role=img]', (elements) =>
      elements
        .filter((each) => {
          const labels = (each as HTMLInputElement).labels ?? [];
          const words = [
            each.textContent,
            each.getAttribute('aria-label'),
            ...[...labels].map((label) => label.textContent),
          ];
          return words.every((word) => (word ?? '').trim() === '');
        })
        .map((each) => each.outerHTML),
    );
    expect(nameless).toEqual([]);
    for (const [name, width, scheme, direction] of [
      ['wide-light', 1100, 'light', 'ltr'],
      ['wide-dark', 1100, 'dark', 'ltr'],
      ['narrow-light', 360, 'light', 'ltr'],
      ['narrow-rtl', 360, 'dark', 'rtl'],
      ['wide-rtl', 1100, 'light', 'rtl'],
    ] as const) {
      await home.setViewport({ width, height: 900 });
      await home.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await home.evaluate((dir) => {
        document.documentElement.dir = dir;
      }, direction);
      const file = join(pictures, `home-${part}-${name}.png`) as `${string}.png`;
      // In the height of the page: a picture of more than the window moves a page that is read from the right.
      await home.setViewport({ width, height: await home.evaluate(() => document.documentElement.scrollHeight) });
      await home.screenshot({ path: file });
      const outside = await home.$$eval(
        'header, nav a, main, main *',
        (elements) =>
          elements.filter((each) => {
            const { left, right } = each.getBoundingClientRect();
            return left < 0 || right > innerWidth;
          }).length,
      );
      expect(outside).toBe(0);
    }
    await home.evaluate(() => {
      document.documentElement.dir = 'ltr';
    });
    await home.setViewport({ width: 1100, height: 900 });
  });

  const untilContactSays = (words: string) =>
    alice.until(words, async () => {
      // Who comes back to the tab has the list read anew; a page loaded anew each time may never get as far.
      await home.evaluate(() => dispatchEvent(new Event('focus')));
      return (await all('.contact .words')).includes(words);
    });

  const erase = async (page = home): Promise<void> => {
    await page.click('nav a[href="#settings"]');
    await page.waitForSelector('section.danger input');
    await page.type('section.danger input', messages.homeEraseWord.message);
    await page.waitForSelector('section.danger button:enabled');
    // Not by the mouse: the settings of previews come later, above it.
    await page.$eval('section.danger button', (button) => button.click());
    await page.waitForFunction(
      (said) => document.querySelector('section.danger [role=status]')?.textContent === said,
      KEEPS,
      messages.homeEraseDone.message,
    );
  };

  it('shows that the key of a contact who began anew has changed, and keeps the old one when it is refused', async () => {
    const theirs = await bob.openHome('settings');
    await erase(theirs);
    await theirs.close();
    await bob.page.bringToFront();
    await bob.pressLock('#editor');
    await alice.page.bringToFront();
    await alice.pressInvite(async () => (await badge())[0] === '!');
    expect(await badge()).toEqual(['!', messages.badgeKeyChanged.message]);
    await home.bringToFront();
    await turnTo('contacts');
    await home.waitForFunction(
      (said) => document.querySelector('.contact .words')?.textContent === said,
      KEEPS,
      messages.homeStateKeyChanged.message,
    );
    await home.screenshot({ path: join(pictures, 'home-contacts-key-changed.png') as `${string}.png` });
    await home.click('.buttons button.plain');
    await home.waitForFunction(
      (said) => document.querySelector('.contact .words')?.textContent === said,
      KEEPS,
      messages.composerUnverified.message,
    );
    await alice.until('a calm badge', async () => (await badge())[0] === '✓');
  });

  it('deletes a message after two presses, and a contact, whose chat is private no more', async () => {
    const press = (selector: string) => home.$eval(selector, (found) => (found as HTMLElement).click());
    await turnTo('history');
    await home.waitForSelector('.lines', KEEPS);
    expect(await all('.lines p.words')).toContain(SAID[2]);
    await press('.lines .acts > button');
    await home.waitForSelector('.lines button.danger', KEEPS);
    await home.screenshot({ path: join(pictures, 'home-history-delete.png') as `${string}.png` });
    await press('.lines button.danger');
    await home.waitForFunction(
      (said) => [...document.querySelectorAll('.lines li > p.quiet')].some(({ textContent }) => textContent === said),
      KEEPS,
      messages.homeLineGone.message,
    );
    await turnTo('contacts');
    await press('details.forget summary');
    await home.screenshot({ path: join(pictures, 'home-contacts-delete.png') as `${string}.png` });
    await press('details.forget button');
    await home.waitForSelector('.empty', KEEPS);
    await alice.until('a chat that is not private', async () => (await badge())[0] === '');
    await alice.until('no bubbles', async () => (await alice.bubbles()).every(({ words }) => !SAID.includes(words)));
  });

  it('deletes nothing before the word is typed; then everything, and the chat is private no more', async () => {
    await turnTo('settings');
    await home.type('section.danger input', 'delet');
    expect(await home.$eval('section.danger button', (button) => button.disabled)).toBe(true);
    await home.$eval('section.danger input', (box) => box.select());
    await erase();
    await turnTo('contacts');
    // The page is loaded anew, and has Bob's invite in its list.
    await untilContactSays(messages.homeStateInvited.message);
    await alice.page.bringToFront();
    await alice.pressLock('#editor');
    await home.bringToFront();
    await untilContactSays(messages.homeStateInviting.message);
  });

  it('says that what is kept was lost, and leads to a new beginning', async () => {
    await home.evaluate(() =>
      (globalThis as unknown as { chrome: ChromeButton }).chrome.storage.local.remove('sotto.store'),
    );
    await alice.stopBackground();
    await home.reload();
    await home.waitForSelector('.notice', KEEPS);
    expect(await read(home, '.notice p')).toBe(messages.popupStoreLost.message);
    await alice.until('a locked badge', async () => (await badge('none'))[0] === '×');
    expect(await badge('none')).toEqual(['×', messages.badgeLocked.message]);
    await home.click('.notice a');
    await erase();
    expect(await home.$('.notice')).toBeNull();
    await alice.until('a calm badge', async () => (await badge('none'))[0] === '');
    expect(await badge('none')).toEqual(['', messages.extensionName.message]);
    await turnTo('contacts');
    // The chat's page may have been loaded anew already: then Bob's invite was read again.
    const beginnings = [messages.homeContactsNone.message, messages.homeStateInvited.message];
    expect(beginnings).toContain(await read(home, '.empty, .contact .words'));
  });
});

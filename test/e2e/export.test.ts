/** Alice saves a file, loses her browser, and opens the file in a new one: no vault, no network. */
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';

const pictures = join(import.meta.dirname, '../../pictures');
const SAID = ['Keep this in a drawer', 'and do not lose it'];
const PASSPHRASE = 'lamp river orbit sugar';
const WAITS = { timeout: 30_000 };

describe('a file without any vault', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  let downloads: string;
  let file: string;
  let number: string;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    downloads = await mkdtemp(join(tmpdir(), 'sotto-downloads-'));
    [chat, extension] = [await startDemoChat(), await makeGranted('chrome-mv3')];
    [alice, bob] = [await Person.begin('chromium', extension.folder), await Person.begin('chromium', extension.folder)];
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    for (const words of SAID) await alice.say(words);
    await bob.untilRead(SAID);
    await alice.untilSent();
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await chat?.stop();
    await extension?.remove();
    if (downloads !== undefined) await rm(downloads, { recursive: true, force: true });
  });

  const says = (page: Page, words: string): Promise<unknown> =>
    page.waitForFunction((sought) => document.body.innerText.includes(sought), WAITS, words);
  /** Not by the mouse: what stands above may change its height under it. */
  const click = async (page: Page, selector: string): Promise<void> => {
    const found = await page.waitForSelector(selector, WAITS);
    await found!.evaluate((element) => (element as HTMLElement).click());
  };
  const press = (page: Page, name: string): Promise<void> =>
    click(page, `::-p-xpath(//button[normalize-space()='${name}'])`);
  const filled = ({ message }: { readonly message: string }, values: Record<string, string>): string =>
    message.replace(/\$(\w+)\$/g, (_, name: string) => values[name.toLowerCase()]!);
  /** Light and dark, wide and narrow, in the height of the page. */
  const picture = async (page: Page, name: string): Promise<void> => {
    for (const [look, width, scheme] of [
      ['wide-light', 1100, 'light'],
      ['narrow-dark', 360, 'dark'],
    ] as const) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.setViewport({ width, height: 900 });
      await page.setViewport({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
      const drawn = await page.screenshot({ path: join(pictures, `${name}-${look}.png`) as `${string}.png` });
      expect(drawn.length).toBeGreaterThan(1000);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  };
  /** The safety number of the one contact, and whether home calls them verified. */
  const safetyOf = async (home: Page): Promise<{ digits: string; state: string }> => {
    await click(home, 'nav a[href="#contacts"]');
    await click(home, '.contacts summary');
    await home.waitForSelector('.digits', WAITS);
    const textOf = (selector: string) => home.$eval(selector, (found) => (found.textContent ?? '').trim());
    return { digits: await textOf('.digits'), state: await textOf('.contact .words') };
  };
  /** Where the file is that `act` has the browser keep. */
  const downloaded = async (home: Page, act: () => Promise<void>): Promise<string> => {
    const session = await home.browser().target().createCDPSession();
    const kept = { behavior: 'allow', downloadPath: downloads, eventsEnabled: true } as const;
    await session.send('Browser.setDownloadBehavior', kept);
    const done = new Promise<string>((resolve, reject) => {
      setTimeout(() => reject(new Error('no file was kept')), WAITS.timeout).unref();
      session.on('Browser.downloadProgress', ({ state, filePath }) => {
        if (state === 'completed') resolve(filePath ?? '');
      });
    });
    await act();
    const path = await done;
    await session.detach();
    expect(existsSync(path)).toBe(true);
    return path;
  };

  it('is saved under a passphrase, whose strength is said in words', async () => {
    const home = await alice.openHome('contacts');
    ({ digits: number } = await safetyOf(home));
    await press(home, messages.popupVerify.message);
    await home.waitForFunction(
      (said) => document.querySelector('.contact .words')?.textContent === said,
      WAITS,
      messages.composerVerified.message,
    );
    await click(home, 'nav a[href="#backup"]');
    const [passphrase, again] = await fieldsOf(home);
    await passphrase!.type('lamp river');
    await says(home, filled(messages.filePassphraseShort, { count: '2' }));
    await passphrase!.type(' or');
    await says(home, messages.fileWeak.message);
    await passphrase!.type('bit sugar');
    await says(home, messages.fileFair.message);
    await again!.type(`${PASSPHRASE}!`);
    await press(home, messages.fileSaveGo.message);
    await says(home, messages.filePassphrasesDiffer.message);
    await again!.click({ count: 3 });
    await again!.type(PASSPHRASE);
    await picture(home, 'export-passphrase');
    const kept = await downloaded(home, () => press(home, messages.fileSaveGo.message));
    // The next one of the same day has the same name.
    file = `${kept}.first`;
    await rename(kept, file);
    expect(kept).toMatch(/sotto-\d{4}-\d\d-\d\d[.]sotto$/);
    await says(home, filled(messages.fileHolds, { contacts: '1', messages: String(SAID.length) }));
    await picture(home, 'export-saved');
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 12).toString()).toBe('SOTTO-BACKUP');
    for (const words of SAID) expect(bytes.includes(words)).toBe(false);
    await press(home, messages.fileDone.message);
    await home.close();
  });

  it('is saved under a code that is shown once', async () => {
    const home = await alice.openHome('backup');
    await click(home, 'label:nth-of-type(2) > input[name=opener]');
    await downloaded(home, () => press(home, messages.fileSaveGo.message));
    const code = await home.waitForSelector('.file .letters', WAITS);
    expect(await code!.evaluate((found) => found.textContent)).toMatch(/^([0-9A-Z]{5}-){5}[0-9A-Z]{5}$/);
    await picture(home, 'export-code');
    await press(home, messages.fileCodeWritten.message);
    expect(await home.$('.file .letters')).toBeNull();
    await home.close();
  });

  it('is refused by name in a new browser where it is none, cut off, or the passphrase is another', async () => {
    await alice.end();
    alice = await Person.begin('chromium', extension.folder);
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    const home = await alice.openHome('restore');
    const whole = await readFile(file);
    const pick = async (bytes: Uint8Array, name: string): Promise<void> => {
      const path = join(downloads, name);
      await writeFile(path, bytes);
      const input = (await home.waitForSelector('.file input[type=file]', WAITS)) as ElementHandle<HTMLInputElement>;
      await input.uploadFile(path);
    };
    await pick(Buffer.from('Dear diary'), 'letter.sotto');
    await says(home, messages.fileNotOne.message);
    await pick(whole.subarray(0, -9), 'cut.sotto');
    await says(home, messages.fileDamaged.message);
    await pick(
      whole.map((byte, at) => (at === 12 ? 9 : byte)),
      'newer.sotto',
    );
    await says(home, messages.backupUpdate.message);
    await pick(
      whole.map((byte, at) => (at === whole.length - 1 ? byte ^ 1 : byte)),
      'altered.sotto',
    );
    await openWith(home, PASSPHRASE);
    await says(home, messages.fileDamaged.message);
    await pick(whole, 'whole.sotto');
    await openWith(home, 'lamp river orbit salt');
    await says(home, messages.fileWrongSecret.message);
    await picture(home, 'import-wrong');
    await openWith(home, PASSPHRASE);
    await says(home, filled(messages.fileCame, { contacts: '1', messages: String(SAID.length) }));
    await picture(home, 'import-done');
    await press(home, messages.fileDone.message);
    await home.waitForSelector('.file input[type=file]', WAITS);
    const came = await safetyOf(home);
    expect(came.digits).toBe(number);
    expect(came.state).toContain(messages.composerVerified.message);
    await home.close();
  });

  it('brought the history back, which stands where the ciphertext stands', async () => {
    await alice.untilRead(SAID);
  });

  async function fieldsOf(home: Page): Promise<ElementHandle<Element>[]> {
    await home.waitForSelector('.file input[type=password]', WAITS);
    return home.$$('.file input[type=password]');
  }

  async function openWith(home: Page, passphrase: string): Promise<void> {
    const field = await home.waitForSelector('.file input[type=password]', WAITS);
    await field!.click({ count: 3 });
    await field!.type(passphrase);
    await press(home, messages.fileOpenGo.message);
  }
});

/** Cameras see what the other browser shows: Bob's safety number on his screen, and the card of Alice's backup on her printed page. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { startVault } from '../../scripts/demo/vault.mjs';
import { camerasOn, showToCamera } from '../support/canvas-camera.ts';
import { takePicture, toPng } from '../support/drawn-code.ts';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';

const pictures = join(import.meta.dirname, '../../pictures');
const PIN = '748291';
const SAID = 'kept on paper';
/** The button that marks a contact as verified. */
const SAME = `::-p-xpath(//button[normalize-space()='${messages.popupVerify.message}'])`;
const WAITS = { timeout: 60_000 };

describe('a camera in home', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let vault: Awaited<ReturnType<typeof startVault>>;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  let carol: Person;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [chat, vault, extension] = [await startDemoChat(), await startVault(), await makeGranted('chrome-mv3')];
    [alice, bob] = [await Person.begin('chromium', extension.folder), await Person.begin('chromium', extension.folder)];
    carol = await Person.begin('chromium', extension.folder);
    await alice.page.goto(`${chat.origin}/with/carol?as=alice`);
    await carol.page.goto(`${chat.origin}/with/alice?as=carol`);
    await alice.pressLock('#editor');
    await carol.accept();
    await Promise.all([alice.untilPrivate(), carol.untilPrivate()]);
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    await alice.say(SAID);
    await bob.untilRead([SAID]);
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end(), carol?.end()]);
    await Promise.all([chat?.stop(), vault?.stop()]);
    await extension?.remove();
  });

  const says = (page: Page, words: string): Promise<unknown> =>
    page.waitForFunction((sought) => document.body.innerText.includes(sought), WAITS, words);
  /** Not by the mouse: what stands above may change its height under it. */
  const click = async (page: Page, selector: string): Promise<void> => {
    const found = await page.waitForSelector(selector, WAITS);
    await found!.evaluate((element) => (element as HTMLElement).click());
  };
  const press = (page: Page, name: string): Promise<void> =>
    click(page, `::-p-xpath(//button[normalize-space()='${name}' and not(@disabled)])`);
  const filled = ({ message }: { readonly message: string }, values: Record<string, string>): string =>
    message.replace(/\$(\w+)\$/g, (_, name: string) => values[name.toLowerCase()]!);
  /** The code as it stands on a screen, with what stands around it, larger than life. */
  const screenOf = async (page: Page, selector: string): Promise<Uint8Array> => {
    const code = await page.waitForSelector(`${selector} .qr`, WAITS);
    await code!.evaluate((svg) => Object.assign((svg as SVGElement).style, { inlineSize: '420px' }));
    const { x, y, width, height } = await code!.evaluate((svg) => {
      const box = svg.getBoundingClientRect();
      return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
    });
    const clip = { x: x - 20, y: y - 20, width: width + 40, height: height + 40 };
    return page.screenshot({ clip, captureBeyondViewport: true });
  };
  const picture = async (page: Page, name: string): Promise<void> => {
    for (const [look, width, scheme] of [
      ['wide-light', 1100, 'light'],
      ['narrow-dark', 340, 'dark'],
    ] as const) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.setViewport({ width, height: 900 });
      await page.setViewport({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
      const drawn = await page.screenshot({ path: join(pictures, `${name}-${look}.png`) as `${string}.png` });
      expect(drawn.length).toBeGreaterThan(1000);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  };

  it("compares the safety number with the one on Bob's screen", async () => {
    const his = await bob.openHome('contacts');
    await click(his, '.contacts summary');
    const screen = await screenOf(his, '.safety');
    await his.close();
    const hers = await carol.openHome('contacts');
    await click(hers, '.contacts summary');
    const carolScreen = await screenOf(hers, '.safety');
    await hers.close();
    const home = await alice.openHome('contacts');
    expect(await home.$$eval('.contacts h2', (names) => names.map((name) => name.textContent))).toEqual([
      'Bob',
      'Carol',
    ]);
    await click(home, '.contacts summary');
    const other = '4'.repeat(60);
    await showToCamera(home, toPng(takePicture(other, { width: 640, height: 480, side: 380 })));
    await press(home, messages.safetyScan.message);
    await says(home, filled(messages.safetyScanOther, { name: 'Bob' }));
    expect(await home.$(SAME)).toBeNull();
    await picture(home, 'safety-scan-other');
    await showToCamera(home, carolScreen);
    await press(home, messages.safetyScan.message);
    await says(home, filled(messages.safetyScanOthers, { other: 'Carol', name: 'Bob' }));
    expect(await home.$(SAME)).toBeNull();
    await showToCamera(home, toPng(takePicture('hello', { width: 640, height: 480, side: 380 })));
    await press(home, messages.safetyScan.message);
    await says(home, messages.scanOtherThanNumber.message);
    await picture(home, 'safety-scan-looking');
    // Folded away, it is off.
    await click(home, '.contacts summary');
    await home.waitForFunction(() => document.querySelector('video') === null, WAITS);
    expect(await camerasOn(home)).toEqual([false, false, false]);
    await click(home, '.contacts summary');
    await showToCamera(home, screen);
    await press(home, messages.safetyScan.message);
    await says(home, filled(messages.safetyScanSame, { name: 'Bob' }));
    expect(await camerasOn(home)).toEqual([false, false, false, false]);
    await picture(home, 'safety-scan-same');
    await press(home, messages.popupVerify.message);
    await home.waitForFunction(
      (said) => document.querySelector('.contact .words')?.textContent === said,
      WAITS,
      messages.composerVerified.message,
    );
    await home.close();
  });

  it('restores a lost browser from the card that was printed', async () => {
    const popup = await alice.openPopup();
    await press(popup, messages.backupBegin.message);
    await popup.type('.backup textarea', vault.url);
    await press(popup, messages.backupNext.message);
    await says(popup, messages.backupGradeSoftware.message);
    for (const field of await popup.$$('.backup input[type=password]')) await field.type(PIN);
    await press(popup, messages.backupTurnOn.message);
    await popup.waitForSelector('.card .letters', WAITS);
    const card = await screenOf(popup, '.card');
    await press(popup, messages.backupCardAway.message);
    await popup.close();
    const before = await alice.openHome('backup');
    await says(before, messages.backupIsOn.message);
    await press(before, messages.backupSave.message);
    await before.waitForFunction(
      (words) => !document.body.innerText.includes(words),
      WAITS,
      messages.backupWaiting.message.split('$')[0]!.trim(),
    );
    await alice.end();
    alice = await Person.begin('chromium', extension.folder);
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    const home = await alice.openHome('restore');
    await showToCamera(home, card);
    await press(home, messages.scanCamera.message);
    await says(home, messages.restoreByCode.message);
    expect(await camerasOn(home)).toEqual([false]);
    const [, byCode] = await home.$$(`::-p-xpath(//button[normalize-space()='${messages.restoreGo.message}'])`);
    await byCode!.evaluate((button) => (button as HTMLButtonElement).click());
    await says(home, messages.restoreDone.message);
    await home.close();
    await alice.untilRead([SAID]);
  });
});

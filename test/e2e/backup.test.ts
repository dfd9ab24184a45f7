/** Alice enrols by the popup against a real vault, chats, loses her browser, restores in a new one, and goes on with Bob. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { startVault } from '../../scripts/demo/vault.mjs';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';

const pictures = join(import.meta.dirname, '../../pictures');
const PIN = '748291';
const SAID = ['kept since before the backup', 'and this one since'];

describe('a backup behind a PIN', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let vault: Awaited<ReturnType<typeof startVault>>;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  let number: string;
  const card = { code: '', locator: '', letters: '', hosts: '' };

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [chat, vault, extension] = [await startDemoChat(), await startVault(), await makeGranted('chrome-mv3')];
    [alice, bob] = [await Person.begin('chromium', extension.folder), await Person.begin('chromium', extension.folder)];
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    await alice.say(SAID[0]!);
    await bob.untilRead([SAID[0]!]);
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await Promise.all([chat?.stop(), vault?.stop()]);
    await extension?.remove();
  });

  /** Of the popup its part about the backup alone: the rest of it has pictures of its own. */
  const picture = async (page: Page, name: string): Promise<void> => {
    const path = join(pictures, `${name}.png`) as `${string}.png`;
    const drawn = (await page.$('.backup')) ?? page;
    expect((await drawn.screenshot({ path })).length).toBeGreaterThan(1000);
  };
  const textOf = (page: Page, selector: string): Promise<string> =>
    page.$eval(selector, (element) => (element.textContent ?? '').trim());
  const pressNamed = async (page: Page, name: string): Promise<void> => {
    const button = await page.waitForSelector(`::-p-xpath(//button[normalize-space()='${name}'])`, { timeout: 30_000 });
    await button!.click();
  };
  const says = (page: Page, words: string): Promise<unknown> =>
    page.waitForFunction((sought) => document.body.innerText.includes(sought), { timeout: 60_000 }, words);
  /** The safety number that the popup over the chat shows, and whether it is verified. */
  const safety = async (person: Person): Promise<{ digits: string; verified: boolean }> => {
    // A worker that was just woken by the popup may not have heard of the chat yet.
    let popup = await person.openPopup();
    for (let round = 0; (await popup.$('.digits')) === null && round < 10; round++) {
      await popup.close();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      popup = await person.openPopup();
    }
    const digits = await textOf(popup, '.digits');
    const word = await popup.$eval('details summary span', (span) => span.textContent ?? '');
    await popup.close();
    return { digits, verified: word === messages.composerVerified.message };
  };

  it('is turned on in the popup: vault, what it is, the PIN twice; then the card is shown', async () => {
    const popup = await alice.openPopup();
    await popup.click('summary');
    await pressNamed(popup, messages.popupVerify.message);
    number = await textOf(popup, '.digits');
    await pressNamed(popup, messages.backupBegin.message);
    await popup.type('.backup textarea', vault.url);
    await pressNamed(popup, messages.backupNext.message);
    await says(popup, messages.backupGradeSoftware.message);
    const [pin, again] = await popup.$$('.backup input[type=password]');
    await pin!.type('111111');
    await again!.type('111111');
    await pressNamed(popup, messages.backupTurnOn.message);
    await says(popup, messages.backupPinCommon.message);
    for (const [field, value] of [
      [pin, PIN],
      [again, PIN],
    ] as const) {
      await field!.click({ count: 3 });
      await field!.type(value);
    }
    await picture(popup, 'backup-enrol');
    await pressNamed(popup, messages.backupTurnOn.message);
    await popup.waitForSelector('.card .letters', { timeout: 60_000 });
    const [code, locator, letters] = await popup.$$eval('.card .letters', (all) => all.map((one) => one.textContent!));
    Object.assign(card, { code, locator, letters, hosts: new URL(vault.url).host });
    expect(code).toMatch(/^([0-9A-Z]{5}[- ]){5}[0-9A-Z]{5}$/);
    await picture(popup, 'backup-card');
    await pressNamed(popup, messages.backupCardAway.message);
    await says(popup, messages.backupVaultLeft.message.replace('$COUNT$', '10'));
    await picture(popup, 'backup-on');
    await popup.close();
  });

  it('takes what is said from then on, and saves it', async () => {
    await alice.say(SAID[1]!);
    await bob.untilRead(SAID);
    await alice.untilSent();
    const home = await alice.openHome('backup');
    await says(home, messages.backupIsOn.message);
    await pressNamed(home, messages.backupSave.message);
    await home.waitForFunction(
      (words) => !document.body.innerText.includes(words),
      { timeout: 30_000 },
      messages.backupWaiting.message.split('$')[0]!.trim(),
    );
    await picture(home, 'backup-home');
    await home.close();
  });

  it('is restored in a new browser by locator and PIN; a wrong PIN says how many tries are left', async () => {
    await alice.end();
    alice = await Person.begin('chromium', extension.folder);
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    const home = await alice.openHome('restore');
    await home.waitForSelector('main section input');
    const fields = await home.$$('main section input');
    await fields[0]!.type(card.locator);
    await fields[1]!.type(card.letters);
    await fields[2]!.type(card.hosts);
    await picture(home, 'restore-find');
    await pressNamed(home, messages.restoreFind.message);
    await home.waitForSelector('input[type=password]', { timeout: 30_000 });
    await home.type('input[type=password]', '748292');
    await pressNamed(home, messages.restoreGo.message);
    await says(home, messages.backupWrongPinLeft.message.replace('$COUNT$', '9'));
    await picture(home, 'restore-wrong-pin');
    await home.click('input[type=password]', { count: 3 });
    await home.type('input[type=password]', PIN);
    await pressNamed(home, messages.restoreGo.message);
    await says(home, messages.restoreDone.message);
    await picture(home, 'restore-done');
    await home.close();
  });

  it('brings back the safety number, the verification and the history', async () => {
    expect(await safety(alice)).toEqual({ digits: number, verified: true });
    await alice.untilRead(SAID);
  });

  it('goes on with Bob after one press of hers and none of his, and for him the key has not changed', async () => {
    const before = await safety(bob);
    await alice.page.bringToFront();
    await alice.pressLock('#editor');
    const clicks = bob.clicks;
    await alice.untilPrivate();
    expect(bob.clicks).toBe(clicks);
    await alice.say('here again');
    await bob.untilRead([...SAID, 'here again']);
    await bob.say('good to see you');
    await alice.untilRead([...SAID, 'here again', 'good to see you']);
    expect(await safety(bob)).toEqual(before);
    expect((await safety(alice)).digits).toBe(number);
  });
});

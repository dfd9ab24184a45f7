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
/** As many as the vault gives tries: so few that there is no wait between them. */
const WRONG = ['748292', '748293', '748294'];
const SAID = ['kept since before the backup', 'and this one since'];
const MISSED = ['are you still there?', 'I am, in any case'];
const SINCE = ['here again', 'good to see you'];
const numberIn = (sentence: string): number => Number(/\d+/.exec(sentence)?.[0] ?? Number.NaN);

describe('a backup behind a PIN', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let vault: Awaited<ReturnType<typeof startVault>>;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  let number: string;
  let tries: number;
  let before: { digits: string; verified: boolean };
  let clicks: number[];
  const card = { code: '', locator: '', letters: '', hosts: '' };

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [chat, vault, extension] = [
      await startDemoChat(),
      await startVault({ SOTTO_VAULT_TRIES: String(WRONG.length) }),
      await makeGranted('chrome-mv3'),
    ];
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
    const found = `::-p-xpath(//button[normalize-space()='${name}' and not(@disabled)])`;
    const button = await page.waitForSelector(found, { timeout: 60_000 });
    // Not by the mouse: what stands above may change its height under it.
    await button!.evaluate((element) => (element as HTMLButtonElement).click());
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

  /** Has what waits for the backup saved from home, which stays open. */
  const save = async (): Promise<Page> => {
    const home = await alice.openHome('backup');
    await says(home, messages.backupIsOn.message);
    await pressNamed(home, messages.backupSave.message);
    await home.waitForFunction(
      (words) => !document.body.innerText.includes(words),
      { timeout: 30_000 },
      messages.backupWaiting.message.split('$')[0]!.trim(),
    );
    return home;
  };
  /** A new browser of Alice's, in which the backup was found by the letters of the card. */
  const findBackup = async (): Promise<Page> => {
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
    return home;
  };
  /** Types a PIN in place of the one before, and has it tried. */
  const tryPin = async (home: Page, pin: string): Promise<void> => {
    await home.waitForSelector('input[type=password]:enabled');
    await home.click('input[type=password]', { count: 3 });
    await home.type('input[type=password]', pin);
    await pressNamed(home, messages.restoreGo.message);
  };
  /** Waits until so many tries are said to be left: each number is another than the one before. */
  const saysLeft = (home: Page, left: number): Promise<unknown> =>
    says(home, messages.backupWrongPinLeft.message.replace('$COUNT$', String(left)));

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
    const leftAt = messages.backupVaultLeft.message.split('$')[0]!;
    await says(popup, leftAt);
    const shown = await textOf(popup, '.backup');
    tries = numberIn(shown.slice(shown.indexOf(leftAt)));
    expect(tries).toBe(WRONG.length);
    await picture(popup, 'backup-on');
    await popup.close();
  });

  it('takes what is said from then on, and saves it', async () => {
    await alice.say(SAID[1]!);
    await bob.untilRead(SAID);
    await alice.untilSent();
    const home = await save();
    await picture(home, 'backup-home');
    await home.close();
  });

  it('is restored in a new browser by locator and PIN; a wrong PIN says how many tries are left', async () => {
    await alice.end();
    // Nobody hears it: the browser for which it is encrypted is gone.
    for (const words of MISSED) {
      await bob.say(words);
      await bob.untilSent();
    }
    const home = await findBackup();
    await tryPin(home, WRONG[0]!);
    await saysLeft(home, tries - 1);
    await picture(home, 'restore-wrong-pin');
    await tryPin(home, PIN);
    await says(home, messages.restoreDone.message);
    await picture(home, 'restore-done');
    await home.close();
  });

  it('brings back the safety number, the verification and the history', async () => {
    expect(await safety(alice)).toEqual({ digits: number, verified: true });
    // What was said meanwhile stands there, and there is no key for it.
    await alice.untilRead([...SAID, ...MISSED.map(() => '')]);
  });

  it('waits for Bob, whose browser is elsewhere, when she just writes: no press, and nothing lost', async () => {
    before = await safety(bob);
    await bob.page.goto('about:blank');
    clicks = [alice.clicks, bob.clicks];
    await alice.page.bringToFront();
    await alice.say(SINCE[0]!);
    const waiting = messages.composerWaitingOne.message.replace('$NAME$', 'Bob');
    const saysWaiting = () =>
      alice.until(
        'what is said of a text that waits',
        async () => (await alice.composerShows('.waiting span')) === waiting,
      );
    await saysWaiting();
    await alice.untilSent();
    await picture(alice.page, 'restore-waiting');
    expect([alice.clicks, bob.clicks]).toEqual(clicks);
    // Taken back, the words are in the box again, and may be sent again.
    await alice.pressInComposer('.waiting button');
    await alice.until('nothing that waits', () =>
      alice.inFrame<boolean>(
        'composer',
        `!document.querySelector('.waiting') && document.querySelector('textarea').value === ${JSON.stringify(SINCE[0])}`,
      ),
    );
    await alice.page.keyboard.press('Enter');
    await saysWaiting();
    await alice.untilSent();
    clicks = [alice.clicks, bob.clicks];
  });

  it('goes on by itself when Bob is back: he gets her text and one line, she gets what she missed', async () => {
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    const note = messages.bubbleTheyRestored.message.replace('$NAME$', 'Alice');
    await bob.untilRead([...SAID, ...MISSED, note, SINCE[0]!]);
    await alice.untilRead([...SAID, ...MISSED, SINCE[0]!]);
    await alice.until('nothing that waits', async () => (await alice.composerShows('.waiting span')) === '');
    const marked = async (person: Person, mark: string) =>
      (await person.bubbles()).filter(({ state }) => state === mark).map(({ words }) => words);
    await alice.until('what was missed', async () => (await marked(alice, 'resent')).length > 0);
    expect(await marked(alice, 'resent')).toEqual(MISSED);
    await bob.until('the note', async () => (await marked(bob, 'note')).length > 0);
    expect(await marked(bob, 'note')).toEqual([note]);
    // Neither has pressed anything but keys.
    expect([alice.clicks, bob.clicks]).toEqual(clicks);
    await bob.say(SINCE[1]!);
    await alice.untilRead([...SAID, ...MISSED, ...SINCE]);
    await picture(alice.page, 'restore-goes-on-alice');
    await picture(bob.page, 'restore-goes-on-bob');
    expect(await safety(bob)).toEqual(before);
    expect(await safety(alice)).toEqual({ digits: number, verified: true });
  });

  it('is locked after the last wrong PIN, and the recovery code still opens it', async () => {
    await (await save()).close();
    await alice.end();
    const home = await findBackup();
    for (const [place, wrong] of WRONG.entries()) {
      await tryPin(home, wrong);
      // The right PIN has filled them up again.
      await saysLeft(home, tries - 1 - place);
    }
    // Now the right one is of no use, either.
    await tryPin(home, PIN);
    await home.waitForFunction(
      (sentences) => sentences.some((sentence) => document.body.innerText.includes(sentence)),
      { timeout: 60_000 },
      [messages.backupLocked.message, messages.backupGone.message],
    );
    await picture(home, 'restore-locked');
    const [code] = await home.$$('main section input[type=text]');
    await code!.type(card.code);
    const [, byCode] = await home.$$(`::-p-xpath(//button[normalize-space()='${messages.restoreGo.message}'])`);
    await byCode!.evaluate((button) => (button as HTMLButtonElement).click());
    await says(home, messages.restoreDone.message);
    await home.close();
    expect(await safety(alice)).toEqual({ digits: number, verified: true });
    await alice.untilRead([...SAID, ...MISSED, ...SINCE]);
  });
});

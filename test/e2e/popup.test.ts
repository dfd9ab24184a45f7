/** The popup over a private chat: the site, the safety number, verification, and doing it by hand. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREVIEW_GRANT } from '../../lib/grants/index.ts';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';
import { watchGrants } from './support/watched-grants.ts';

/** The popup's part that encrypts and decrypts by hand. */
const BY_HAND = 'section:has(> details > textarea)';
const pictures = join(import.meta.dirname, '../../pictures');

describe('the popup over a private chat', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let extension: GrantedExtension;
  let alice: Person;
  let bob: Person;
  const popups: Page[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    chat = await startDemoChat();
    extension = await makeGranted('chrome-mv3');
    [alice, bob] = [await Person.begin('chromium', extension.folder), await Person.begin('chromium', extension.folder)];
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    await alice.pressLock('#editor');
    await bob.until('the invite', async () => (await bob.bubbles()).some(({ state }) => state === 'invite'));
    popups[1] = await bob.openPopup();
    expect(await read(popups[1], 'section:nth-of-type(2) p')).toBe(
      messages.popupInvite.message.replace('$NAME$', 'Alice'),
    );
    await popups[1].screenshot({ path: join(pictures, 'popup-invited.png') as `${string}.png` });
    await popups[1].click('section:nth-of-type(2) button');
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    await alice.say('one message each way');
    await bob.untilRead(['one message each way']);
    popups[0] = await alice.openPopup();
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await chat?.stop();
    await extension?.remove();
  });

  const read = (popup: Page, selector: string): Promise<string> =>
    popup.$eval(selector, (element) => (element.textContent ?? '').trim());

  it('says that Sotto is on here, that the chat is private, and with whom', async () => {
    for (const [place, peer] of ['Bob', 'Alice'].entries()) {
      const popup = popups[place]!;
      expect(await read(popup, '.site span')).toBe(messages.popupSiteHealthy.message);
      expect(await read(popup, 'section:nth-of-type(2) h2')).toBe(peer);
      expect(await read(popup, 'section:nth-of-type(2) p')).toBe(
        messages.popupChatPrivate.message.replace('$NAME$', peer),
      );
    }
  });

  it('shows both the same safety number, and its QR code', async () => {
    for (const popup of popups) await popup.click('summary');
    const numbers = await Promise.all(popups.map((popup) => read(popup, '.digits')));
    expect(numbers[0]).toMatch(/^\d{60}$/);
    expect(numbers[1]).toBe(numbers[0]);
    expect(await popups[0]!.$eval('.qr path', (path) => path.getAttribute('d')?.length ?? 0)).toBeGreaterThan(1000);
  });

  it('marks a contact as verified, which the composer says from then on', async () => {
    const [popup] = popups;
    const saysUnverified = (person: Person) =>
      person.until('what the composer says', async () =>
        (await person.composerSays()).includes(messages.composerUnverified.message),
      );
    await saysUnverified(alice);
    await popup!.click('details button');
    await alice.until(
      'a verified contact',
      async () =>
        (await alice.composerSays()).includes(`✓`) ||
        (await alice.composerSays()).includes(`${messages.composerVerified.message}W`),
    );
    await saysUnverified(bob);
  });

  it('encrypts by hand what the other side reads by hand', async () => {
    const [mine, theirs] = popups;
    for (const popup of popups) await popup.click(`${BY_HAND} summary`);
    await mine!.type(`${BY_HAND} textarea`, 'carried by hand');
    await mine!.click(`${BY_HAND} button`);
    await mine!.waitForSelector('textarea[readonly]');
    const armour = await mine!.$eval('textarea[readonly]', (area) => area.value);
    expect(armour).toMatch(/^qZ7Vx4[0-9A-Za-z]+qZ7W$/);
    await theirs!.type(`${BY_HAND} textarea`, armour);
    await theirs!.click(`${BY_HAND} button.plain`);
    await theirs!.waitForSelector('textarea[readonly]');
    expect(await theirs!.$eval('textarea[readonly]', (area) => area.value)).toBe('carried by hand');
  });

  it("asks the browser for previews in the person's press, and a refusal leaves all as it is", async () => {
    const [popup] = popups;
    const asked = await watchGrants(popup!, 'refused');
    await popup!.click('.previews .allow');
    await alice.until('the question of the browser', async () => (await asked()).length > 0);
    expect(await asked()).toEqual([{ wanted: PREVIEW_GRANT, inPress: true }]);
    expect(await read(popup!, '.previews .allow')).toBe(messages.previewAllow.message);
  });

  it('can be looked at, light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
      await popups[0]!.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);

      const file = join(pictures, `popup-${scheme}.png`) as `${string}.png`;
      expect((await popups[0]!.screenshot({ path: file })).length).toBeGreaterThan(1000);
      expect(await popups[0]!.evaluate(() => document.body.scrollWidth - document.body.clientWidth)).toBe(0);
    }
  });
});

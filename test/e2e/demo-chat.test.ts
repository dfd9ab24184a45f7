/** The same on the demonstration chat: a page that nobody described, with a rich-text editor. Once with Firefox at one end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { type BrowserName, Person } from '../support/person.ts';
import { readPage } from './support/leaks.ts';
import { CANARY, fortyTexts } from './support/texts.ts';

/** All kinds of texts; the plain ones are alike. */
const texts = fortyTexts().filter((text) => !text.startsWith('ordinary'));
const few = texts.filter((_, place) => place % 5 === 0);

describe.each([
  ['chromium', texts],
  ['firefox', few],
] as const)('Alice in Chromium and Bob in %s, on the demonstration chat', (bobsBrowser: BrowserName, said) => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  const extensions: GrantedExtension[] = [];
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    chat = await startDemoChat();
    const [forAlice, forBob] = [
      await makeGranted('chrome-mv3'),
      await makeGranted(bobsBrowser === 'firefox' ? 'firefox-mv3' : 'chrome-mv3'),
    ];
    extensions.push(forAlice, forBob);
    alice = await Person.begin('chromium', forAlice.folder);
    bob = await Person.begin(bobsBrowser, forBob.folder);
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await chat?.stop();
    for (const extension of extensions) await extension.remove();
  });

  it('pair with one click each, and read each other in order, also after a reload', async () => {
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    expect([alice.clicks, bob.clicks]).toEqual([1, 1]);
    for (const [place, text] of said.entries()) {
      const speaker = place % 2 === 0 ? alice : bob;
      await speaker.say(text);
      await speaker.untilSent();
    }
    await alice.untilRead(said);
    await bob.untilRead(said);
    await Promise.all([alice.page.reload(), bob.page.reload()]);
    await alice.untilRead(said);
    await bob.untilRead(said);
  });

  it("go on after Alice's background was ended, whoever writes first", async () => {
    const more = [`to a sleeper ${CANARY}`, `woken ${CANARY}`, `slept again ${CANARY}`];
    await alice.stopBackground();
    await bob.say(more[0]!);
    await alice.untilRead([...said, more[0]!]);
    await alice.stopBackground();
    await alice.say(more[1]!);
    await bob.untilRead([...said, ...more.slice(0, 2)]);
    await bob.say(more[2]!);
    await alice.untilRead([...said, ...more]);
  });

  it('give the site nothing to read but the sentence of the invite', async () => {
    expect(chat.messages().filter(({ text }: { text: string }) => !text.startsWith('qZ7Vx4'))).toHaveLength(1);
    for (const { page } of [alice, bob]) expect(await readPage(page)).not.toContain(CANARY);
  });

  it('can write nothing into the box of the site while the chat is private', async () => {
    const before = chat.messages().length;
    await alice.page.focus('#editor');
    await alice.page.keyboard.type(`slip ${CANARY}`);
    await alice.page.evaluate(() => document.querySelector<HTMLElement>('#editor')!.focus());
    await alice.page.keyboard.type('slip');
    expect(await alice.page.$eval('#editor', (box) => box.textContent)).toBe('');
    expect(chat.messages()).toHaveLength(before);
  });
});

/**
 * Links between Alice in Chromium and Bob in Firefox: first one from Bob, whose browser has not allowed previews yet, then from Alice to
 * everything that may stand behind a link. Each has its look above the box and in the transcript, and whatever becomes of the
 * preview, the message goes.
 */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREVIEW_GRANT } from '../../lib/grants/index.ts';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { startDemoChat } from '../../scripts/demo/server.mjs';
import { type HostileSite, startHostileSite } from '../preview/support/hostile-site.ts';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';
import { typeInto } from '../support/view.ts';
import {
  ARTICLE,
  GONE,
  type LinkedPage,
  MEMBERS,
  PHOTO,
  PLAIN,
  REPORT,
  SILENT,
  startLinkedPage,
  THING,
  VIDEO,
} from './support/linked-page.ts';
import { watchGrants } from './support/watched-grants.ts';

/** What stands above the box: a card with or without a picture, or why there is none. */
type Look = { readonly card: string; readonly picture?: true } | { readonly says: keyof typeof messages };

/** Of the hostile server. */
const HOSTILE: readonly (readonly [path: string, Look])[] = [
  ['/endless-body', { card: 'Endless' }],
  ['/gzip-bomb', { card: 'Bomb' }],
  ['/nested', { card: 'Below' }],
  ['/megabyte-of-meta', { says: 'previewNothingToShow' }],
  ['/cut-utf-8', { card: 'a\ufffdb' }],
  ['/with-picture/svg.svg', { card: 'Pictured' }],
  ['/picture/huge.png', { says: 'previewPictureTooLarge' }],
  ['/picture/svg.svg', { says: 'previewNotAPicture' }],
  ['/picture/polyglot.gif', { says: 'previewNotAPicture' }],
  ['/html-as-json', { says: 'previewNotAPage' }],
  ['/endless-redirects', { says: 'previewTooManyRedirects' }],
  [`/to/${encodeURIComponent('http://192.168.0.1/admin')}`, { says: 'previewPrivateAddress' }],
];
/** Addresses that are never asked. */
const PRIVATE: readonly (readonly [url: string, Look])[] = [
  ['http://2130706433/', { says: 'previewPrivateAddress' }],
  ['http://[::ffff:10.0.0.1]/', { says: 'previewPrivateAddress' }],
  ['http://printer.local/', { says: 'previewPrivateName' }],
  ['http://me:secret@example.org/', { says: 'previewUserInfo' }],
];
/** Of the pages that people link to. */
const USUAL: readonly (readonly [path: string, Look])[] = [
  [VIDEO.path, { card: VIDEO.title, picture: true }],
  [ARTICLE.path, { card: ARTICLE.title, picture: true }],
  [THING.path, { card: THING.title, picture: true }],
  [PHOTO.path, { card: PHOTO.title, picture: true }],
  [REPORT.path, { card: REPORT.title }],
  [PLAIN.path, { card: PLAIN.title }],
  [GONE, { says: 'previewDeadLink' }],
  [MEMBERS, { says: 'previewLoginWall' }],
  [SILENT, { says: 'previewNothingToShow' }],
];

/** What stands above the box, the card and its picture drawn; false before that. */
const LINK = `(() => {
  const link = document.querySelector('.link.ready, .link.failed');
  const title = link?.querySelector('.title')?.textContent;
  const picture = link?.querySelector('img');
  if (!link || (picture && !(picture.complete && picture.naturalWidth > 30))) return false;
  return title === undefined ? { says: link.querySelector('.sentence').textContent } : { card: title, ...(picture ? { picture: true } : {}) };
})()`;
const shows = (state: string): string => `document.querySelector('.link.${state}') !== null`;
const ENTER = `document.querySelector('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))`;
/** The dripping page writes a piece every 50 ms. After half a second its answer was heard. */
const WELL_BEGUN = 10;
/** Two seconds of it: a message waits 300 ms for a page that has answered, and a preview ends after five seconds. */
const FAR_FROM_ITS_END = 40;
const press = (selector: string): string =>
  `(() => { const button = document.querySelector('${selector}'); button?.click(); return !!button; })()`;
/** Each card of a transcript, from top to bottom. */
const CARDS = `[...document.querySelectorAll('.link-card')]
  .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
  .map((card) => ({ card: card.querySelector('.title').textContent, ...(card.querySelector('.thumb') ? { picture: true } : {}) }))`;
/** Whether pictures are drawn, those in sight at least. */
const PICTURES = `[...document.querySelectorAll('.link-card img')].some((picture) => picture.complete && picture.naturalWidth > 30)`;

const composerOf = (person: Person) => ({
  address: '',
  evaluate: async <Value>(expression: string) => (await person.inFrame<Value>('composer', expression)) as Value,
});

describe('links from Alice in Chromium to Bob in Firefox', () => {
  let chat: Awaited<ReturnType<typeof startDemoChat>>;
  let hostile: HostileSite;
  let linked: LinkedPage;
  const extensions: GrantedExtension[] = [];
  let alice: Person;
  let bob: Person;
  /** What was sent, and the cards that it was sent with, in order. */
  const sent: string[] = [];
  const cards: Look[] = [];
  let home: Page;

  async function write(person: Person, words: string): Promise<void> {
    await person.until('an empty composer', () =>
      person.inFrame<boolean>('composer', `document.querySelector('textarea').value === ''`),
    );
    await person.until('the words in it', async () => {
      await typeInto(composerOf(person), words);
      return person.inFrame<boolean>(
        'composer',
        `document.querySelector('textarea').value === ${JSON.stringify(words)}`,
      );
    });
  }
  /** Enter, in a composer that was there to hear it. */
  async function enter(person: Person): Promise<void> {
    await person.until('Enter', () => person.inFrame<boolean>('composer', `(${ENTER}, true)`));
  }
  /** Alice writes `url`, sees `look`, presses Enter, and her box is empty. */
  async function sendSeeing(url: string, look: Look): Promise<void> {
    const words = `${sent.length}: ${url}`;
    await write(alice, words);
    const seen = await alice.until(`what becomes of ${url}`, () => alice.inFrame<Look>('composer', LINK));
    expect([url, seen]).toEqual([url, 'says' in look ? { says: messages[look.says].message } : look]);
    await enter(alice);
    sent.push(words);
    if ('card' in look) cards.push(look);
  }
  /** How many pieces the server has written of the one page that it was asked for; -1 where nobody asked. */
  const dripped = async (): Promise<number> => (await hostile.seen())[0]?.pieces ?? -1;
  /** Until exactly `expected` stand in the transcript of `person`. */
  async function untilCards(person: Person, expected: readonly Look[]): Promise<void> {
    let seen: readonly Look[] | undefined;
    const all = person.until('all cards', async () => {
      seen = await person.inFrame<Look[]>('transcript', CARDS);
      return JSON.stringify(seen) === JSON.stringify(expected);
    });
    await all.catch(() => expect(seen).toEqual(expected));
  }
  async function untilReadBy(person: Person, words: string): Promise<void> {
    await person.until(`read: ${words}`, async () => (await person.bubbles()).some((bubble) => bubble.words === words));
  }

  beforeAll(async () => {
    [chat, hostile, linked] = [await startDemoChat(), await startHostileSite(), await startLinkedPage()];
    const previewsOf = [hostile.origin, linked.origin];
    extensions.push(await makeGranted('chrome-mv3', { previewsOf }));
    extensions.push(await makeGranted('firefox-mv3', { previewsOf, previewsAllowed: false }));
    [alice, bob] = await Promise.all([
      Person.begin('chromium', extensions[0]!.folder),
      Person.begin('firefox', extensions[1]!.folder),
    ]);
    await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
    await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    // Nothing tells in a popup that a choice is kept, but another one.
    for (let kept = false; !kept; ) {
      const popup = await alice.openPopup();
      const select = await popup.waitForSelector('.previews select');
      kept = (await select!.evaluate((box) => (box as HTMLSelectElement).value)) === 'always';
      if (!kept) await popup.select('.previews select', 'always');
      await popup.close();
    }
  });
  afterAll(async () => {
    await Promise.all([alice?.end(), bob?.end()]);
    await Promise.all([chat?.stop(), hostile?.stop(), linked?.stop()]);
    for (const extension of extensions) await extension.remove();
  });

  it('are asked for by Bob only after he allowed it, here and in his browser', async () => {
    await write(bob, `${sent.length}: ${linked.origin}${VIDEO.path}`);
    await bob.until('the question', () => bob.inFrame<boolean>('composer', press('.link.ask .choice')));
    await bob.until('the word that his browser does not let it', () =>
      bob.inFrame<boolean>('composer', shows('permit')),
    );
    home = await bob.openHome('settings');
    await bob.until('the settings', () => home.evaluate(() => document.querySelector('.previews .allow') !== null));
    const asked = await watchGrants(home, 'refused');
    await home.click('.previews .allow');
    await bob.until('the question of the browser', async () => (await asked()).length === 1);
    expect(await asked()).toEqual([{ wanted: PREVIEW_GRANT, inPress: true }]);
    // The button is there for the next press, and the word above the box, too. Nobody asks again by himself.
    expect(await home.$('.previews .allow')).not.toBeNull();
    await bob.until('the word above the box', () => bob.inFrame<boolean>('composer', shows('permit')));
    expect([linked.visits, (await asked()).length]).toEqual([[], 1]);
  });

  it('are looked up in Firefox as soon as that is allowed, and Alice sees the card', async () => {
    const asked = await watchGrants(home, 'passed on');
    await home.click('.previews .allow');
    const card: Look = { card: VIDEO.title, picture: true };
    const seen = await bob.until('the card', () => bob.inFrame<Look>('composer', LINK));
    expect([seen, await asked()]).toEqual([card, [{ wanted: PREVIEW_GRANT, inPress: true }]]);
    await bob.until('the permission in the settings', async () => (await home.$('.previews .allow')) === null);
    await home.close();
    await enter(bob);
    sent.push(`${sent.length}: ${linked.origin}${VIDEO.path}`);
    cards.push(card);
    await untilCards(alice, cards);
    await alice.until('its picture', () => alice.inFrame<boolean>('transcript', PICTURES));
    expect(linked.visits.map(({ path }) => path)).toEqual([VIDEO.path, '/lake.png']);
    for (const { headers } of linked.visits) {
      expect([headers.cookie, headers.referer, headers.origin]).toEqual([undefined, undefined, undefined]);
    }
  });

  it('to what people usually link to have a look of their own', async () => {
    for (const [path, look] of USUAL) await sendSeeing(linked.origin + path, look);
  });

  it('to hostile pages end with a named outcome, and the message goes', async () => {
    // The one that takes five seconds stands in Bob's box meanwhile.
    const slow = `slow: ${hostile.origin}/drip`;
    await write(bob, slow);
    await bob.until('the question', () => bob.inFrame<boolean>('composer', press('.link.ask .choice')));
    for (const [path, look] of HOSTILE) await sendSeeing(hostile.origin + path, look);
    const seen = await bob.until('its end', () => bob.inFrame<Look>('composer', LINK));
    expect(seen).toEqual({ says: messages.previewTooSlow.message });
    await untilReadBy(bob, sent.at(-1)!);
    await enter(bob);
    await untilReadBy(alice, slow);
    sent.push(slow);
  });

  it('to this machine and its network are not asked for, and the message goes', async () => {
    await hostile.visits();
    for (const [url, look] of PRIVATE) await sendSeeing(url, look);
    expect(await hostile.visits()).toEqual([]);
  });

  it('to pages that never come to an end hold no message up', async () => {
    await alice.untilSent();
    for (const path of ['/silent/late', '/drip/late']) {
      await hostile.visits();
      const words = `${sent.length}: ${hostile.origin}${path}`;
      await write(alice, words);
      await alice.until('its server busy', async () => (await dripped()) >= (path === '/drip/late' ? WELL_BEGUN : 0));
      const before = await dripped();
      // In one step with seeing that the preview is being made.
      const enter = `${shows('building')} ? (${ENTER}, 'in time') : ${shows('failed')} && 'too late'`;
      expect([path, await alice.until('Enter', () => alice.inFrame<string>('composer', enter))]).toEqual([
        path,
        'in time',
      ]);
      sent.push(words);
      await untilReadBy(bob, words);
      expect((await dripped()) - before).toBeLessThan(FAR_FROM_ITS_END);
    }
  });

  it('are let go where Alice cancels, and the message goes', async () => {
    await hostile.visits();
    const words = `${sent.length}: ${hostile.origin}/silent/cancelled`;
    await write(alice, words);
    await alice.until('its server asked', async () => (await dripped()) >= 0);
    await alice.until('a press of cancel', () =>
      alice.inFrame<boolean>('composer', `${shows('building')} && ${press('.link.building .remove')}`),
    );
    await alice.until('its server alone', async () => (await hostile.seen())[0]?.open === false);
    await alice.until('nothing above the box', () =>
      alice.inFrame<boolean>('composer', `document.querySelector('.link-area').textContent === ''`),
    );
    await enter(alice);
    sent.push(words);
  });

  it('are read by both, each with the card that was seen above the box', async () => {
    for (const person of [alice, bob]) {
      await person.untilRead(sent);
      await untilCards(person, cards);
    }
    await bob.until('a picture', () => bob.inFrame<boolean>('transcript', PICTURES));
  });
});

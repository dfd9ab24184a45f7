/**
 * Owns the demonstration: Alice and Bob, each in a browser with Sotto, on the demonstration chat; paired by one click each;
 * a third window that shows what the site sees; and a vault, so that a backup can be made.
 * Does not own the chat (server.mjs) nor building the extension.
 */
import { mkdirSync } from 'node:fs';
import { launch } from 'puppeteer-core';
import { makeGranted } from '../../test/support/granted.ts';
import { Person } from '../../test/support/person.ts';
import { inRoot } from '../support/paths.mjs';
import { findChromium } from '../support/programs.mjs';
import { startDemoChat } from './server.mjs';
import { startVault } from './vault.mjs';

const SAID = [
  ['alice', 'Hi Bob! Can the chat read this?'],
  ['bob', 'Not a word. Look at the third window. 🙂'],
  ['alice', 'Dinner at eight?\nI will bring the cake 🍰'],
  ['bob', 'مرحبا! שלום! Привет! See you at eight.'],
];
/** Three windows beside each other on an ordinary display, in CSS pixels. */
const WIDTH = 620;
const HEIGHT = 760;

/** Plays the scene. `headless`: unseen, with pictures in pictures/. Otherwise the windows stay until Alice's is closed. */
export async function playScene({ headless }) {
  const closers = [];
  try {
    const chat = await startDemoChat();
    closers.push(() => chat.stop());
    const vault = await startVault();
    closers.push(() => vault.stop());
    const extension = await makeGranted('chrome-mv3');
    closers.push(() => extension.remove());
    const people = {};
    for (const [place, [name, peer]] of [
      ['alice', 'bob'],
      ['bob', 'alice'],
    ].entries()) {
      const window = { headless, window: { x: place * WIDTH, y: 0, width: WIDTH, height: HEIGHT } };
      people[name] = await Person.begin('chromium', extension.folder, window);
      closers.push(() => people[name].end());
      await people[name].page.goto(`${chat.origin}/with/${peer}?as=${name}`);
    }
    const site = await openSite(chat.origin, headless);
    closers.push(() => site.close());
    await converse(people);
    await print(people, chat);
    console.log(`\nA vault for backups runs at ${vault.url} while this does, with keys in software.`);
    console.log(
      "To try it: Sotto's popup, Back up with a PIN; then Restore in Sotto's own tab, in another browser profile.",
    );
    if (headless) await takePictures(people, site);
    else await untilClosed(people.alice, chat.origin);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function openSite(origin, headless) {
  const browser = await launch({
    executablePath: findChromium(),
    headless,
    args: [
      '--no-first-run',
      `--window-position=${2 * WIDTH},0`,
      `--window-size=${WIDTH},${HEIGHT}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    defaultViewport: headless ? { width: WIDTH, height: HEIGHT } : null,
  });
  const [page] = await browser.pages();
  await page.goto(`${origin}/log`);
  return { page, close: () => browser.close() };
}

async function converse({ alice, bob }) {
  console.log('Alice presses the lock beside the message box.');
  await alice.pressLock('#editor');
  console.log("Bob's Sotto shows a card; he presses Accept.");
  await bob.accept();
  await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
  console.log('The chat is private.\n');
  for (const [name, text] of SAID) {
    const speaker = name === 'alice' ? alice : bob;
    await speaker.say(text);
    await speaker.untilSent();
  }
  const texts = SAID.map(([, text]) => text);
  await Promise.all([alice.untilRead(texts), bob.untilRead(texts)]);
}

async function print(people, chat) {
  for (const [name, person] of Object.entries(people)) {
    console.log(`What ${name} sees:`);
    for (const { from, words } of await person.bubbles()) {
      console.log(`  ${from === 'me' ? name : 'the other'}: ${words.replaceAll('\n', ' / ')}`);
    }
    console.log('');
  }
  console.log('What the site sees:');
  for (const { from, text } of chat.messages()) {
    console.log(`  ${from}: ${text.length > 100 ? `${text.slice(0, 100)}… (${text.length} letters)` : text}`);
  }
}

async function takePictures({ alice, bob }, site) {
  mkdirSync(inRoot('pictures'), { recursive: true });
  const narrow = { width: 400, height: HEIGHT };
  const wide = { width: 1000, height: HEIGHT };
  for (const scheme of ['light', 'dark']) {
    for (const [name, page] of [
      ['alice', alice.page],
      ['bob', bob.page],
      ['site', site.page],
    ]) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      for (const [size, viewport] of Object.entries({ narrow, wide })) {
        await page.setViewport(viewport);
        // The frames follow the page's new size and colours a moment later.
        await new Promise((resolve) => setTimeout(resolve, 700));
        await page.screenshot({ path: inRoot('pictures', `${name}-${scheme}-${size}.png`) });
      }
    }
  }
  console.log('\nThere is no display: the pictures are in pictures/.');
}

async function untilClosed(alice, origin) {
  console.log(`\nWrite on: Alice and Bob are at ${origin}. Close Alice's window to end this.`);
  await new Promise((resolve) => {
    alice.page.browser().once('disconnected', resolve);
  });
}

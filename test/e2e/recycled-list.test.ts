/** A chat whose list holds only the rows in sight: bubbles stand over the right ones wherever it is scrolled to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GrantedExtension, makeGranted } from '../support/granted.ts';
import { Person } from '../support/person.ts';
import { type RecycledChat, startRecycledChat } from './support/recycled-chat.ts';

const texts = Array.from({ length: 30 }, (_, place) => `number ${place} of thirty.`);
let chat: RecycledChat;
let extension: GrantedExtension;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  chat = await startRecycledChat();
  extension = await makeGranted('chrome-mv3');
  [alice, bob] = await Promise.all([
    Person.begin('chromium', extension.folder),
    Person.begin('chromium', extension.folder),
  ]);
  await alice.page.goto(`${chat.origin}/with/bob?as=alice`);
  await bob.page.goto(`${chat.origin}/with/alice?as=bob`);
});
afterAll(async () => {
  await Promise.all([alice?.end(), bob?.end()]);
  await chat?.stop();
  await extension?.remove();
});

/** Scrolls the list to `share` of its height, and gives what its bubbles say then, each at its row. */
async function scrollTo(person: Person, share: number): Promise<void> {
  await person.page.$eval(
    '#messages',
    (list, part) => list.scrollTo(0, (list.scrollHeight - list.clientHeight) * part),
    share,
  );
}

it('two people pair there, and what one says the other reads wherever the list is scrolled to', async () => {
  await alice.pressLock('#editor');
  await bob.accept();
  await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
  for (const text of texts) {
    await alice.say(text);
    await alice.untilSent();
  }
  await bob.until('the newest', async () => (await bob.wordsInSight()).includes(texts.at(-1)!));
  await scrollTo(bob, 0);
  await bob.until('the oldest, and no more the newest', async () => {
    const words = await bob.wordsInSight();
    return words.includes(texts[0]!) && !words.includes(texts.at(-1)!);
  });
  await scrollTo(bob, 0.5);
  await bob.until('the middle', async () => (await bob.wordsInSight()).some((words) => /number 1[0-9] /.test(words)));
  await scrollTo(bob, 1);
  const inSight = await bob.until('the newest again', async () => {
    const words = await bob.wordsInSight();
    return words.includes(texts.at(-1)!) && words;
  });
  expect(inSight.filter((words) => texts.includes(words))).toEqual(texts.filter((text) => inSight.includes(text)));
}, 240_000);

it('no armour is left in sight, and none of it is read twice', async () => {
  const bare = (): Promise<number> =>
    bob.page.$$eval(
      'article div',
      (rows) =>
        rows.filter((row) => getComputedStyle(row).visibility !== 'hidden' && row.textContent!.includes('qZ7')).length,
    );
  // A row that the list has just used again is read before it is covered.
  await bob.until('no bare armour', async () => (await bare()) === 0);
});

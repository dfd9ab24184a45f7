/**
 * What is wrong or hostile reaches two people in a private chat on the demonstration chat: each time they are told what it
 * is, and nothing of what is kept changes. Then the same for a person who sends.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { changesOf, type Disk, isFull, readDisk, setRoom } from '../support/disk.ts';
import { asVersion, blockOf, withTurnedBit, wrappedAnew } from '../support/forge.ts';
import { demoPage, foreignArmour, Outsider } from '../support/outsider.ts';
import { enterChat, type Pair, startPair } from '../support/pair.ts';
import { type Site, startSite, type Treatment } from '../support/recorded-site.ts';
import { type ShownBubble, until, View } from '../support/view.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
let pair: Pair;
let alice: View;
let bob: View;
/** Armour that both have read. */
let known: string;

beforeAll(async () => {
  pair = await startPair();
  [alice, bob] = [await View.of(pair.alice), await View.of(pair.bob)];
  await say(bob, 'hello Alice');
  await alice.untilShown('hello Alice');
  await say(alice, 'hello Bob');
  await bob.untilShown('hello Bob');
  known = pair.site.posts().at(-1)!.text;
});
afterAll(() => pair?.stop());

async function say(view: View, words: string): Promise<void> {
  await view.write(words);
  await view.enter();
  await view.untilSent(words);
}

const bubblesOf = async (view: View): Promise<ShownBubble[]> => (await view.transcripts())[0] ?? [];

const withOtherLetter = (text: string): string =>
  `${text.slice(0, 99)}${text[99] === 'a' ? 'b' : 'a'}${text.slice(100)}`;
const noise = (first: number): Uint8Array => Uint8Array.from({ length: 200 }, (_, i) => (i === 0 ? first : i));
const expiredInvite = async (): Promise<string> =>
  (await Outsider.at(demoPage(pair.site.origin, 'bob'), Date.now() - 8 * DAY_MS)).invite();

/** How many bubbles of `view` say `sentence`. */
async function timesSaid(view: View, sentence: string): Promise<number> {
  return (await bubblesOf(view)).filter(({ says }) => says.includes(sentence)).length;
}

/** The site shows Bob `text` as Alice's; gives what the bubble that comes of it says. */
async function showBob(text: string, sentence: string): Promise<void> {
  const before = await timesSaid(bob, sentence);
  await pair.site.show({ from: 'alice', to: 'bob', text });
  await until(`one more: ${sentence}; shown: ${JSON.stringify(await bubblesOf(bob))}`, async () =>
    (await timesSaid(bob, sentence)) === before + 1 ? true : undefined,
  );
}

describe('what the site shows to Bob', () => {
  let before: Disk;

  beforeAll(async () => {
    before = await readDisk(bob);
    expect(Object.keys(before.sessions!)).toHaveLength(1);
    // For the part after this one: Chromium takes half a minute to notice.
    await setRoom(pair.alice.page, 'none');
  });

  it.each([
    ['a block of which a letter was changed', () => withOtherLetter(known), messages.bubbleDamaged.message],
    ['a known block with other content', () => withTurnedBit(known), messages.bubbleDamaged.message],
    ['a block that was there before', () => known, messages.bubbleRepeated.message],
    ['a message that was there before, as another', () => wrappedAnew(known), messages.bubbleRepeated.message],
    ["other people's block", () => foreignArmour(pair.site.origin), messages.bubbleNotForYou.message],
    ['noise under the mark of a message', () => blockOf(noise(3)), messages.bubbleNotForYou.message],
    ['armour of a later version', () => asVersion(known, 2), messages.bubbleUpdateNeeded.message],
    ['content of a later version', () => blockOf(noise(9)), messages.bubbleUpdateNeeded.message],
    ['a look-alike of a whole block', () => `qZ7Vx4${'1'.repeat(60)}qZ7W`, messages.bubbleDamaged.message],
    ['an invite that has expired', expiredInvite, messages.bubbleInviteExpired.message],
  ])('%s is named, and changes nothing', async (_, make, sentence) => {
    await showBob(await make(), sentence);
    expect(changesOf(before, await readDisk(bob))).toEqual({});
  });

  it.each([
    ['a block that was cut off', () => known.slice(0, -24)],
    ['a text that only begins like a block', () => 'qZ7Vx4 is how armour begins'],
  ])('%s is taken for the beginning of one, and changes nothing', async (_, make) => {
    await showBob(make(), messages.bubbleReading.message);
    expect(changesOf(before, await readDisk(bob))).toEqual({});
  });

  it('what stays incomplete is named once nothing more has come', async () => {
    await until('both', async () =>
      (await timesSaid(bob, messages.bubbleIncomplete.message)) === 2 ? true : undefined,
    );
    expect(await timesSaid(bob, messages.bubbleReading.message)).toBe(0);
    expect(changesOf(before, await readDisk(bob))).toEqual({});
  });

  it('leaves what both have said as it was', async () => {
    const words = (await bubblesOf(bob)).filter(({ state }) => /^(received|delivered)$/.test(state));
    expect(words.map((each) => each.words).slice(1, 3)).toEqual(['hello Alice', 'hello Bob']);
  });
});

describe('a browser that has no room left', () => {
  it('is named to who sends and to who reads, keeps everything as it was, and goes on when there is room', async () => {
    await until('a full disk', async () => ((await isFull(alice)) ? true : undefined));
    const [before, posts] = [await readDisk(alice), pair.site.posts().length];
    await alice.write('written to a full disk');
    await alice.enter();
    await until('the reason', async () => {
      const { problem, words } = (await alice.composer())!;
      return problem === messages.composerFailFull.message && words === 'written to a full disk' ? true : undefined;
    });
    await say(bob, 'read from a full disk');
    await until('the reason in the list', async () =>
      (await timesSaid(alice, messages.bubbleNoRoom.message)) === 1 ? true : undefined,
    );
    expect(changesOf(before, await readDisk(alice))).toEqual({});
    expect(pair.site.posts()).toHaveLength(posts + 1);

    await setRoom(pair.alice.page, 'all');
    await alice.enter();
    await alice.untilSent('written to a full disk');
    await bob.untilShown('written to a full disk');
    await alice.untilShown('read from a full disk');
    expect(await timesSaid(alice, messages.bubbleNoRoom.message)).toBe(0);
  });
});

describe('a site that does not carry what Alice writes', () => {
  const half = (text: string): [string, string] => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];
  afterEach(() => pair.site.treat(() => 'pass'));

  it.each([
    ['refuses it', () => 'refuse', messages.composerFailUnconfirmed.message],
    ['trims it', (text) => [half(text)[0]], messages.composerFailMangled.message],
    ['changes a letter of it', (text) => [withOtherLetter(text)], messages.composerFailMangled.message],
    ['changes it and mends the checksum', (text) => [withTurnedBit(text)], messages.composerFailMangled.message],
  ] satisfies [string, (text: string) => Treatment, string][])(
    'because it %s is named, keeps the words, and goes on with the same bytes',
    async (what, treat, sentence) => {
      const words = `a site that ${what}`;
      const bobBefore = await readDisk(bob);
      const postsBefore = pair.site.posts().length;
      pair.site.treat(({ text }) => treat(text));
      await alice.write(words);
      await alice.enter();
      await until(sentence, async () => {
        const { problem, words: kept, busy } = (await alice.composer())!;
        return problem === sentence && kept === words && !busy ? true : undefined;
      });
      expect(changesOf(bobBefore, await readDisk(bob))).toEqual({});

      const { sessions } = await readDisk(alice);
      pair.site.treat(() => 'pass');
      await alice.enter();
      await alice.untilSent(words);
      await bob.untilShown(words);
      expect(await bob.timesShown(words)).toBe(1);
      expect((await readDisk(alice)).sessions).toEqual(sessions);
      const [first, ...again] = pair.site.posts().slice(postsBefore);
      expect(again.map(({ text }) => text)).toEqual([first!.text]);
    },
  );

  it('because it splits it in two still brings it to Bob', async () => {
    pair.site.treat(({ text }) => half(text));
    await say(alice, 'in two parts');
    await bob.untilShown('in two parts');
    expect(await bob.timesShown('in two parts')).toBe(1);
  });
});

describe('a box that the page takes away while Alice sends', () => {
  it('is named, keeps the words, and goes on with the same bytes when it is back', async () => {
    const words = 'where is the box';
    const bobBefore = await readDisk(bob);
    const postsBefore = pair.site.posts().length;
    await alice.write(words);
    await pair.alice.page.evaluate(() => {
      const box = document.querySelector('#editor')!;
      const { parentElement } = box;
      const watch = new MutationObserver(() => {
        if (!box.textContent?.includes('qZ7')) return;
        watch.disconnect();
        box.remove();
        Object.assign(window, { bringBack: () => parentElement!.prepend(box) });
      });
      watch.observe(box, { childList: true, subtree: true, characterData: true });
    });
    await alice.enter();
    await pair.alice.until('a page without a box', () =>
      pair.alice.page.evaluate(() => document.querySelector('#editor') === null && 'bringBack' in window),
    );
    const popup = await pair.alice.openPopup();
    await pair.alice.until('the popup says so', () =>
      popup.evaluate((sentence) => document.body.textContent?.includes(sentence), messages.popupHealthNoBox.message),
    );
    await popup.close();
    expect(changesOf(bobBefore, await readDisk(bob))).toEqual({});

    await pair.alice.page.evaluate(() => (window as unknown as { bringBack(): void }).bringBack());
    // Either the try that was broken off is taken up again, or it has ended and the words are in the box with the reason.
    await until('sent, or given back', async () => {
      if ((await bob.timesShown(words)) === 1) return true;
      const given = await alice.composer();
      if (given?.words !== words || given.problem !== messages.composerFailBoxMissing.message) return undefined;
      await alice.enter();
      return true;
    });
    await bob.untilShown(words);
    await alice.untilShown(words);
    expect(await bob.timesShown(words)).toBe(1);
    await alice.untilSent(words);
    expect(pair.site.posts()).toHaveLength(postsBefore + 1);
  });
});

describe('an invite at the wrong place', () => {
  let before: Disk;
  let elsewhere: Site;

  beforeAll(async () => {
    before = await readDisk(bob);
    elsewhere = await startSite();
  });
  afterAll(async () => {
    await elsewhere?.stop();
    await enterChat(pair.bob, pair);
    await pair.bob.untilPrivate();
  });

  it.each([
    ['another conversation', 'carol', () => pair.site],
    ['another site', 'alice', () => elsewhere],
  ])('%s is named, and changes nothing', async (_, peer, siteOf) => {
    const [, ...invite] = pair.site.posts().slice(
      0,
      pair.site.posts().findIndex(({ from }) => from === 'bob'),
    );
    const site = siteOf();
    await pair.bob.page.goto(`${site.origin}/with/${peer}?as=bob`);
    for (const { text } of invite) await site.show({ from: peer, to: 'bob', text });
    await until('the reason', async () =>
      (await timesSaid(bob, messages.bubbleOtherConversation.message)) === 1 ? true : undefined,
    );
    // Parts of a message that is not all there wait in a place of their own, until it is, or for some days.
    const { assemblies, meta, ...rest } = changesOf(before, await readDisk(bob));
    expect(rest).toEqual({});
    expect(meta === undefined).toBe(assemblies === undefined);
  });
});

describe('somebody who takes the place of Alice', () => {
  let stranger: Outsider;
  const blocked = async (): Promise<boolean> =>
    (await bob.composer())?.problem === messages.composerFailKeyChanged.message;
  /** Presses the button of the popup over Bob's chat that is called `label`, where it says `said`. */
  async function decide(label: string, said = ''): Promise<void> {
    const popup = await pair.bob.openPopup();
    await pair.bob.until(said, () => popup.evaluate((words) => document.body.textContent?.includes(words), said));
    await pair.bob.until(label, () =>
      popup.evaluate((words) => {
        const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === words);
        button?.click();
        return button !== undefined;
      }, label),
    );
    // A popup that goes before it was heard has decided nothing.
    await pair.bob.until('its effect', () =>
      popup.evaluate(
        (words) => [...document.querySelectorAll('button')].every(({ textContent }) => textContent !== words),
        label,
      ),
    );
    await popup.close();
  }

  it('is shown as one who invites, and nothing changes between Alice and Bob', async () => {
    stranger = await Outsider.at(demoPage(pair.site.origin, 'bob'));
    const before = await readDisk(bob);
    await pair.site.show({ from: 'alice', to: 'bob', text: await stranger.invite() });
    await until('a card', async () => ((await timesSaid(bob, messages.inviteAccept.message)) === 1 ? true : undefined));
    const one = { added: 1, changed: 0, removed: 0 };
    const rewritten = { added: 0, changed: 1, removed: 0 };
    expect(changesOf(before, await readDisk(bob))).toEqual({
      invites: one,
      history: one,
      ledger: one,
      conversations: rewritten,
      // What the backup is to take next.
      marks: one,
      meta: rewritten,
    });
    await say(bob, 'still to Alice');
    await alice.untilShown('still to Alice');
  });

  it('whose invite is accepted stops all sending, until the person has refused the new key', async () => {
    const before = await readDisk(bob);
    const posts = pair.site.posts().length;
    await pair.bob.pressInvite(blocked);
    await until('the reason at the card', async () =>
      (await timesSaid(bob, messages.bubbleKeyChanged.message)) === 1 ? true : undefined,
    );
    await bob.write('to whom?');
    await bob.enter();
    expect(await blocked()).toBe(true);
    expect((await bob.composer())?.words).toBe('to whom?');
    expect(pair.site.posts()).toHaveLength(posts);
    const { sessions, threads, personas, outbox } = await readDisk(bob);
    expect([sessions, threads, personas, outbox]).toEqual(
      ['sessions', 'threads', 'personas', 'outbox'].map((name) => before[name]),
    );
    await decide(messages.popupRefuseKey.message);
    await until('a free composer', async () => ((await blocked()) ? undefined : true));
    await bob.enter();
    await bob.untilSent('to whom?');
    await alice.untilShown('to whom?');
  });

  it('is written to only after the person has accepted the new key and the invite', async () => {
    await pair.bob.pressInvite(blocked);
    await decide(messages.popupAcceptKey.message);
    const posts = pair.site.posts().length;
    await pair.bob.pressInvite(async () => pair.site.posts().length > posts);
    await pair.bob.untilPrivate();
    const answer = await until('the answer', async () => {
      const heard = pair.site.posts().slice(posts);
      return (await stranger.hear(heard.map(({ text }) => text).join(' '))) || undefined;
    });
    await pair.site.show({ from: 'alice', to: 'bob', text: answer });
    await pair.site.show({ from: 'alice', to: 'bob', text: await stranger.say('it is me, on a new computer') });
    await bob.untilShown('it is me, on a new computer');
  });

  it('under another name stops all sending, until the person says who it is', async () => {
    const before = await readDisk(bob);
    await pair.bob.page.$eval('#peer', (peer) => peer.replaceChildren('Mallory'));
    // Something has to move in the page before anybody looks at it again.
    await pair.site.show({ from: 'alice', to: 'bob', text: 'it is me, Mallory' });
    await until('the reason', async () =>
      (await bob.composer())?.problem === messages.composerFailRenamed.message ? true : undefined,
    );
    expect(changesOf(before, await readDisk(bob))).toEqual({});
    const said = messages.popupRenamed.message.replace('$NEW$', 'Mallory').replace('$OLD$', 'Alice');
    await decide(messages.popupAcceptName.message, said);
    await until('a free composer', async () => ((await bob.composer())?.problem === '' ? true : undefined));
  });

  it('goes, and Alice answers to a new invite: what she wrote is read when the person has accepted her key', async () => {
    await pair.site.show({ from: 'alice', to: 'bob', text: await stranger.leave() });
    await until('an open box', async () => ((await bob.composers()).length === 0 ? true : undefined));
    await pair.bob.pressLock('#editor');
    await pair.alice.pressInvite(async () => (await timesSaid(bob, messages.bubbleKeyChanged.message)) > 0);
    await until('a blocked composer', async () => ((await blocked()) ? true : undefined));
    await decide(messages.popupAcceptKey.message);
    await until('a free composer', async () => ((await blocked()) ? undefined : true));
    await say(bob, 'welcome back');
    await alice.untilShown('welcome back');
    await say(alice, 'it was not me');
    await bob.untilShown('it was not me');
    expect(await timesSaid(bob, messages.bubbleKeyChanged.message)).toBe(0);
  });
});

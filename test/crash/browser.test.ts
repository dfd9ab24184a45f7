/** The browser is killed with all its processes, at random moments of sending and of receiving, and started again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesOf, readDisk } from '../support/disk.ts';
import { killBrowser } from '../support/kill.ts';
import { enterChat, type Pair, startPair } from '../support/pair.ts';
import { type Person, rest } from '../support/person.ts';
import { until, View } from '../support/view.ts';
import { expectOnce, expectSoundLedger } from './support/account.ts';
import { chanceFor, slow, spread } from './support/chance.ts';

const SENDING_ROUNDS = slow ? 20 : 4;
const RECEIVING_ROUNDS = slow ? 10 : 2;
/** From Enter to the proof of sending, and a little beyond, in milliseconds. */
const SENDING_MS = 500;
/** From the site's row to the bubble, and a little beyond. */
const RECEIVING_MS = 300;
/** From a list in the document to all that was interrupted. */
const RECOVERY_MS = 2000;

describe('the browser is killed', () => {
  const chance = chanceFor('browser');
  const said: string[] = [];
  let pair: Pair;
  let alice: View;
  let bob: View;

  beforeAll(async () => {
    pair = await startPair();
    alice = await View.of(pair.alice);
    bob = await View.of(pair.bob);
  });
  afterAll(() => pair?.stop());

  /** Starts it again. Gives the new view, and since when the page with the list stands. */
  async function relaunch(person: Person): Promise<{ view: View; since: number }> {
    await person.restart();
    const view = await enterChat(person, pair);
    return { view, since: performance.now() };
  }

  function tell(what: string, recoveries: number[]): void {
    recoveries.sort((one, other) => one - other);
    console.log(`recovery of ${what}, without starting: ${recoveries.map(Math.round).join(' ')} ms`);
    expect(recoveries[recoveries.length >> 1]).toBeLessThan(RECOVERY_MS);
  }

  it('while Alice sends: what she wrote is kept, and goes out once with the same bytes', async () => {
    const recoveries: number[] = [];
    for (const [round, moment] of spread(chance, SENDING_ROUNDS, SENDING_MS).entries()) {
      const words = `sent ${round}, killed after ${moment} ms`;
      // In half of the rounds the site loses what it is given before the kill: that very text has to come again.
      const loses = chance() < 0.5;
      pair.site.lose(({ from }) => loses && from === 'alice');
      const { drafts } = await readDisk(alice);
      await alice.write(words);
      // What is lost with the browser is only what was typed in the last moment.
      await until('a kept draft', async () =>
        Object.keys(changesOf({ drafts: drafts ?? {} }, { drafts: (await readDisk(alice)).drafts ?? {} })).length > 0
          ? true
          : undefined,
      );
      const before = pair.site.posts().length;
      await alice.enter();
      await rest(moment);
      const shownAsSent = await alice.timesShown(words);
      await killBrowser(pair.alice.page.browser());
      pair.site.lose(() => false);
      const given = pair.site.posts().slice(before);
      const { view, since } = await relaunch(pair.alice);
      alice = view;
      // Either the words wait in the box, since nothing had been made of them, or they go out by themselves.
      const draft = await until('a composer', () => alice.composer());
      if (draft.words === words) {
        expect([given, shownAsSent]).toEqual([[], 0]);
        await alice.enter();
      } else expect(draft.words).toBe('');
      await bob.untilShown(words);
      if (draft.words === '') recoveries.push(performance.now() - since);
      for (const { text } of given) {
        const again = pair.site.posts().filter((post) => post.text === text && !post.lost);
        expect(again.length).toBeGreaterThan(0);
      }
      await alice.untilShown(words);
      said.push(words);
    }
    await expectOnce(bob, said);
    await expectOnce(alice, said);
    expectSoundLedger(pair.site);
    if (recoveries.length > 0) tell('sending', recoveries);
  });

  it('while Bob receives: everything is shown once', async () => {
    const recoveries: number[] = [];
    for (const [round, moment] of spread(chance, RECEIVING_ROUNDS, RECEIVING_MS).entries()) {
      const words = `received ${round}, killed after ${moment} ms`;
      await alice.write(words);
      const before = pair.site.posts().length;
      await alice.enter();
      await until('a post', async () => (pair.site.posts().length > before ? true : undefined));
      await rest(moment);
      await killBrowser(pair.bob.page.browser());
      const { view, since } = await relaunch(pair.bob);
      bob = view;
      await bob.untilShown(words);
      recoveries.push(performance.now() - since);
      said.push(words);
      await alice.untilSent(words);
    }
    await expectOnce(bob, said);
    expectSoundLedger(pair.site);
    tell('receiving', recoveries);
  });
});

/** The service worker is killed at moments spread over sending and over receiving. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killWorker } from '../support/kill.ts';
import { type Pair, startPair } from '../support/pair.ts';
import { rest } from '../support/person.ts';
import { until, View } from '../support/view.ts';
import { expectOnce, expectSoundLedger } from './support/account.ts';
import { chanceFor, slow, spread } from './support/chance.ts';

const ROUNDS = slow ? 60 : 8;
/** From Enter to the proof of sending, and a little beyond, in milliseconds. */
const SENDING_MS = 700;
/** From the site's row to the bubble, and a little beyond. */
const RECEIVING_MS = 400;

describe('the worker is killed', () => {
  const chance = chanceFor('worker');
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

  it('while Alice sends: everything arrives once, and no key is used twice', async () => {
    const settled: string[] = [];
    for (const [round, moment] of spread(chance, ROUNDS, SENDING_MS).entries()) {
      const words = `sent ${round}, killed after ${moment} ms`;
      await alice.write(words);
      await alice.enter();
      await rest(moment);
      await killWorker(pair.alice.page.browser());
      const killed = performance.now();
      await alice.untilSent(words);
      said.push(words);
      await bob.untilShown(words);
      settled.push(`${moment}: ${Math.round(performance.now() - killed)}`);
    }
    console.log(`killed after ms: sent and shown after ms: ${settled.join(', ')}`);
    await expectOnce(bob, said);
    await expectOnce(alice, said);
    expectSoundLedger(pair.site);
  });

  it('while Bob receives: everything is shown once, within 2 s', async () => {
    const recoveries: number[] = [];
    for (const [round, moment] of spread(chance, ROUNDS, RECEIVING_MS).entries()) {
      const words = `received ${round}, killed after ${moment} ms`;
      await alice.write(words);
      const before = pair.site.posts().length;
      await alice.enter();
      await until('a post', async () => (pair.site.posts().length > before ? true : undefined));
      await rest(moment);
      await killWorker(pair.bob.page.browser());
      const killed = performance.now();
      await bob.untilShown(words);
      recoveries.push(performance.now() - killed);
      said.push(words);
      await alice.untilSent(words);
    }
    await expectOnce(bob, said);
    expectSoundLedger(pair.site);
    recoveries.sort((one, other) => one - other);
    console.log(`recovery of the worker: ${recoveries.map(Math.round).join(' ')} ms`);
    expect(recoveries[recoveries.length >> 1]).toBeLessThan(2000);
  });

  it('and all of it is there after a reload', async () => {
    for (const person of [pair.alice, pair.bob]) await person.page.reload();
    for (const view of [alice, bob]) {
      await view.untilShown(said.at(-1)!);
      await expectOnce(view, said);
    }
  });
});

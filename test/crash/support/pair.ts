/** Owns Alice and Bob in Chromium at the recorded site, paired, and what has to be true of all that was said between them. */
import { expect } from 'vitest';
import { type GrantedExtension, makeGranted } from '../../support/granted.ts';
import { Person } from '../../support/person.ts';
import { takeLedger, usedTwice } from './ledger.ts';
import { type Site, startSite } from './site.ts';
import { until, View } from './view.ts';

/** The two. */
export interface Pair {
  readonly site: Site;
  readonly alice: Person;
  readonly bob: Person;
  stop(): Promise<void>;
}

/** Opens the chat with the other one. */
export async function enterChat(person: Person, { site, alice }: Pick<Pair, 'site' | 'alice'>): Promise<View> {
  const [name, peer] = person === alice ? ['alice', 'bob'] : ['bob', 'alice'];
  await person.page.goto(`${site.origin}/with/${peer}?as=${name}`);
  return View.of(person);
}

/** Starts both, and pairs them by one click each. */
export async function startPair(): Promise<Pair> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const site = await startSite();
    closers.push(() => site.stop());
    const extension: GrantedExtension = await makeGranted('chrome-mv3');
    closers.push(() => extension.remove());
    const alice = await Person.begin('chromium', extension.folder);
    closers.push(() => alice.end());
    const bob = await Person.begin('chromium', extension.folder);
    closers.push(() => bob.end());
    const pair = { site, alice, bob, stop };
    for (const person of [alice, bob]) await enterChat(person, pair);
    await alice.pressLock('#editor');
    await bob.accept();
    await Promise.all([alice.untilPrivate(), bob.untilPrivate()]);
    return pair;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of everything that the site ever saw: one message id, one ciphertext; one message key, one ciphertext. */
export function expectSoundLedger(site: Site): void {
  const ledger = takeLedger(site.posts().map(({ text }) => text));
  const again = [...ledger.times.values()].filter((times) => times > 1).length;
  console.log(`${ledger.texts.size} chunks, ${ledger.keys.size} message keys, ${again} chunks sent again as they were`);
  expect(ledger.keys.size).toBeGreaterThan(0);
  expect(usedTwice(ledger.texts)).toBe(0);
  expect(usedTwice(ledger.keys)).toBe(0);
}

/** Each of `said` is shown exactly once, to whomever `view` is of, in the order of saying; waits until there are as many. */
export async function expectOnce(view: View, said: readonly string[]): Promise<void> {
  const look = async (): Promise<string[]> => {
    const [bubbles = []] = await view.transcripts();
    const shown = bubbles.filter(({ state }) => state !== 'repeated').map(({ words }) => words);
    return shown.filter((words) => said.includes(words));
  };
  await until('all bubbles', async () => ((await look()).length >= said.length ? true : undefined)).catch(
    () => undefined,
  );
  expect(await look()).toEqual(said);
}

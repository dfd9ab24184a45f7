/** Owns Alice and Bob in Chromium at the recorded site, paired. */
import { type GrantedExtension, makeGranted } from './granted.ts';
import { Person } from './person.ts';
import { type Site, startSite } from './recorded-site.ts';
import { View } from './view.ts';

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

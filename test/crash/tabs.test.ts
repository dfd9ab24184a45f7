/** Two tabs of one chat send at once, again and again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pair, startPair } from '../support/pair.ts';
import { pressEnter, typeInto, until, View } from '../support/view.ts';
import { expectSoundLedger } from './support/account.ts';
import { slow } from './support/chance.ts';

const ROUNDS = slow ? 100 : 12;

describe('two tabs of one chat', () => {
  let pair: Pair;
  let alice: View;
  let bob: View;

  beforeAll(async () => {
    pair = await startPair();
    const { page } = pair.alice;
    // A tab that nobody sees draws nothing: the second is in a window of its own, and both take themselves for focused.
    const second = await page.browser().newPage({ type: 'window' });
    for (const each of [page, second]) await each.emulateFocusedPage(true);
    await second.goto(page.url());
    alice = await View.of(pair.alice);
    bob = await View.of(pair.bob);
    await until('two composers', async () => ((await alice.composers()).length === 2 ? true : undefined));
  });
  afterAll(() => pair?.stop());

  it('send at the same moment: everything arrives once, everywhere, and no key is used twice', async () => {
    const said: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const composers = await until('two free composers', async () => {
        const found = await alice.composers();
        return found.length === 2 && found.every(({ busy, words }) => !busy && words === '') ? found : undefined;
      });
      const texts = composers.map((_, tab) => `round ${round}, tab ${tab}`);
      await Promise.all(composers.map(({ frame }, tab) => typeInto(frame, texts[tab]!)));
      await Promise.all(composers.map(({ frame }) => pressEnter(frame)));
      said.push(...texts);
      for (const words of texts) await bob.untilShown(words);
    }
    const sorted = [...said].sort();
    const shown = async (view: View): Promise<string[][]> =>
      (await view.transcripts()).map((bubbles) =>
        bubbles
          .map(({ words }) => words)
          .filter((words) => words.startsWith('round '))
          .sort(),
      );
    expect(await shown(bob)).toEqual([sorted]);
    await until('both tabs', async () => {
      const all = await shown(alice);
      return all.length === 2 && all.every((words) => words.length === sorted.length) ? true : undefined;
    });
    expect(await shown(alice)).toEqual([sorted, sorted]);
    expectSoundLedger(pair.site);
  });
});

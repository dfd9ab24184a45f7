import { IDBKeyRange } from 'fake-indexeddb';
import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { createMemoryLocks, openStore } from '../store/index.ts';
import { sendText } from './send.ts';
import type { Surroundings } from './surroundings.ts';
import { type Installation, Pair, systemRandom, textsOf } from './test-installation.ts';
import { keysUsedTwice, keyUses } from './test-ledger.ts';

beforeAll(cryptoReady);

const ROUNDS = 100;

async function secondTab({ keeper, indexedDB, around }: Installation, locks = around.locks): Promise<Surroundings> {
  const store = await openStore({ keeper, locks, random: systemRandom, platform: { indexedDB, IDBKeyRange } });
  return { ...around, store, locks };
}

describe.each([
  ['with the locks that tabs share', true],
  ['even without locks, by the transaction alone', false],
])('two tabs that send at once, %s', (_, shared) => {
  it(`lose nothing, repeat nothing and use no key twice in ${ROUNDS} rounds`, async () => {
    const pair = await Pair.paired();
    const tabs = [pair.alice.around, await secondTab(pair.alice, shared ? undefined : createMemoryLocks())];
    const expected: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const texts = tabs.map((_, tab) => `round ${round} of tab ${tab}`);
      expected.push(...texts);
      await Promise.all(
        tabs.map((around, tab) => sendText(around, pair.alicePage, { text: texts[tab]!, clientId: texts[tab]! })),
      );
    }
    const before = keyUses(pair.chat.rows).size;
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.chat.read(pair.bob, pair.bobPage);
    const read = await textsOf(pair.bob, pair.bobPage);
    expect([...read].sort()).toEqual(expected.map((text) => `them: ${text}`).sort());
    expect(keysUsedTwice(pair.chat.rows)).toBe(0);
    expect(keyUses(pair.chat.rows).size).toBe(before + 2 * ROUNDS);
  });
});

describe('one message from two tabs', () => {
  it('is one message: the same client id is encrypted once', async () => {
    const pair = await Pair.paired();
    const tabs = [pair.alice.around, await secondTab(pair.alice)];
    const entries = await Promise.all(
      tabs.map((around) => sendText(around, pair.alicePage, { text: 'once', clientId: 'one' })),
    );
    expect(entries[0]).toBe(entries[1]);
    await pair.chat.post(pair.alice, pair.alicePage);
    await pair.say('alice', 'next');
    await pair.settle();
    expect(await textsOf(pair.bob, pair.bobPage)).toEqual(['them: once', 'them: next']);
    // Nothing was encrypted and thrown away in between.
    const counters = [...keyUses(pair.chat.rows).keys()].map((name) => Number(name.split(' ')[1]));
    expect(counters.slice(-2)).toEqual([1, 2]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { Failure } from '../failure/index.ts';
import { acceptInvite } from './accept.ts';
import { invite } from './invite.ts';
import { markSent, takeOutbox } from './outbox.ts';
import { sendText } from './send.ts';
import { copyOf } from './test-disk.ts';
import { Crash, FaultPlan, injectFaults, liftFaults } from './test-faults.ts';
import { Pair, SENTENCE, textsOf } from './test-installation.ts';
import { keysUsedTwice } from './test-ledger.ts';
import { restoredPair } from './test-restored.ts';

beforeAll(cryptoReady);

/** One thing that a person or a page asks for, which may be interrupted anywhere and is asked for again. */
interface Scenario {
  readonly name: string;
  /** Where things stand before. */
  readonly prepare: () => Promise<Pair>;
  readonly who: 'alice' | 'bob';
  readonly act: (pair: Pair) => Promise<void>;
  /** What was said in the end: of each by whom, as Alice's history has it. */
  readonly said?: readonly string[];
}

/** A chat of Alice's restored browser, in which she wrote; "missed" is what it does not have. */
async function writtenInRestored(steps: number): Promise<Pair> {
  const pair = await restoredPair(['missed']);
  const { alice, alicePage, bob, bobPage, chat } = pair;
  if (steps > 0) {
    await sendText(alice.around, alicePage, { text: 'once', clientId: 'the same', sentence: SENTENCE });
    await chat.post(alice, alicePage);
  }
  // In turns, each reads and answers.
  for (let step = 1; step < steps; step++) {
    const [who, page] = step % 2 === 1 ? [bob, bobPage] : [alice, alicePage];
    await chat.read(who, page);
    await chat.post(who, page);
  }
  return pair;
}

const read = (who: 'alice' | 'bob') => async (pair: Pair) => {
  const page = who === 'alice' ? pair.alicePage : pair.bobPage;
  await pair.chat.read(pair[who], page);
  await pair.chat.post(pair[who], page, true);
};
const IN_RESTORED = ['me: before', 'them: heard', 'them: missed', 'me: once'];

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'inviting',
    prepare: () => Pair.strangers(),
    who: 'alice',
    act: async ({ alice, alicePage, chat }) => {
      await invite(alice.around, alicePage, SENTENCE);
      await chat.post(alice, alicePage, true);
    },
  },
  {
    name: 'reading and accepting an invite',
    prepare: async () => {
      const pair = await Pair.strangers();
      await pair.invite();
      return pair;
    },
    who: 'bob',
    act: async ({ bob, bobPage, chat }) => {
      const [reading] = await chat.read(bob, bobPage);
      if (reading?.kind === 'entry') await acceptInvite(bob.around, bobPage, reading.entry);
      await chat.post(bob, bobPage, true);
    },
  },
  {
    name: 'reading the first message and answering it',
    prepare: async () => {
      const pair = await Pair.strangers();
      await pair.invite();
      await pair.accept();
      return pair;
    },
    who: 'alice',
    act: async ({ alice, alicePage, chat }) => {
      await chat.read(alice, alicePage);
      await chat.post(alice, alicePage, true);
    },
  },
  {
    name: 'sending a text',
    prepare: () => Pair.paired(),
    who: 'alice',
    act: async ({ alice, alicePage, chat }) => {
      await sendText(alice.around, alicePage, { text: 'once', clientId: 'the same' });
      for (const { entry, texts } of await takeOutbox(alice.around, alicePage, true)) {
        chat.rows.push(...texts);
        await markSent(alice.around, entry);
      }
    },
    said: ['me: once'],
  },
  {
    name: 'reading a text',
    prepare: async () => {
      const pair = await Pair.paired();
      await pair.say('alice', 'once');
      return pair;
    },
    who: 'bob',
    act: async ({ bob, bobPage, chat }) => {
      await chat.read(bob, bobPage);
    },
    said: ['me: once'],
  },
  {
    name: 'writing in a restored chat',
    prepare: () => writtenInRestored(0),
    who: 'alice',
    act: async ({ alice, alicePage, chat }) => {
      await sendText(alice.around, alicePage, { text: 'once', clientId: 'the same', sentence: SENTENCE });
      await chat.post(alice, alicePage, true);
    },
    said: IN_RESTORED,
  },
  {
    name: 'asking what was missed, and sending what waited',
    prepare: () => writtenInRestored(2),
    who: 'alice',
    act: read('alice'),
    said: IN_RESTORED,
  },
  {
    name: 'sending again what was missed',
    prepare: () => writtenInRestored(3),
    who: 'bob',
    act: read('bob'),
    said: IN_RESTORED,
  },
  {
    name: 'taking what was sent again',
    prepare: () => writtenInRestored(4),
    who: 'alice',
    act: read('alice'),
    said: IN_RESTORED,
  },
];

/** The same disks, and the same rows on the site. */
async function copyPair(pair: Pair): Promise<Pair> {
  const copy = await Pair.strangers();
  copy.alice = await copyOf(pair.alice);
  copy.bob = await copyOf(pair.bob);
  copy.chat.rows.push(...pair.chat.rows);
  return copy;
}

/** Makes the scenario break at point `at`, then lets it be asked for again. Undefined where there is no such point. */
async function breakAt(scenario: Scenario, prepared: Pair, at: number, restart: boolean): Promise<Pair | undefined> {
  const pair = await copyPair(prepared);
  const who = pair[scenario.who];
  const plan = new FaultPlan(at, () => (restart ? new Crash('crash') : new Failure('StoreUnavailable', 'later')));
  injectFaults(who, plan);
  const interrupted = await scenario.act(pair).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Crash || error instanceof Failure) return true;
      throw error;
    },
  );
  if (!interrupted) return undefined;
  liftFaults(who);
  if (restart) await who.restart();
  await scenario.act(pair);
  return pair;
}

/** Whatever was interrupted: both are in one private chat, everything is there once, and no key was used twice. */
async function expectSound(scenario: Scenario, pair: Pair): Promise<void> {
  if (scenario.name === 'inviting') await pair.accept();
  await pair.settle();
  const said = scenario.said ?? [];
  await pair.say('bob', 'and back');
  await pair.settle();
  await pair.say('alice', 'and forth');
  await pair.settle();
  const [alice, bob] = [await textsOf(pair.alice, pair.alicePage), await textsOf(pair.bob, pair.bobPage)];
  const whole = [...said, 'them: and back', 'me: and forth'];
  expect(alice).toEqual(whole);
  expect(bob).toEqual(whole.map((line) => line.replace(/^(me|them)/, (who) => (who === 'me' ? 'them' : 'me'))));
  expect(keysUsedTwice(pair.chat.rows)).toBe(0);
}

const DIES = ['the worker dies', true] as const;
const FAILS = ['the store fails', false] as const;

describe.each(SCENARIOS)('$name', (scenario) => {
  // Each way takes seconds; what fails in a restored chat takes the steps that the others take.
  it.each(scenario.said === IN_RESTORED ? [DIES] : [DIES, FAILS])(
    'is done once, nothing lost and no key used twice, where %s at any await',
    async (_, restart) => {
      const prepared = await scenario.prepare();
      let points = 0;
      for (;;) {
        const pair = await breakAt(scenario, prepared, points + 1, restart);
        if (pair === undefined) break;
        points++;
        await expectSound(scenario, pair);
      }
      // A scenario without points would prove nothing.
      expect(points).toBeGreaterThan(10);
    },
  );
});

describe('a worker that dies between commit and page', () => {
  it('hands out the same ciphertext, byte for byte', async () => {
    const pair = await Pair.paired();
    await sendText(pair.alice.around, pair.alicePage, { text: 'once', clientId: 'one' });
    const [first] = await takeOutbox(pair.alice.around, pair.alicePage, false);
    await pair.alice.restart();
    expect(await takeOutbox(pair.alice.around, pair.alicePage, false)).toEqual([]);
    await sendText(pair.alice.around, pair.alicePage, { text: 'once', clientId: 'one' });
    expect(await takeOutbox(pair.alice.around, pair.alicePage, true)).toEqual([first]);
  });
});

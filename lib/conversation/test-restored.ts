/** For tests: a pair of which one lost the browser and has a new one, restored from a backup. */
import { readSpans } from './receive.ts';
import { queued, takeAll, turnOn } from './test-backup.ts';
import { Installation, Pair, type ROOMY, spansOf } from './test-installation.ts';
import { type BubbleView, bubblesOf } from './views.ts';

/**
 * Alice said and heard something, her backup has it; then `meanwhile` Bob says what her backup does not have, and she has a
 * new browser. Nobody has said anything in it yet.
 */
export async function restoredPair(meanwhile: readonly string[] = [], text?: typeof ROOMY): Promise<Pair> {
  const pair = await Pair.paired(text);
  await pair.say('alice', 'before');
  await pair.settle();
  await pair.say('bob', 'heard');
  await pair.settle();
  const root = await turnOn(pair.alice);
  const records = await queued(pair.alice);
  for (const words of meanwhile) await pair.say('bob', words);
  pair.alice = await Installation.start();
  await takeAll(pair.alice, root, records);
  return pair;
}

/** What `who` sees over all rows of the chat, each row called by its number. */
export async function bubblesSeen(
  pair: Pair,
  who: 'alice' | 'bob',
  texts: readonly string[] = pair.chat.rows,
): Promise<BubbleView[]> {
  const page = who === 'alice' ? pair.alicePage : pair.bobPage;
  const look = () => Promise.all(texts.map((row) => readSpans(pair[who].around, page, spansOf([row]))));
  // What was read last may say more about what was read first.
  await look();
  const readings = await look();
  return bubblesOf(
    pair[who].around,
    page,
    readings.map((each, i) => ({ id: `${i}`, readings: each })),
  );
}

/** Owns what has to be true of all that was said between the two, whatever died. */
import { expect } from 'vitest';
import type { Site } from '../../support/recorded-site.ts';
import { until, type View } from '../../support/view.ts';
import { takeLedger, usedTwice } from './ledger.ts';

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
  let seen: string[] = [];
  const look = async (): Promise<string[]> => {
    const [bubbles = []] = await view.transcripts();
    const shown = bubbles.filter(({ state }) => state !== 'repeated').map(({ words }) => words);
    seen = shown.filter((words) => said.includes(words));
    return seen;
  };
  await until('all bubbles', async () => ((await look()).length >= said.length ? true : undefined)).catch(
    () => undefined,
  );
  expect(seen).toEqual(said);
}

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoReady } from '../crypto/index.ts';
import { takeOutbox } from './outbox.ts';
import { readSpans } from './receive.ts';
import { sendText } from './send.ts';
import { copyOf } from './test-disk.ts';
import { Pair, spansOf } from './test-installation.ts';
import { keysUsedTwice } from './test-ledger.ts';
import { bubblesOf } from './views.ts';

beforeAll(cryptoReady);

type Move =
  | { readonly do: 'send'; readonly who: 'alice' | 'bob' }
  | { readonly do: 'show'; readonly to: 'alice' | 'bob'; readonly row: number }
  | { readonly do: 'alter'; readonly to: 'alice' | 'bob'; readonly row: number; readonly at: number }
  | { readonly do: 'restart'; readonly who: 'alice' | 'bob' };

const who = fc.constantFrom('alice' as const, 'bob' as const);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('show' as const), to: who, row: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('alter' as const), to: who, row: fc.nat(), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), who }) },
);

describe('a site that shows rows late, twice, altered and out of order, while workers die', () => {
  it('changes nothing in what both read at the end: every text once, in the order of the rows', async () => {
    const paired = await Pair.paired();
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 40 }), async (moves) => {
        const pair = await Pair.strangers();
        pair.alice = await copyOf(paired.alice);
        pair.bob = await copyOf(paired.bob);
        const pages = { alice: pair.alicePage, bob: pair.bobPage };
        const rows: string[] = [];
        const written: string[] = [];
        for (const step of moves) await play(step);
        for (const reader of ['alice', 'bob'] as const) {
          const read = [];
          for (const [i, row] of rows.entries()) {
            read.push({ id: `${i}`, readings: await readSpans(pair[reader].around, pages[reader], spansOf([row])) });
          }
          const bubbles = await bubblesOf(pair[reader].around, pages[reader], read);
          expect(bubbles.map(({ text }) => text)).toEqual(written);
          expect(bubbles.every(({ missingBefore }) => missingBefore === 0)).toBe(true);
        }
        expect(keysUsedTwice([...paired.chat.rows, ...rows])).toBe(0);

        async function play(step: Move): Promise<void> {
          if (step.do === 'restart') return pair[step.who].restart();
          if (step.do === 'send') {
            const text = `message ${written.length} of ${step.who}`;
            await sendText(pair[step.who].around, pages[step.who], { text, clientId: text });
            for (const { texts } of await takeOutbox(pair[step.who].around, pages[step.who], false))
              rows.push(...texts);
            written.push(text);
            return;
          }
          const row = rows[step.row % Math.max(1, rows.length)];
          if (row === undefined) return;
          const at = step.do === 'alter' ? step.at % row.length : row.length;
          const shown = row.slice(0, at) + (step.do === 'alter' ? 'x' : '') + row.slice(at + 1);
          await readSpans(pair[step.to].around, pages[step.to], spansOf([shown]));
        }
      }),
      { numRuns: 25 },
    );
  });
});

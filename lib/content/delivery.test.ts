/** The chain as a whole, against a model: a site that loses, repeats, re-orders and moves messages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindContext } from './context.ts';
import { openContent } from './open.ts';
import { EMPTY_RECEIVED_CHAIN, missingBefore, type ReceivedChain } from './received-chain.ts';
import { decodeReceivedChain, encodeReceivedChain } from './received-chain-codec.ts';
import type { SealedContent } from './seal.ts';
import { beginSentChain } from './sent-chain.ts';
import { anyContent, CONTEXT, codeOf, comparable, PLACE, seal, sha256, textOf, unwrap } from './test-support.ts';

const ELSEWHERE = {
  WrongConversation: bindContext({ ...PLACE, conversation: 'room-2' }, sha256),
  WrongSite: bindContext({ ...PLACE, site: 'https://evil.example' }, sha256),
  WrongSender: bindContext({ ...PLACE, sender: new Uint8Array(32).fill(9) }, sha256),
};

/** `count` messages, one after the other. */
function conversation(count: number, generation = 0, context = CONTEXT): SealedContent[] {
  const sent: SealedContent[] = [];
  let chain = beginSentChain(generation);
  for (let i = 0; i < count; i++) {
    const sealed = seal(textOf(`message ${i} of ${generation}`), chain, context);
    sent.push(sealed);
    chain = sealed.chain;
  }
  return sent;
}

const SENT = [conversation(24), conversation(24, 1)];
const MOVED = Object.entries(ELSEWHERE).map(([code, context]) => ({ code, sent: conversation(24, 0, context) }));

describe('receiving from a hostile site', () => {
  it('agrees with a model under loss, re-ordering, repetition and moves from elsewhere', () => {
    const arrival = fc.record({
      from: fc.constantFrom<'here' | 'moved'>('here', 'here', 'here', 'moved'),
      generation: fc.nat(1),
      sequence: fc.nat(23),
      elsewhere: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 80 }), (arrivals) => {
        const received = [new Set<number>(), new Set<number>()];
        let chain: ReceivedChain = EMPTY_RECEIVED_CHAIN;
        for (const { from, generation, sequence, elsewhere } of arrivals) {
          const moved = MOVED[elsewhere]!;
          const before = encodeReceivedChain(chain);
          const plaintext = (from === 'moved' ? moved.sent : SENT[generation]!)[sequence]!.plaintext;
          const outcome = openContent(plaintext, CONTEXT, chain, sha256);
          const seen = received[generation]!;
          if (from === 'moved') expect(codeOf(outcome)).toBe(moved.code);
          else if (seen.has(sequence)) expect(codeOf(outcome)).toBe('Repeated');
          else {
            const opened = unwrap(outcome);
            seen.add(sequence);
            // The model: how far back, from this message, the first one is that has come.
            let missing = 0;
            while (sequence - missing > 0 && !seen.has(sequence - missing - 1)) missing++;
            expect([opened.generation, opened.sequence, opened.gap]).toEqual([generation, sequence, missing]);
            expect(opened.content).toEqual(textOf(`message ${sequence} of ${generation}`));
            chain = opened.chain;
          }
          if (!outcome.ok) expect(encodeReceivedChain(chain)).toEqual(before);
          // What is stored is as good as what is in memory.
          chain = unwrap(decodeReceivedChain(encodeReceivedChain(chain)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes every message of any kind once, in any order, and then misses none', () => {
    const order = fc
      .array(anyContent, { minLength: 1, maxLength: 12 })
      .chain((contents) =>
        fc.tuple(
          fc.constant(contents),
          fc.shuffledSubarray([...contents.keys()], { minLength: contents.length, maxLength: contents.length }),
        ),
      );
    fc.assert(
      fc.property(order, ([contents, arrivals]) => {
        let sending = beginSentChain();
        const sent = contents.map((content) => {
          const sealed = seal(content, sending);
          sending = sealed.chain;
          return sealed;
        });
        let chain: ReceivedChain = EMPTY_RECEIVED_CHAIN;
        for (const n of arrivals) {
          const opened = unwrap(openContent(sent[n]!.plaintext, CONTEXT, chain, sha256));
          expect(comparable(opened.content)).toEqual(comparable(contents[n]));
          expect(opened.id).toEqual(sent[n]!.id);
          chain = opened.chain;
        }
        expect(chain.runs.map(({ gaps, next }) => [gaps.length, next])).toEqual([[0, contents.length]]);
      }),
    );
  });

  it('says "two messages before this one have not arrived", until they have', () => {
    const [sent] = SENT;
    const first = unwrap(openContent(sent![0]!.plaintext, CONTEXT, EMPTY_RECEIVED_CHAIN, sha256));
    const fourth = unwrap(openContent(sent![3]!.plaintext, CONTEXT, first.chain, sha256));
    expect(fourth.gap).toBe(2);
    const second = unwrap(openContent(sent![1]!.plaintext, CONTEXT, fourth.chain, sha256));
    expect([second.gap, missingBefore(second.chain, 0, 3)]).toEqual([0, 1]);
    const third = unwrap(openContent(sent![2]!.plaintext, CONTEXT, second.chain, sha256));
    expect([third.gap, missingBefore(third.chain, 0, 3)]).toEqual([0, 0]);
  });

  it('notices a sender that went back to an old copy of its chain', () => {
    const first = seal(textOf('first'));
    const second = seal(textOf('second'), first.chain);
    const again = seal(textOf('second, after a restore'), first.chain);
    const afterAgain = seal(textOf('third, after a restore'), again.chain);
    let chain: ReceivedChain = EMPTY_RECEIVED_CHAIN;
    for (const { plaintext } of [first, second]) chain = unwrap(openContent(plaintext, CONTEXT, chain, sha256)).chain;
    expect(codeOf(openContent(again.plaintext, CONTEXT, chain, sha256))).toBe('Repeated');
    expect(codeOf(openContent(afterAgain.plaintext, CONTEXT, chain, sha256))).toBe('ChainBroken');
    const anew = seal(textOf('second, in a new generation'), beginSentChain(1));
    expect(unwrap(openContent(anew.plaintext, CONTEXT, chain, sha256))).toMatchObject({ generation: 1, gap: 0 });
  });
});

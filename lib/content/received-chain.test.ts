import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfLength, writeUint32 } from '../bytes/index.ts';
import { NO_CONTENT, TAG_BYTES } from './hash.ts';
import { EMPTY_RECEIVED_CHAIN, MAX_GAPS, missingBefore, type ReceivedChain, receiveLink } from './received-chain.ts';
import { decodeReceivedChain, encodeReceivedChain } from './received-chain-codec.ts';
import { codeOf, codeThrown, sha256, tagOf, unwrap } from './test-support.ts';

/** The tag of content `n` in these tests; each names the one before it. */
const tag = (n: number) =>
  n < 0 ? NO_CONTENT : bytesOfLength<'ChainTag'>(sha256(writeUint32(n)).slice(0, TAG_BYTES), TAG_BYTES);
const link = (sequence: number, generation = 0) => ({ generation, sequence, previous: tag(sequence - 1) });

function receive(chain: ReceivedChain, ...sequences: number[]): ReceivedChain {
  return sequences.reduce((before, n) => receiveLink(before, link(n), tag(n)).chain, chain);
}
const arrived = (...sequences: number[]) => receive(EMPTY_RECEIVED_CHAIN, ...sequences);
const refused = (chain: ReceivedChain, n: number, part: object = {}, ownTag = tag(n)) =>
  codeThrown(() => receiveLink(chain, { ...link(n), ...part }, ownTag));
const ranges = (chain: ReceivedChain) => chain.runs[0]?.gaps.map(({ from, to }) => [from, to]);

describe('a received chain', () => {
  it('counts what is missing directly before a content', () => {
    expect(receiveLink(EMPTY_RECEIVED_CHAIN, link(0), tag(0)).gap).toBe(0);
    expect(receiveLink(EMPTY_RECEIVED_CHAIN, link(2), tag(2)).gap).toBe(2);
    expect(receiveLink(arrived(0, 1), link(2), tag(2)).gap).toBe(0);
    expect(receiveLink(arrived(0, 5), link(8), tag(8)).gap).toBe(2);
    expect(receiveLink(arrived(0, 9), link(5), tag(5)).gap).toBe(4);
  });

  it('keeps late contents in their place: each arrival narrows or splits its gap', () => {
    const chain = arrived(9);
    expect(ranges(chain)).toEqual([[0, 9]]);
    expect(ranges(receive(chain, 4))).toEqual([
      [0, 4],
      [5, 9],
    ]);
    expect(ranges(receive(chain, 4, 0, 8))).toEqual([
      [1, 4],
      [5, 8],
    ]);
    expect(ranges(receive(chain, 4, 0, 8, 2))).toEqual([
      [1, 2],
      [3, 4],
      [5, 8],
    ]);
    expect(ranges(receive(chain, 3, 2, 1, 0, 8, 7, 6, 5, 4))).toEqual([]);
  });

  it('tells what is missing before a content as late ones come', () => {
    const chain = arrived(0, 4);
    expect(missingBefore(chain, 0, 4)).toBe(3);
    expect(missingBefore(receive(chain, 3), 0, 4)).toBe(0);
    expect(missingBefore(receive(chain, 3), 0, 3)).toBe(2);
    expect(missingBefore(chain, 0, 3)).toBe(0);
    expect(missingBefore(chain, 1, 4)).toBe(0);
  });

  it('takes no number twice', () => {
    for (const n of [0, 1, 4]) expect(refused(arrived(0, 1, 4), n)).toBe('Repeated');
    expect(refused(arrived(0, 1, 4, 2), 2)).toBe('Repeated');
    expect(refused(arrived(0, 1, 4), 3)).toBe('no failure');
  });

  it('refuses a content that does not follow the one before it', () => {
    const other = { previous: tagOf(0xee) };
    expect(refused(arrived(0), 1, other)).toBe('ChainBroken');
    expect(refused(arrived(0, 5), 1, other)).toBe('ChainBroken');
    expect(refused(arrived(0, 5, 2), 3, other)).toBe('ChainBroken');
  });

  it('refuses a content that the one after it does not name', () => {
    expect(refused(arrived(0, 5), 4, {}, tagOf(0xee))).toBe('ChainBroken');
    expect(refused(arrived(0, 5, 2), 1, {}, tagOf(0xee))).toBe('ChainBroken');
    expect(refused(arrived(1), 0, {}, tagOf(0xee))).toBe('ChainBroken');
  });

  it('takes a content whose neighbours are unknown, and holds them to it', () => {
    const chain = receiveLink(arrived(9), { ...link(4), previous: tagOf(0xaa) }, tagOf(0xbb)).chain;
    expect(refused(chain, 3)).toBe('ChainBroken');
    expect(refused(chain, 3, {}, tagOf(0xaa))).toBe('no failure');
    expect(refused(chain, 5)).toBe('ChainBroken');
    expect(refused(chain, 5, { previous: tagOf(0xbb) })).toBe('no failure');
  });

  it('goes on after a refusal: the refused number is missing, and what follows is read', () => {
    const chain = arrived(0, 1);
    expect(refused(chain, 2, { previous: tagOf(0xee) })).toBe('ChainBroken');
    expect(receiveLink(chain, link(3), tag(3)).gap).toBe(1);
  });

  it('takes the last number of all', () => {
    expect(receiveLink(EMPTY_RECEIVED_CHAIN, link(0xfffffffe), tag(0xfffffffe)).gap).toBe(0xfffffffe);
  });
});

describe('what a received chain gives up', () => {
  const everyOther = (gaps: number) => arrived(...Array.from({ length: gaps }, (_, i) => 2 * i + 1));

  it(`is nothing while there are ${MAX_GAPS} gaps`, () => {
    const chain = everyOther(MAX_GAPS);
    expect(chain.runs[0]?.gaps.length).toBe(MAX_GAPS);
    expect(refused(chain, 0)).toBe('no failure');
  });

  it('is the oldest gap when there is one more: its contents are TooOld, everything newer is as before', () => {
    const chain = everyOther(MAX_GAPS + 1);
    expect(chain.runs[0]).toMatchObject({ floor: 1 });
    expect(chain.runs[0]?.gaps.length).toBe(MAX_GAPS);
    expect(refused(chain, 0)).toBe('TooOld');
    expect(refused(chain, 1)).toBe('Repeated');
    expect(refused(chain, 2)).toBe('no failure');
    expect(refused(chain, 2 * MAX_GAPS + 2)).toBe('no failure');
  });

  it('is the oldest gap also when a late content splits one', () => {
    const chain = receive(everyOther(MAX_GAPS), 2 * MAX_GAPS + 3, 2 * MAX_GAPS + 10);
    const full = receive(chain, 2 * MAX_GAPS + 5);
    expect([full.runs[0]?.gaps.length, ranges(full)?.[0]]).toEqual([MAX_GAPS, [6, 7]]);
    expect(refused(full, 4)).toBe('TooOld');
  });

  it('is the oldest of five generations', () => {
    const begin = (chain: ReceivedChain, generation: number) => receiveLink(chain, link(0, generation), tag(0)).chain;
    const four = [3, 9, 5, 7].reduce(begin, EMPTY_RECEIVED_CHAIN);
    expect(four.runs.map(({ generation }) => generation)).toEqual([9, 7, 5, 3]);
    expect(codeThrown(() => begin(four, 5))).toBe('Repeated');
    expect(codeThrown(() => begin(four, 3))).toBe('Repeated');
    expect(codeThrown(() => begin(four, 2))).toBe('TooOld');
    expect(begin(four, 4).runs.map(({ generation }) => generation)).toEqual([9, 7, 5, 4]);
    expect(receiveLink(four, link(1, 3), tag(1)).gap).toBe(0);
    expect(codeThrown(() => begin(begin(four, 10), 3))).toBe('TooOld');
  });
});

describe('the stored form of a received chain', () => {
  const chains = fc.array(fc.tuple(fc.nat(60), fc.nat(5)), { maxLength: 60 }).map((arrivals) =>
    arrivals.reduce((chain, [n, generation]) => {
      try {
        return receiveLink(chain, link(n, generation), tag(n)).chain;
      } catch {
        return chain;
      }
    }, EMPTY_RECEIVED_CHAIN),
  );

  it('comes back as it was', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        expect(unwrap(decodeReceivedChain(encodeReceivedChain(chain)))).toEqual(chain);
      }),
    );
  });

  it('is at most 41 093 bytes, 40 a gap', () => {
    expect(encodeReceivedChain(EMPTY_RECEIVED_CHAIN).length).toBe(5);
    expect(encodeReceivedChain(arrived(0)).length).toBe(37);
    expect(encodeReceivedChain(arrived(1)).length).toBe(77);
  });

  it('comes back where the last number has come, and where gaps were given up', () => {
    const everyOther = Array.from({ length: MAX_GAPS + 1 }, (_, i) => 2 * i + 1);
    for (const chain of [arrived(0xfffffffe), arrived(...everyOther)]) {
      expect(unwrap(decodeReceivedChain(encodeReceivedChain(chain)))).toEqual(chain);
    }
  });

  it('is InvalidState cut short, with more behind it, or with another format', () => {
    const stored = encodeReceivedChain(arrived(0, 5, 9));
    for (let length = 0; length < stored.length; length++) {
      expect(codeOf(decodeReceivedChain(stored.subarray(0, length)))).toBe('InvalidState');
    }
    expect(codeOf(decodeReceivedChain(Uint8Array.of(...stored, 0)))).toBe('InvalidState');
    expect(codeOf(decodeReceivedChain(Uint8Array.of(2, ...stored.subarray(1))))).toBe('InvalidState');
  });

  const gap = { from: 1, to: 3, before: tag(0), after: tag(2) };
  const run = { generation: 2, floor: 0, next: 9, head: tag(8), gaps: [gap] };
  const stored = (...runs: object[]) => codeOf(decodeReceivedChain(encodeReceivedChain({ runs } as ReceivedChain)));
  const withGaps = (...gaps: object[]) => stored({ ...run, gaps });

  it('holds to every invariant', () => {
    expect(stored(run, { ...run, generation: 1 })).toBe('no failure');
    expect(stored(run, run)).toBe('InvalidState');
    expect(stored(run, { ...run, generation: 3 })).toBe('InvalidState');
    expect(stored(...[9, 8, 7, 6].map((generation) => ({ ...run, generation })))).toBe('no failure');
    expect(stored(...[9, 8, 7, 6, 5].map((generation) => ({ ...run, generation })))).toBe('InvalidState');
    expect(stored({ ...run, next: 0, gaps: [] })).toBe('InvalidState');
    expect(stored({ ...run, head: NO_CONTENT })).toBe('InvalidState');
    expect([stored({ ...run, gaps: [], floor: 8 }), stored({ ...run, gaps: [], floor: 9 })]).toEqual([
      'no failure',
      'InvalidState',
    ]);
    expect([stored({ ...run, gaps: [], next: 0xffffffff })]).toEqual(['no failure']);
  });

  it('holds to every invariant of a gap', () => {
    expect([withGaps({ ...gap, to: 2 }), withGaps({ ...gap, to: 1 })]).toEqual(['no failure', 'InvalidState']);
    expect([withGaps({ ...gap, to: 8 }), withGaps({ ...gap, to: 9 })]).toEqual(['no failure', 'InvalidState']);
    expect(withGaps({ ...gap, before: NO_CONTENT })).toBe('InvalidState');
    expect(withGaps({ ...gap, after: NO_CONTENT })).toBe('InvalidState');
    expect(withGaps({ ...gap, from: 0 })).toBe('InvalidState');
    expect(withGaps({ ...gap, from: 0, before: NO_CONTENT })).toBe('no failure');
    expect(withGaps(gap, { ...gap, from: 4, to: 5 })).toBe('no failure');
    expect(withGaps(gap, { ...gap, from: 3, to: 5 })).toBe('InvalidState');
    const raised = (floor: number) => stored({ ...run, floor, gaps: [{ ...gap, from: 3, to: 5 }] });
    expect([raised(2), raised(3)]).toEqual(['no failure', 'InvalidState']);
    const full = (gaps: number) => ({
      ...run,
      next: 2000,
      gaps: Array.from({ length: gaps }, (_, i) => ({ ...gap, from: 2 * i + 1, to: 2 * i + 2 })),
    });
    expect([stored(full(MAX_GAPS)), stored(full(MAX_GAPS + 1))]).toEqual(['no failure', 'InvalidState']);
  });

  it('never ends in anything but a chain or InvalidState, and a chain has one stored form', () => {
    const flips = fc
      .tuple(chains, fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 4 }))
      .map(([chain, edits]) => {
        const bytes = encodeReceivedChain(chain);
        for (const [offset, value] of edits) if (offset < bytes.length) bytes[offset] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(flips, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const outcome = decodeReceivedChain(bytes);
        if (outcome.ok) expect(encodeReceivedChain(outcome.value)).toEqual(bytes);
        else expect(outcome.failure.code).toBe('InvalidState');
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../bytes/index.ts';
import {
  type Assembly,
  addChunk,
  EMPTY_ASSEMBLY,
  expireAssembly,
  heldBytes,
  MAX_AGE_MS,
  MAX_ASSEMBLY_BYTES,
  MAX_SETS,
} from './assembly.ts';
import type { Chunk } from './chunk-frame.ts';
import { chunk, messageId, sampleBytes } from './test-samples.ts';

/** The chunks of a message of `count` parts of `length` bytes. */
function message(count: number, id = 1, length = 10): Chunk[] {
  return Array.from({ length: count }, (_, index) =>
    chunk({ messageId: messageId(id), index, count, payload: sampleBytes(length, 100 * id + index) }),
  );
}

function bytesOf(chunks: readonly Chunk[]): Uint8Array {
  return concatBytes(...chunks.map(({ payload }) => payload));
}

function added(chunks: readonly Chunk[], nowMs = 0, from: Assembly = EMPTY_ASSEMBLY): Assembly {
  return chunks.reduce((state, each) => addChunk(state, 'bob', each, nowMs).state, from);
}

const [A, B, C] = message(3) as [Chunk, Chunk, Chunk];

describe('addChunk', () => {
  it('completes a message of one chunk at once and keeps nothing', () => {
    const step = addChunk(EMPTY_ASSEMBLY, 'bob', chunk(), 5);
    expect(step).toEqual({ state: EMPTY_ASSEMBLY, outcome: { kind: 'complete', bytes: chunk().payload } });
  });

  it('completes an empty message', () => {
    const step = addChunk(EMPTY_ASSEMBLY, 'bob', chunk({ payload: new Uint8Array() }), 5);
    expect(step.outcome).toEqual({ kind: 'complete', bytes: new Uint8Array() });
  });

  it('says how many chunks have come until the last one gives the bytes in order', () => {
    const first = addChunk(EMPTY_ASSEMBLY, 'bob', C, 5);
    expect(first.outcome).toEqual({ kind: 'waiting', have: 1, of: 3 });
    expect(first.state.incomplete).toEqual([
      { sender: 'bob', messageId: C.messageId, firstSeenMs: 5, slices: [undefined, undefined, C.payload] },
    ]);
    const second = addChunk(first.state, 'bob', A, 6);
    expect(second.outcome).toEqual({ kind: 'waiting', have: 2, of: 3 });
    expect(second.state.incomplete[0]!.firstSeenMs).toBe(5);
    const third = addChunk(second.state, 'bob', B, 7);
    expect(third).toEqual({ state: EMPTY_ASSEMBLY, outcome: { kind: 'complete', bytes: bytesOf([A, B, C]) } });
  });

  it('completes in any order with repetitions', () => {
    const chunks = message(5);
    const order = fc.shuffledSubarray([...chunks, ...chunks, ...chunks], { minLength: 15 });
    fc.assert(
      fc.property(order, (shuffled) => {
        let state = EMPTY_ASSEMBLY;
        for (const each of shuffled) {
          const step = addChunk(state, 'bob', each, 0);
          state = step.state;
          if (step.outcome.kind !== 'complete') continue;
          expect(step.outcome.bytes).toEqual(bytesOf(chunks));
          return;
        }
        expect.unreachable('all chunks came');
      }),
    );
  });

  it('leaves the state it was given as it was', () => {
    const state = added([A]);
    const before = structuredClone(state);
    addChunk(state, 'bob', B, 0);
    expect(state).toEqual(before);
  });

  it('names a duplicate and changes nothing', () => {
    const state = added([A, B]);
    const step = addChunk(state, 'bob', { ...A, payload: A.payload.slice() as typeof A.payload }, 9);
    expect(step.outcome).toEqual({ kind: 'duplicate', have: 2, of: 3 });
    expect(step.state).toBe(state);
  });

  it('names another payload in the same place a conflict and keeps the first', () => {
    const state = added([A]);
    for (const payload of [sampleBytes(10, 999), A.payload.subarray(1)]) {
      const step = addChunk(state, 'bob', { ...A, payload: payload as typeof A.payload }, 9);
      expect(step.outcome).toEqual({ kind: 'conflict', over: 'payload' });
      expect(step.state).toBe(state);
    }
  });

  it('names another number of chunks a conflict, also that of a single one', () => {
    const state = added([A]);
    for (const other of [
      { ...B, count: 2 },
      { ...B, count: 4 },
      { ...A, count: 1 },
      { ...A, count: 4 },
    ]) {
      const step = addChunk(state, 'bob', other, 9);
      expect(step.outcome).toEqual({ kind: 'conflict', over: 'count' });
      expect(step.state).toBe(state);
    }
  });

  it('keeps senders and messages apart', () => {
    const state = added([A]);
    expect(addChunk(state, 'eve', B, 0).outcome).toEqual({ kind: 'waiting', have: 1, of: 3 });
    expect(addChunk(state, 'bob', message(3, 2)[1]!, 0).outcome).toEqual({ kind: 'waiting', have: 1, of: 3 });
    const both = addChunk(addChunk(state, 'eve', B, 0).state, 'bob', B, 0);
    expect(both.outcome).toEqual({ kind: 'waiting', have: 2, of: 3 });
    expect(both.state.incomplete.map(({ sender }) => sender)).toEqual(['eve', 'bob']);
  });

  it('throws for a sender, a time or a chunk that cannot be', () => {
    for (const sender of ['', 'x'.repeat(129), '\ud83d', 'a\udc00']) {
      expect(() => addChunk(EMPTY_ASSEMBLY, sender, A, 0)).toThrow(RangeError);
    }
    expect(addChunk(EMPTY_ASSEMBLY, '😀'.repeat(64), A, 0).outcome.kind).toBe('waiting');
    for (const time of [-1, 0.5, Number.NaN])
      expect(() => addChunk(EMPTY_ASSEMBLY, 'bob', A, time)).toThrow(RangeError);
    for (const index of [-1, 3]) {
      expect(() => addChunk(EMPTY_ASSEMBLY, 'bob', { ...A, index }, 0)).toThrow('no such chunk');
    }
  });
});

describe('the age of a set', () => {
  it('ends 30 days after its first chunk', () => {
    const state = added([B], 500, added([A], 100));
    expect(expireAssembly(state, 100)).toBe(state);
    expect(expireAssembly(state, 100 + MAX_AGE_MS)).toBe(state);
    expect(expireAssembly(state, 101 + MAX_AGE_MS)).toEqual(EMPTY_ASSEMBLY);
    expect(MAX_AGE_MS).toBe(2_592_000_000);
  });

  it('ends for that set alone, and before a chunk is added', () => {
    const young = message(2, 2);
    const state = added([young[0]!], 200, added([A, B], 100));
    const step = addChunk(state, 'bob', C, 101 + MAX_AGE_MS);
    expect(step.outcome).toEqual({ kind: 'waiting', have: 1, of: 3 });
    expect(step.state.incomplete.map((set) => set.firstSeenMs)).toEqual([200, 101 + MAX_AGE_MS]);
  });

  it('that is 30 days to the millisecond stays while another ends', () => {
    const state = added([young()], 101, added([A], 100));
    const kept = expireAssembly(state, 101 + MAX_AGE_MS);
    expect(kept.incomplete.map((set) => set.firstSeenMs)).toEqual([101]);
  });

  it('is counted from now where the clock was set back', () => {
    const state = added([young()], 50, added([A], 1000));
    expect(state.incomplete.map((set) => set.firstSeenMs)).toEqual([50, 50]);
    expect(expireAssembly(state, 51 + MAX_AGE_MS)).toEqual(EMPTY_ASSEMBLY);
  });

  it('throws for a time that cannot be', () => {
    expect(() => expireAssembly(EMPTY_ASSEMBLY, -1)).toThrow(RangeError);
    expect(() => expireAssembly(EMPTY_ASSEMBLY, 1.5)).toThrow(RangeError);
  });
});

describe('the bounds of an assembly', () => {
  it('are 256 sets, of which the one that has not grown for longest goes', () => {
    let state: Assembly = EMPTY_ASSEMBLY;
    const firsts = Array.from({ length: MAX_SETS }, (_, id) => message(3, id, 1)[0]!);
    state = added(firsts, 0, state);
    expect(state.incomplete.length).toBe(256);
    // The oldest set grows, so the second oldest is the next to go.
    state = added([message(3, 0, 1)[1]!], 0, state);
    expect(state.incomplete.length).toBe(256);
    state = addChunk(state, 'eve', A, 0).state;
    expect(state.incomplete.length).toBe(256);
    expect(state.incomplete[0]!.messageId).toEqual(messageId(2));
    expect(state.incomplete.at(-2)!.messageId).toEqual(messageId(0));
    expect(state.incomplete.at(-1)!.sender).toBe('eve');
  });

  it('are 2 MiB, for which as many sets go as need be', () => {
    const half = added(message(64, 1, 16_384).slice(0, 63), 0);
    const nearlyFull = added(message(64, 2, 16_384).slice(0, 63), 0, half);
    const full = added(message(3, 3, 16_384).slice(0, 2), 0, nearlyFull);
    expect(heldBytes(full.incomplete)).toBe(MAX_ASSEMBLY_BYTES);
    expect(full.incomplete.length).toBe(3);
    const over = added(message(3, 4, 1).slice(0, 1), 0, full);
    expect(over.incomplete.map((set) => set.messageId[0])).toEqual([2, 3, 4]);
    expect(heldBytes(over.incomplete)).toBe(65 * 16_384 + 1);
  });

  it('count no bytes of a set that goes for being one too many', () => {
    const large = message(64, 255, 16_384).slice(0, 63);
    const small = Array.from({ length: MAX_SETS - 2 }, (_, id) => message(3, id, 100)[0]!);
    const state = added(large, 0, added(small, 0, added(message(64, 254, 16_384).slice(0, 63))));
    expect(state.incomplete.length).toBe(256);
    const step = addChunk(state, 'eve', message(3, 1, 16_384)[0]!, 0);
    expect(heldBytes(state.incomplete) + 16_384).toBeGreaterThan(MAX_ASSEMBLY_BYTES);
    expect(step.state.incomplete.length).toBe(256);
  });

  it('drop several small sets for one large chunk', () => {
    const small = added([message(3, 1, 8000)[0]!, message(3, 2, 8000)[0]!, message(3, 3, 8000)[0]!]);
    const large = added([...message(64, 4, 16_384).slice(0, 63), ...message(64, 5, 16_384).slice(0, 63)], 0, small);
    expect(large.incomplete.map((set) => set.messageId[0])).toEqual([1, 2, 3, 4, 5]);
    const over = added(message(3, 6, 16_384).slice(0, 1), 0, large);
    expect(over.incomplete.map((set) => set.messageId[0])).toEqual([2, 3, 4, 5, 6]);
    const more = added([message(3, 6, 16_384)[1]!], 0, over);
    expect(more.incomplete.map((set) => set.messageId[0])).toEqual([4, 5, 6]);
  });
});

function young(): Chunk {
  return message(2, 2)[0]!;
}

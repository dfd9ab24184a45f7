import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, concatBytes, encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { type Assembly, addChunk, EMPTY_ASSEMBLY, MAX_SETS } from './assembly.ts';
import { decodeAssembly, encodeAssembly } from './assembly-record.ts';
import { accepted, chunk, codeOf, expectRefusal, messageId, sampleBytes } from './test-samples.ts';

interface RawSet {
  sender?: Uint8Array;
  id?: number;
  slices?: readonly (Uint8Array | undefined)[];
}

/** A record with any sets. */
function record(sets: readonly RawSet[], version = 1): Uint8Array {
  const writer = new ByteWriter().uint8(version);
  writer.list(sets, ({ sender = encodeUtf8('bob'), id = 1, slices = [sampleBytes(3), undefined] }) => {
    writer.prefixed(sender).raw(messageId(id)).uint53(5);
    writer.list(slices, (slice) => writer.optional(slice, (bytes) => writer.prefixed(bytes)));
  });
  return writer.finish();
}

const added = fc.record({
  sender: fc.constantFrom('bob', 'eve', '一😀', '\ufeff', 'é'.repeat(128)),
  id: fc.nat({ max: 3 }),
  index: fc.nat({ max: 4 }),
  time: fc.nat(),
});

describe('the record of an assembly', () => {
  it('is the bytes that the format describes', () => {
    const part = chunk({ index: 1, count: 2, payload: Uint8Array.of(0xaa, 0xbb) });
    const { state } = addChunk(EMPTY_ASSEMBLY, 'bob', part, 258);
    const set = '00000003626f62' + '0707070707070707' + '0000000000000102' + '00000002' + '00' + '0100000002aabb';
    expect(encodeHex(encodeAssembly(state))).toBe(`0100000001${set}`);
    expect(encodeHex(encodeAssembly(EMPTY_ASSEMBLY))).toBe('0100000000');
  });

  it('round-trips', () => {
    fc.assert(
      fc.property(fc.array(added, { maxLength: 30 }), (steps) => {
        let state: Assembly = EMPTY_ASSEMBLY;
        for (const { sender, id, index, time } of steps) {
          const part = chunk({ messageId: messageId(id), index, count: 5, payload: sampleBytes(20, index) });
          state = addChunk(state, sender, part, time).state;
        }
        expect(accepted(decodeAssembly(encodeAssembly(state)))).toEqual(state);
      }),
    );
  });

  it('holds the most sets, and no more', () => {
    const sets = Array.from({ length: MAX_SETS }, (_, id) => ({ id }));
    expect(accepted(decodeAssembly(record(sets))).incomplete.length).toBe(256);
    expectRefusal(decodeAssembly(record([...sets, { id: 1, sender: encodeUtf8('eve') }])), 'InvalidState');
  });

  it('of another version is invalid', () => {
    expect(codeOf(decodeAssembly(record([], 1)))).toBe('none');
    for (const version of [0, 2]) expectRefusal(decodeAssembly(record([], version)), 'InvalidState');
  });

  it.each<[string, readonly RawSet[]]>([
    ['an empty sender', [{ sender: new Uint8Array() }]],
    ['a sender that is too long', [{ sender: encodeUtf8('x'.repeat(129)) }]],
    ['a sender that is not text', [{ sender: Uint8Array.of(0xff) }]],
    ['a message without places', [{ slices: [] }]],
    ['a message of which nothing has come', [{ slices: [undefined, undefined] }]],
    ['a message that is complete', [{ slices: [sampleBytes(1)] }]],
    ['more than 64 chunks', [{ slices: [sampleBytes(1), ...new Array<undefined>(64).fill(undefined)] }]],
    ['an empty chunk', [{ slices: [sampleBytes(1), new Uint8Array(), undefined] }]],
    ['a chunk that is too long', [{ slices: [sampleBytes(16_385), undefined] }]],
    ['the same message twice', [{}, { id: 2 }, {}]],
  ])('with %s is invalid', (_, sets) => {
    expectRefusal(decodeAssembly(record(sets)), 'InvalidState');
  });

  it('with what is just possible is valid', () => {
    const sets: RawSet[] = [
      { sender: encodeUtf8('一'.repeat(128)) },
      { id: 2, sender: encodeUtf8('\ufeffx') },
      { slices: [sampleBytes(16_384), ...new Array<undefined>(63).fill(undefined)] },
    ];
    const state = accepted(decodeAssembly(record(sets)));
    expect(encodeAssembly(state)).toEqual(record(sets));
  });

  it('with more bytes than the bound is invalid', () => {
    const most = (count: number) => [...new Array<Uint8Array>(count).fill(sampleBytes(16_384)), undefined];
    const sets: RawSet[] = [
      { id: 1, slices: most(63) },
      { id: 2, slices: most(63) },
    ];
    expect(codeOf(decodeAssembly(record([...sets, { id: 3, slices: most(2) }])))).toBe('none');
    const over = [...sets, { id: 3, slices: most(2) }, { id: 4, slices: [sampleBytes(1), undefined] }];
    expectRefusal(decodeAssembly(record(over)), 'InvalidState');
  });

  it('cut anywhere, or with bytes left over, is invalid', () => {
    const whole = record([{}, { id: 2 }]);
    expect(codeOf(decodeAssembly(whole))).toBe('none');
    for (let length = 0; length < whole.length; length++) {
      expectRefusal(decodeAssembly(whole.subarray(0, length)), 'InvalidState');
    }
    expectRefusal(decodeAssembly(concatBytes(whole, Uint8Array.of(0))), 'InvalidState');
  });

  it('decodes from no bytes but those it encodes to', () => {
    const whole = record([{}, { id: 2 }]);
    const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), to: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), fc.uint8Array({ maxLength: 60 }), (changes, junk) => {
        const changed = whole.slice();
        for (const { at, to } of changes) changed[at] = to;
        for (const input of [changed, junk]) {
          const outcome = decodeAssembly(input);
          if (outcome.ok) expect(encodeAssembly(outcome.value)).toEqual(input);
          else expect(outcome.failure.code).toBe('InvalidState');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { prepare } from '../evaluation.ts';
import { encodePoint, generator, pointOfHash } from '../points.ts';
import { packCalls, packSettled, unpackCalls, unpackSettled } from './parcel.ts';
import type { Call, Settled } from './thread-messages.ts';

const of = (...bytes: number[]) => Uint8Array.from(bytes);
const element = pointOfHash(of(1));
const blinded = encodePoint(element);
const key = { blob: of(7, 8), publicKey: encodePoint(generator), context: of(9) };

describe('a parcel of calls', () => {
  it('gives every call back in its order, those in bytes and those beside them', () => {
    const calls: Call[] = [
      { id: 0, method: 'mac', args: [of(1, 2, 3)] },
      { id: 1, method: 'createKey', args: [of(4)] },
      { id: 2, method: 'sign', args: [new Uint8Array(32)] },
      { id: 3, method: 'writeAnchor', args: ['a', { seq: 1, head: new Uint8Array(32) }] },
      { id: 4, method: 'destroyKey', args: [key] },
      { id: 5, method: 'readAnchor', args: ['b'] },
      { id: 6, method: 'mac', args: [new Uint8Array(0)] },
      { id: 7, method: 'anchors', args: [] },
      { id: 0xffffffff, method: 'close', args: [] },
    ];
    expect(unpackCalls(packCalls(calls))).toEqual(calls);
    expect(unpackCalls(packCalls([]))).toEqual([]);
  });

  it('gives an evaluation its element and what was prepared for it', () => {
    const preparation = prepare(element, generator);
    const parcel = packCalls([{ id: 1, method: 'evaluate', args: [key, blinded, preparation] }]);
    expect(parcel.values).toEqual([]);
    expect(unpackCalls(parcel)).toEqual([{ id: 1, method: 'evaluate', args: [key, blinded, element, preparation] }]);
  });

  it('leaves the element of an evaluation that was not prepared to who makes it', () => {
    const calls: Call[] = [{ id: 1, method: 'evaluate', args: [key, blinded, undefined] }];
    expect(unpackCalls(packCalls(calls))).toEqual([{ id: 1, method: 'evaluate', args: [key, blinded] }]);
  });

  it('is read strictly', () => {
    const { bytes } = packCalls([{ id: 1, method: 'mac', args: [of(1)] }]);
    expect(() => unpackCalls({ bytes: bytes.subarray(0, -1), values: [] })).toThrow(RangeError);
    // The method's number, after the count and the call's.
    const foreign = bytes.slice();
    foreign[8] = 9;
    expect(() => unpackCalls({ bytes: foreign, values: [] })).toThrow(RangeError);
  });
});

describe('a parcel of results', () => {
  it('gives bytes, other values and what was thrown back in their order', () => {
    const settled: Settled[] = [
      { id: 5, value: of(1, 2) },
      { id: 6, thrown: { code: 'HsmFault' } },
      { id: 7, value: undefined },
      { id: 8, value: new Map([['a', { seq: 1, head: of(3) }]]) },
      { id: 9, value: new Uint8Array(0) },
      { id: 10, thrown: { mistake: new RangeError('a digest has 32 bytes') } },
    ];
    expect(unpackSettled(packSettled(settled))).toEqual(settled);
  });

  it('gives copies: they outlive the parcel', () => {
    const parcel = packSettled([{ id: 1, value: of(1, 2) }]);
    const [result] = unpackSettled(parcel);
    parcel.bytes.fill(0);
    expect(result).toEqual({ id: 1, value: of(1, 2) });
  });
});

import { describe, expect, it } from 'vitest';
import { flag, integer, listOf, nothing, oneOf, record, text } from './shape.ts';

describe('a shape', () => {
  it('of text holds between its bounds', () => {
    const shape = text(3, 1);
    expect(['', 'a', 'abc', 'abcd', 7].map(shape)).toEqual([undefined, 'a', 'abc', undefined, undefined]);
    expect(text(1)('')).toBe('');
  });

  it('of a number is whole and between its bounds', () => {
    expect([0, 1, 2, 3, 1.5, '1', Number.NaN].map(integer(1, 2))).toEqual([
      undefined,
      1,
      2,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of a flag is true or false and nothing like it', () => {
    expect([true, false, 1, 'true'].map(flag)).toEqual([true, false, undefined, undefined]);
  });

  it('of a choice is one of its words', () => {
    expect(['on', 'off', 'toString'].map(oneOf('on', 'off'))).toEqual(['on', 'off', undefined]);
  });

  it('of a list has a length and items', () => {
    const shape = listOf(flag, 2);
    expect(shape([])).toEqual([]);
    expect(shape([true, false])).toEqual([true, false]);
    expect(shape([true, false, true])).toBeUndefined();
    expect(shape([true, 1])).toBeUndefined();
    expect(shape({ length: 0 })).toBeUndefined();
  });

  it('of a record has exactly its fields, its own and not inherited', () => {
    const shape = record({ id: text(9), on: flag });
    expect(shape({ id: 'a', on: false })).toEqual({ id: 'a', on: false });
    expect(shape({ id: 'a' })).toBeUndefined();
    expect(shape({ id: 'a', on: true, more: 1 })).toBeUndefined();
    expect(shape({ id: 'a', on: 1 })).toBeUndefined();
    expect(shape(Object.assign(Object.create({ on: true }), { id: 'a', x: 1 }))).toBeUndefined();
    expect([null, [], 'x', undefined].map(shape)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('of nothing takes no content at all', () => {
    expect([undefined, null, {}].map(nothing)).toEqual([{}, {}, {}]);
    expect([{ a: 1 }, 0, 'x'].map(nothing)).toEqual([undefined, undefined, undefined]);
  });
});

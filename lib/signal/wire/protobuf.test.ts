import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../bytes/index.ts';
import { attempt } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { decodeFields, encodeFields, type FieldTable, requiredBytes, requiredNumber } from './protobuf.ts';

const TABLE: FieldTable = { 1: 'bytes', 2: 'uint32', 3: 'uint32', 15: 'bytes' };
const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

const decode = (bytes: Uint8Array) =>
  attempt<ReturnType<typeof decodeFields>, SignalFailureCode>(() => decodeFields(bytes, TABLE));
const codeOf = (bytes: Uint8Array): string => {
  const outcome = decode(bytes);
  return outcome.ok ? 'ok' : outcome.failure.code;
};

describe('strict protobuf fields', () => {
  it('are written in order and leave out what is undefined', () => {
    const bytes = encodeFields([
      [1, of(7, 8)],
      [2, 300],
      [3, undefined],
      [15, of()],
    ]);
    expect(bytes).toEqual(of(0x0a, 2, 7, 8, 0x10, 0xac, 0x02, 0x7a, 0));
  });

  it('come back as they were written', () => {
    const number = fc.option(fc.nat({ max: 0xffffffff }), { nil: undefined });
    const bytes = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined });
    fc.assert(
      fc.property(bytes, number, number, bytes, (a, b, c, d) => {
        const values = decodeFields(
          encodeFields([
            [1, a],
            [2, b],
            [3, c],
            [15, d],
          ]),
          TABLE,
        );
        expect([values.get(1), values.get(2), values.get(3), values.get(15)]).toEqual([a, b, c, d]);
      }),
    );
  });

  it('have no second spelling: what decodes encodes to the same bytes, and nothing else is thrown but InvalidMessage', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(of(0x0a, 1, 9), of(0x10, 1), of(0x18, 0x80, 1)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const bytes = concatBytes(...pieces);
        const outcome = decode(bytes);
        if (outcome.ok) expect(encodeFields([...outcome.value])).toEqual(bytes);
        else expect(outcome.failure.code).toBe('InvalidMessage');
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['an unknown field', of(0x20, 1)],
    ['a field twice', of(0x10, 1, 0x10, 1)],
    ['fields in descending order', of(0x18, 1, 0x10, 1)],
    ['a number where bytes belong', of(0x08, 1)],
    ['bytes where a number belongs', of(0x12, 1, 1)],
    ['a 64-bit field', of(0x11, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['a padded tag', of(0x90, 0x00, 1)],
    ['a padded number', of(0x10, 0x81, 0x00)],
    ['a padded length', of(0x0a, 0x81, 0x00, 5)],
    ['a number over 32 bits', of(0x10, 0x80, 0x80, 0x80, 0x80, 0x10)],
    ['a sign-extended number', of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a length beyond the end', of(0x0a, 3, 1, 2)],
    ['a tag alone', of(0x0a)],
    ['field number 0', of(0x02, 0)],
    ['a group', of(0x0b, 0x0c)],
  ])('refuse %s', (_name, bytes) => {
    expect(codeOf(bytes)).toBe('InvalidMessage');
  });

  it('take numbers at every width of a varint', () => {
    for (const value of [0, 0x7f, 0x80, 0x3fff, 0x4000, 0x1fffff, 0x200000, 0xfffffff, 0x10000000, 0xffffffff]) {
      expect(decodeFields(encodeFields([[2, value]]), TABLE).get(2)).toBe(value);
    }
  });

  it('take bytes whose length needs one byte and whose length needs two', () => {
    for (const length of [0, 127, 128, 300]) {
      expect(decodeFields(encodeFields([[1, new Uint8Array(length)]]), TABLE).get(1)).toEqual(new Uint8Array(length));
    }
  });

  it('say InvalidMessage for a required field that is missing', () => {
    const values = decodeFields(
      encodeFields([
        [1, of(1)],
        [2, 5],
      ]),
      TABLE,
    );
    expect(requiredBytes(values, 1)).toEqual(of(1));
    expect(requiredNumber(values, 2)).toBe(5);
    for (const read of [() => requiredBytes(values, 15), () => requiredNumber(values, 3)]) {
      expect(attempt<unknown, SignalFailureCode>(read)).toMatchObject({
        ok: false,
        failure: { code: 'InvalidMessage' },
      });
    }
  });
});

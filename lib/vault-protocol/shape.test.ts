import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../bytes/index.ts';
import { attempt } from '../failure/index.ts';
import type { VaultProtocolFailureCode } from './failure.ts';
import {
  bytes,
  bytesUpTo,
  choice,
  decodeBody,
  element,
  encodeBody,
  integer,
  list,
  nullable,
  object,
  type Shape,
  secret,
} from './shape.ts';
import { counted, point, secretOf } from './test-samples.ts';

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function read<Value>(shape: Shape<Value>, body: string | Uint8Array): Value | string {
  const outcome = attempt<Value, VaultProtocolFailureCode>(() =>
    decodeBody(shape, typeof body === 'string' ? text(body) : body),
  );
  return outcome.ok ? outcome.value : outcome.failure.code;
}

describe('a body', () => {
  it('is UTF-8 JSON with the fields of its shape in their order', () => {
    const shape = object({ b: bytes<'B'>(3), n: integer() });
    expect(encodeBody(shape, { n: 5, b: counted(3) })).toEqual(text('{"b":"AAEC","n":5}'));
  });

  it('may hold its fields in any order, with white space', () => {
    expect(read(object({ a: integer(), b: integer() }), ' {"b":2,\n"a":1} ')).toEqual({ a: 1, b: 2 });
  });

  it.each(['{', '', 'null', '[]', '"a"', '7', '{"a":1}{}', '\ufeff{"a":1}'])('is refused as %j', (body) => {
    expect(read(object({ a: integer() }), body)).toBe('MalformedBody');
  });

  it('is refused where it is no UTF-8', () => {
    expect(read(object({ a: integer() }), Uint8Array.of(0x7b, 0xff, 0x7d))).toBe('MalformedBody');
  });

  it('is refused with a field too many, even one called __proto__ or constructor', () => {
    for (const extra of ['b', '__proto__', 'constructor', 'toString']) {
      expect(read(object({ a: integer() }), `{"a":1,"${extra}":2}`)).toBe('MalformedBody');
      expect(read(object({}), `{"${extra}":2}`)).toBe('MalformedBody');
    }
  });

  it('is refused without a field, even where the prototype has one of its name', () => {
    expect(read(object({ a: integer() }), '{}')).toBe('MalformedBody');
    expect(read(object({ a: nullable(integer()) }), '{"b":null}')).toBe('MalformedBody');
  });

  it('is at most 16 KiB both ways', () => {
    const padded = (length: number) => `{"a":1}${' '.repeat(length - 7)}`;
    expect(read(object({ a: integer() }), padded(16_384))).toEqual({ a: 1 });
    expect(read(object({ a: integer() }), padded(16_385))).toBe('MalformedBody');
    const long = list(integer(), 0, 10_000);
    expect(encodeBody(long, new Array(8191).fill(1)).length).toBe(16_383);
    expect(() => encodeBody(long, new Array(8192).fill(1))).toThrow(RangeError);
  });

  it('never ends in anything but its value or MalformedBody', () => {
    const shape = object({ a: nullable(integer()), b: list(bytes<'B'>(2), 1, 2) });
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), (body) => {
        const found = read(shape, body);
        return found === 'MalformedBody' || typeof found === 'object';
      }),
    );
  });
});

describe('byte strings', () => {
  it.each(['"AAE"', '"AAECAw"', '"AAEC="', '"AA+C"', '""', 'null', '7', '["A"]'])('of 3 refuse %s', (body) => {
    expect(read(bytes<'B'>(3), body)).toBe('MalformedBody');
  });

  it('refuse another length when they are written', () => {
    expect(() => encodeBody(bytes<'B'>(3), counted(4))).toThrow(RangeError);
    expect(() => encodeBody(secret<'S'>(3), secretOf(4))).toThrow(RangeError);
  });

  it('of up to 3 are one to three', () => {
    const shape = bytesUpTo<'B'>(3);
    expect(read(shape, '"AA"')).toEqual(counted(1));
    expect(read(shape, '"AAEC"')).toEqual(counted(3));
    expect(read(shape, '"AAECAw"')).toBe('MalformedBody');
    expect(read(shape, '""')).toBe('MalformedBody');
    expect(encodeBody(shape, counted(3))).toEqual(text('"AAEC"'));
    expect(encodeBody(shape, counted(1))).toEqual(text('"AA"'));
    expect(() => encodeBody(shape, counted(4))).toThrow(RangeError);
    expect(() => encodeBody(shape, counted(0))).toThrow(RangeError);
  });

  it('that are secret do not print', () => {
    const found = read(object({ s: secret<'S'>(3) }), '{"s":"AAEC"}') as { s: { reveal(): Uint8Array } };
    expect(found.s.reveal()).toEqual(counted(3));
    expect(JSON.stringify(found)).toBe('{"s":"[redacted]"}');
    expect(encodeBody(secret<'S'>(3), secretOf(3))).toEqual(text('"AAEC"'));
  });

  it('that are points begin with 2 or 3', () => {
    const shape = element<'E'>(33);
    for (const first of [0, 1, 2, 3, 4, 255]) {
      const sample = point<Bytes<'E'>>();
      sample[0] = first;
      const found = read(shape, encodeBody(bytes<'E'>(33), sample));
      expect(found).toEqual(first === 2 || first === 3 ? sample : 'MalformedBody');
    }
  });
});

describe('an integer', () => {
  it.each(['1', '5', '1e0', '2.0'])('from 1 to 5 may be %s', (body) => {
    expect(read(integer(1, 5), body)).toBe(Number(body));
  });

  it.each(['0', '6', '1.5', '"1"', 'null', 'true', '1e999', '9007199254740992'])('from 1 to 5 is not %s', (body) => {
    expect(read(integer(1, 5), body)).toBe('MalformedBody');
  });

  it('is never negative, nor negative zero, and goes up to 2^53 - 1 unless told', () => {
    expect(read(integer(), '0')).toBe(0);
    expect(read(integer(), '-0')).toBe('MalformedBody');
    expect(read(integer(), '-1')).toBe('MalformedBody');
    expect(read(integer(), '9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(read(integer(), '9007199254740992')).toBe('MalformedBody');
    expect(encodeBody(integer(1, 5), 5)).toEqual(text('5'));
    for (const value of [0, 6, 1.5, Number.NaN]) expect(() => encodeBody(integer(1, 5), value)).toThrow(RangeError);
  });
});

describe('the other shapes', () => {
  it('a choice is one of its values, of the same type', () => {
    expect(read(choice<'a' | 1>('a', 1), '"a"')).toBe('a');
    expect(read(choice<'a' | 1>('a', 1), '1')).toBe(1);
    for (const body of ['"1"', '"b"', 'null', '[]']) expect(read(choice<'a' | 1>('a', 1), body)).toBe('MalformedBody');
    expect(encodeBody(choice<'a' | 1>('a', 1), 1)).toEqual(text('1'));
    expect(() => encodeBody(choice<string>('a'), 'b')).toThrow(RangeError);
  });

  it('a nullable is null or its shape', () => {
    expect(read(nullable(integer()), 'null')).toBeNull();
    expect(read(nullable(integer()), '3')).toBe(3);
    expect(read(nullable(integer()), 'false')).toBe('MalformedBody');
    expect(encodeBody(nullable(integer()), null)).toEqual(text('null'));
    expect(encodeBody(nullable(integer()), 3)).toEqual(text('3'));
  });

  it('a list has its bounds and its shape', () => {
    const shape = list(integer(), 1, 2);
    expect(read(shape, '[1]')).toEqual([1]);
    expect(read(shape, '[1,2]')).toEqual([1, 2]);
    for (const body of ['[]', '[1,2,3]', '["a"]', '{"0":1,"length":1}', 'null']) {
      expect(read(shape, body)).toBe('MalformedBody');
    }
    expect(encodeBody(shape, [1, 2])).toEqual(text('[1,2]'));
    expect(() => encodeBody(shape, [])).toThrow(RangeError);
    expect(() => encodeBody(shape, [1, 2, 3])).toThrow(RangeError);
  });
});

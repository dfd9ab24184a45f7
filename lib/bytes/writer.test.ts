import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ByteReader } from './reader.ts';
import * as wiping from './wipe.ts';
import { ByteWriter } from './writer.ts';

const of = (...bytes: number[]) => Uint8Array.from(bytes);
const refuse = () => new Error('refused');

describe('a byte writer', () => {
  it('writes integers with the most significant byte first', () => {
    const bytes = new ByteWriter().uint8(0xfe).uint16(0x0102).uint32(0x01020304).uint53(0x01020304050607).finish();
    expect(bytes).toEqual(of(0xfe, 1, 2, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7));
  });

  it('writes bytes bare or behind their length', () => {
    expect(new ByteWriter().raw(of(1, 2)).raw(of()).raw(of(3)).finish()).toEqual(of(1, 2, 3));
    expect(new ByteWriter().prefixed(of(7, 8)).prefixed(of()).finish()).toEqual(of(0, 0, 0, 2, 7, 8, 0, 0, 0, 0));
  });

  it('writes what a function writes behind its length, nested and while the buffer grows', () => {
    for (let capacity = 0; capacity <= 16; capacity++) {
      const writer = new ByteWriter(capacity).uint8(9);
      const same = writer.prefixedBy(() => {
        writer.uint16(0x0102).prefixedBy(() => writer.uint8(7));
        writer.prefixedBy(() => {});
      });
      expect(same).toBe(writer);
      expect(writer.uint8(8).finish()).toEqual(of(9, 0, 0, 0, 11, 1, 2, 0, 0, 0, 1, 7, 0, 0, 0, 0, 8));
    }
  });

  it('writes flags, optional values and lists', () => {
    expect(new ByteWriter().flag(true).flag(false).finish()).toEqual(of(1, 0));
    const writer = new ByteWriter();
    writer.optional(5, (value) => writer.uint8(value)).optional<number>(undefined, (value) => writer.uint8(value));
    writer.optional(0, (value) => writer.uint8(value));
    expect(writer.finish()).toEqual(of(1, 5, 0, 1, 0));
    writer.list([7, 8], (value) => writer.uint8(value)).list<number>([], (value) => writer.uint8(value));
    expect(writer.finish()).toEqual(of(0, 0, 0, 2, 7, 8, 0, 0, 0, 0));
  });

  it.each([
    ['uint8', 0xff, of(0xff)],
    ['uint16', 0xffff, of(0xff, 0xff)],
    ['uint32', 0xffffffff, of(0xff, 0xff, 0xff, 0xff)],
    ['uint53', Number.MAX_SAFE_INTEGER, of(0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
  ] as const)('%s takes its greatest value and zero, and refuses what is outside', (method, most, encoded) => {
    expect(new ByteWriter()[method](most).finish()).toEqual(encoded);
    expect(new ByteWriter()[method](0).finish()).toEqual(new Uint8Array(encoded.length));
    for (const value of [most + 1, -1, 0.5, Number.NaN]) {
      const writer = new ByteWriter();
      expect(() => writer[method](value)).toThrow(new RangeError('integer out of range'));
      expect(writer.finish()).toEqual(of());
    }
  });

  it('is empty to begin with and after it finished, and can be used again', () => {
    const writer = new ByteWriter();
    expect(writer.finish()).toEqual(of());
    expect(writer.uint8(1).finish()).toEqual(of(1));
    expect(writer.uint8(2).finish()).toEqual(of(2));
  });

  // Regression: the buffer was named before room was made in it, so that a write which made it grow went to the old one.
  it.each([
    ['raw', (w: ByteWriter) => w.raw(of(1, 2, 3)), of(1, 2, 3)],
    ['prefixed', (w: ByteWriter) => w.prefixed(of(1)), of(0, 0, 0, 1, 1)],
    ['prefixedBy', (w: ByteWriter) => w.prefixedBy(() => w.uint8(1)), of(0, 0, 0, 1, 1)],
    ['uint8', (w: ByteWriter) => w.uint8(9), of(9)],
    ['uint16', (w: ByteWriter) => w.uint16(0x0102), of(1, 2)],
    ['uint32', (w: ByteWriter) => w.uint32(3), of(0, 0, 0, 3)],
    ['uint53', (w: ByteWriter) => w.uint53(3), of(0, 0, 0, 0, 0, 0, 0, 3)],
  ] as const)('%s grows the buffer at any fill and keeps what was written', (_, write, encoded) => {
    for (let capacity = 0; capacity <= 2 * encoded.length; capacity++) {
      const writer = new ByteWriter(capacity);
      for (let times = 0; times < 9; times++) write(writer);
      expect(writer.finish()).toEqual(Uint8Array.from(Array.from({ length: 9 }, () => [...encoded]).flat()));
    }
  });

  it('writes more than the usual first capacity, in large steps and in small ones', () => {
    const large = new Uint8Array(5000).fill(7);
    expect(new ByteWriter().raw(large).finish()).toEqual(large);
    const writer = new ByteWriter();
    for (let i = 0; i < 5000; i++) writer.uint8(7);
    expect(writer.finish()).toEqual(large);
  });

  it('copies what it is given: wiping the source leaves the output as it was', () => {
    const source = of(1, 2);
    const writer = new ByteWriter().raw(source);
    source.fill(0);
    expect(writer.finish()).toEqual(of(1, 2));
  });

  it('wipes the buffer that it outgrew and the one that it finished with', () => {
    const wiped: Uint8Array[] = [];
    const spy = vi.spyOn(wiping, 'wipe').mockImplementation((...arrays: readonly Uint8Array[]) => {
      for (const array of arrays) {
        wiped.push(array.slice());
        array.fill(0);
      }
    });
    const output = new ByteWriter(2).raw(of(1, 2)).uint8(3).finish();
    spy.mockRestore();
    expect(output).toEqual(of(1, 2, 3));
    expect(wiped).toEqual([of(1, 2), of(1, 2, 3)]);
  });

  it('grows by doubling, so that writing byte by byte stays cheap', () => {
    let wipes = 0;
    const spy = vi.spyOn(wiping, 'wipe').mockImplementation(() => {
      wipes++;
    });
    const writer = new ByteWriter(1);
    for (let i = 0; i < 1024; i++) writer.uint8(0);
    spy.mockRestore();
    expect(wipes).toBe(10);
  });
});

describe('what a byte writer wrote', () => {
  type Field =
    | { kind: 'uint8' | 'uint16' | 'uint32' | 'uint53'; value: number }
    | { kind: 'flag'; value: boolean }
    | { kind: 'prefixed'; value: Uint8Array }
    | { kind: 'optional'; value: number | undefined }
    | { kind: 'list'; value: number[] };

  const field: fc.Arbitrary<Field> = fc.oneof(
    fc.record({ kind: fc.constant('uint8' as const), value: fc.nat({ max: 0xff }) }),
    fc.record({ kind: fc.constant('uint16' as const), value: fc.nat({ max: 0xffff }) }),
    fc.record({ kind: fc.constant('uint32' as const), value: fc.integer({ min: 0, max: 0xffffffff }) }),
    fc.record({ kind: fc.constant('uint53' as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constant('flag' as const), value: fc.boolean() }),
    fc.record({ kind: fc.constant('prefixed' as const), value: fc.uint8Array({ maxLength: 20 }) }),
    fc.record({ kind: fc.constant('optional' as const), value: fc.option(fc.nat({ max: 0xff }), { nil: undefined }) }),
    fc.record({ kind: fc.constant('list' as const), value: fc.array(fc.nat({ max: 0xffff }), { maxLength: 5 }) }),
  );

  function write(writer: ByteWriter, { kind, value }: Field): void {
    if (kind === 'flag') writer.flag(value);
    else if (kind === 'prefixed') writer.prefixed(value);
    else if (kind === 'optional') writer.optional(value, (present) => writer.uint8(present));
    else if (kind === 'list') writer.list(value, (element) => writer.uint16(element));
    else writer[kind](value);
  }

  function read(reader: ByteReader, { kind }: Field): unknown {
    if (kind === 'flag') return reader.flag();
    if (kind === 'prefixed') return reader.takePrefixed();
    if (kind === 'optional') return reader.optional(() => reader.uint8());
    if (kind === 'list') return reader.list(5, () => reader.uint16());
    return reader[kind]();
  }

  it('is read back as it was, to the last byte; cut short at any place it is refused', () => {
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat({ max: 9 }),
        (fields, cut, room) => {
          const writer = new ByteWriter(room);
          for (const one of fields) write(writer, one);
          const bytes = writer.finish();

          const reader = new ByteReader(bytes, refuse);
          expect(fields.map((one) => read(reader, one))).toEqual(fields.map((one) => one.value));
          reader.end();

          const short = new ByteReader(bytes.subarray(0, cut % bytes.length), refuse);
          expect(() => {
            for (const one of fields) read(short, one);
          }).toThrow('refused');
        },
      ),
      { numRuns: 300 },
    );
  });
});

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeThrown } from './test-support.ts';
import { MAX_FIELDS, readVarint, splitFields } from './wire.ts';

const split = (...bytes: number[]) => splitFields(Uint8Array.from(bytes));
const refused = (...bytes: number[]) => codeThrown(() => split(...bytes));

describe('fields on the wire', () => {
  it('are split by number, wire type and value', () => {
    expect(split(0x08, 0x96, 0x01, 0x12, 2, 65, 66, 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8)).toEqual([
      { number: 1, wire: WireType.Varint, bytes: Uint8Array.of(0x96, 1) },
      { number: 2, wire: WireType.LengthDelimited, bytes: Uint8Array.of(65, 66) },
      { number: 3, wire: WireType.Bit32, bytes: Uint8Array.of(1, 2, 3, 4) },
      { number: 4, wire: WireType.Bit64, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    ]);
    expect(split()).toEqual([]);
  });

  it('may repeat a number but not go back', () => {
    expect(split(0x10, 1, 0x10, 2).length).toBe(2);
    expect(refused(0x10, 1, 0x08, 2)).toBe('Malformed');
  });

  it.each([
    ['field number 0', [0x00, 1]],
    ['a wire type that is not', [0x0e, 1]],
    ['a group', [0x0b, 0x0c]],
    ['the end of a group', [0x0c]],
    ['a long spelling of a tag', [0x88, 0x00, 1]],
    ['a tag above 32 bits', [0x88, 0x80, 0x80, 0x80, 0x10, 1]],
    ['a long spelling of a length', [0x12, 0x81, 0x00, 65]],
    ['a length past the end', [0x12, 2, 65]],
    ['a huge length', [0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 65]],
    ['a number without an end', [0x08, 0x80]],
    ['a number of eleven bytes', [0x08, ...new Array(10).fill(0x80), 1]],
    ['a tag without a value', [0x08]],
    ['four bytes cut short', [0x1d, 1, 2, 3]],
    ['eight bytes cut short', [0x21, 1, 2, 3, 4, 5, 6, 7]],
  ])('refuse %s', (_, bytes) => {
    expect(refused(...bytes)).toBe('Malformed');
  });

  it('take a number of ten bytes that nobody reads, and the highest field number', () => {
    expect(split(0x08, ...new Array(9).fill(0xff), 1)[0]?.bytes.length).toBe(10);
    const [field] = splitFields(new BinaryWriter().tag(0x1fffffff, WireType.Varint).uint32(1).finish());
    expect(field?.number).toBe(0x1fffffff);
  });

  it(`are at most ${MAX_FIELDS}`, () => {
    const fields = (count: number) => new Array(count).fill([0x08, 1]).flat();
    expect(split(...fields(MAX_FIELDS)).length).toBe(MAX_FIELDS);
    expect(refused(...fields(MAX_FIELDS + 1))).toBe('Malformed');
  });
});

describe('a number on the wire', () => {
  it('has one spelling', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(300),
          fc.nat(0xffffffff),
          fc.nat(31).map((bit) => 2 ** bit),
        ),
        (value) => {
          expect(readVarint(new BinaryWriter().uint32(value).finish())).toBe(value);
        },
      ),
      { examples: [[0], [127], [128], [16_383], [16_384], [0xfffffff], [0x10000000], [0xffffffff]] },
    );
  });

  it.each([
    [[0x80, 0x00]],
    [[0x81, 0x80, 0x00]],
    [[0xff, 0xff, 0xff, 0xff, 0x1f]],
    [[0xff, 0xff, 0xff, 0xff, 0x8f, 0x00]],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('is refused as %j', (bytes) => {
    // The library reads all of these, so the refusal is ours.
    expect(new BinaryReader(Uint8Array.from(bytes)).uint32()).toBeGreaterThanOrEqual(0);
    expect(codeThrown(() => readVarint(Uint8Array.from(bytes)))).toBe('Malformed');
  });
});

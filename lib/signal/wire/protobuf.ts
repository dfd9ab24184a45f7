/**
 * Owns strict reading of protobuf messages: each has one spelling (fields in ascending order, none twice, none unknown,
 * the shortest varints), and any other is refused before a key is touched. Signal's library writes exactly that spelling.
 * Does not own the messages: their fields stand in the files beside this one.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { equalBytes } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';

/** What a field holds: an unsigned 32-bit number, or bytes. */
export type FieldKind = 'uint32' | 'bytes';
/** The fields of a message: number to kind. */
export type FieldTable = Readonly<Record<number, FieldKind>>;
/** The value of each field that is present. */
export type FieldValues = Map<number, number | Uint8Array>;

/** Writes `values` in ascending order of their numbers. Undefined ones are left out. */
export function encodeFields(values: readonly (readonly [field: number, value: number | Uint8Array | undefined])[]) {
  const writer = new BinaryWriter();
  for (const [field, value] of values) {
    if (typeof value === 'number') writer.tag(field, WireType.Varint).uint32(value);
    else if (value !== undefined) writer.tag(field, WireType.LengthDelimited).bytes(value);
  }
  return writer.finish();
}

/** Reads the fields of `table` from `bytes`; throws InvalidMessage for every spelling but the canonical one. */
export function decodeFields(bytes: Uint8Array, table: FieldTable): FieldValues {
  const values = readFields(bytes, table);
  // One comparison stands for every rule about spelling: order, repetition, varint length, sign extension.
  if (!equalBytes(encodeFields([...values]), bytes)) throw refusal('InvalidMessage');
  return values;
}

function readFields(bytes: Uint8Array, table: FieldTable): FieldValues {
  const values: FieldValues = new Map();
  const reader = new BinaryReader(bytes);
  let last = 0;
  try {
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      const kind = table[field];
      if (field <= last || type !== (kind === 'bytes' ? WireType.LengthDelimited : WireType.Varint)) break;
      if (kind === undefined) break;
      values.set(field, kind === 'bytes' ? reader.bytes().slice() : reader.uint32());
      last = field;
    }
  } catch {
    throw refusal('InvalidMessage');
  }
  return values;
}

/** The bytes of a field that must be present; throws InvalidMessage. */
export function requiredBytes(values: FieldValues, field: number): Uint8Array {
  const value = values.get(field);
  if (!(value instanceof Uint8Array)) throw refusal('InvalidMessage');
  return value;
}

/** The number of a field that must be present; throws InvalidMessage. */
export function requiredNumber(values: FieldValues, field: number): number {
  const value = values.get(field);
  if (typeof value !== 'number') throw refusal('InvalidMessage');
  return value;
}

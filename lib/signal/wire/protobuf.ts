/**
 * Owns strict reading of protobuf messages: each has one spelling (fields in ascending order, none twice, none unknown,
 * the shortest varints), and any other is refused before a key is touched. Signal's library writes exactly that spelling.
 * Does not own the messages: their fields stand in the files beside this one.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
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

/**
 * Reads the fields of `table` from `bytes`; throws InvalidMessage for every spelling but the canonical one. Values are
 * views of `bytes`: whoever keeps one copies it.
 */
export function decodeFields(bytes: Uint8Array, table: FieldTable): FieldValues {
  const values: FieldValues = new Map();
  const reader = new BinaryReader(bytes);
  let last = 0;
  try {
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const [field, type] = reader.tag();
      const kind = table[field];
      // Ascending order and a tag of one byte: a repeated field, an unknown one and a padded tag are all refused here.
      if (kind === undefined || field <= last || type !== WIRE_TYPES[kind] || reader.pos !== start + 1) throw REFUSED;
      values.set(field, kind === 'bytes' ? readBytes(reader) : readUint32(reader, bytes));
      last = field;
    }
  } catch {
    throw refusal('InvalidMessage');
  }
  return values;
}

const WIRE_TYPES: Readonly<Record<FieldKind, WireType>> = { bytes: WireType.LengthDelimited, uint32: WireType.Varint };
/** Only ever caught a few lines above. */
const REFUSED = new Error('not canonical');

function readBytes(reader: BinaryReader): Uint8Array {
  const start = reader.pos;
  const value = reader.bytes();
  if (reader.pos !== start + varintLength(value.length) + value.length) throw REFUSED;
  return value;
}

function readUint32(reader: BinaryReader, bytes: Uint8Array): number {
  const start = reader.pos;
  const value = reader.uint32();
  // The reader drops bits above the 32nd (a fifth byte has room for four), and takes more bytes than a value needs.
  const isCutOff = reader.pos === start + 5 && bytes[start + 4]! > 0x0f;
  if (isCutOff || reader.pos !== start + varintLength(value)) throw REFUSED;
  return value;
}

/** Bytes of the shortest varint for an unsigned 32-bit number: seven bits each. */
function varintLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
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

/**
 * Owns messages: a shape names each field with its number, its codec and how often it may stand, and is read and written
 * from that one table.
 * Invariants: fields are written in the order of the table, which is ascending; a field that must not repeat is refused
 * when it does; a field that no shape has is refused, unless the content needs a newer version: then it is passed over.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec.ts';
import { refusal } from './failure.ts';
import { splitFields, type WireField } from './wire.ts';

/** One field of a message. `read` is given every field of its number and returns undefined for an absent optional one. */
export interface Field<Value> {
  readonly number: number;
  write(writer: BinaryWriter, value: Value | undefined): void;
  read(found: readonly WireField[], newer: boolean): Value | undefined;
}

/** The fields of a message of type `Value`, in ascending order of their numbers. */
export type Shape<Value> = { readonly [Name in keyof Value]-?: Field<Value[Name]> };

/** A field that stands exactly once. */
export function one<Value>(number: number, codec: Codec<Value>): Field<Value> {
  const field = optional(number, codec);
  return {
    number,
    write(writer, value) {
      if (value === undefined) throw new TypeError('a required field has no value');
      field.write(writer, value);
    },
    read(found, newer) {
      if (found.length === 0) throw refusal('Malformed');
      return field.read(found, newer);
    },
  };
}

/** A field that stands once or not at all. */
export function optional<Value>(number: number, codec: Codec<Value>): Field<Value> {
  return {
    number,
    write(writer, value) {
      if (value === undefined) return;
      writer.tag(number, codec.wire);
      codec.write(writer, value);
    },
    read(found, newer) {
      if (found.length > 1) throw refusal('Malformed');
      return found[0] && readValue(codec, found[0], newer);
    },
  };
}

/** A field that stands `least` to `most` times, in order. */
export function many<Value>(number: number, codec: Codec<Value>, least: number, most: number): Field<readonly Value[]> {
  const single = one(number, codec);
  return {
    number,
    write(writer, values = []) {
      if (values.length < least || values.length > most) throw new RangeError('list out of bounds');
      for (const value of values) single.write(writer, value);
    },
    read(found, newer) {
      if (found.length < least || found.length > most) throw refusal('Malformed');
      return found.map((field) => readValue(codec, field, newer));
    },
  };
}

/** A message inside a field. */
export function nested<Value extends object>(shape: Shape<Value>): Codec<Value> {
  return {
    wire: WireType.LengthDelimited,
    write: (writer, value) => void writer.bytes(encodeMessage(shape, value)),
    read: (bytes, newer) => readFields(shape, splitFields(bytes), newer),
  };
}

/** The bytes of a message. */
export function encodeMessage<Value extends object>(shape: Shape<Value>, value: Value): Uint8Array {
  const writer = new BinaryWriter();
  writeFields(writer, shape, value);
  return writer.finish();
}

/** Writes the fields of `shape`, in its order. */
export function writeFields<Value extends object>(writer: BinaryWriter, shape: Shape<Value>, value: Value): void {
  for (const name of Object.keys(shape) as (keyof Value)[]) shape[name].write(writer, value[name]);
}

/** The message that `fields` spell. Absent optional fields have no property. Throws Malformed or NewerSchema. */
export function readFields<Value extends object>(
  shape: Shape<Value>,
  fields: readonly WireField[],
  newer: boolean,
): Value {
  const names = Object.keys(shape) as (keyof Value)[];
  const numbers = new Set(names.map((name) => shape[name].number));
  if (!newer && fields.some((field) => !numbers.has(field.number))) throw refusal('Malformed');
  const value: Partial<Value> = {};
  for (const name of names) {
    const field = shape[name];
    const part = field.read(
      fields.filter(({ number }) => number === field.number),
      newer,
    );
    if (part !== undefined) value[name] = part;
  }
  return value as Value;
}

function readValue<Value>(codec: Codec<Value>, field: WireField, newer: boolean): Value {
  if (field.wire !== codec.wire) throw refusal('Malformed');
  return codec.read(field.bytes, newer);
}

/**
 * Owns a small language for spelling rows as bytes: fixed order, lengths in front, nothing left over.
 * Does not own any row: each room that keeps something describes its own. Not for what travels: those formats are written
 * out by hand, since others must read them.
 */
import {
  ByteReader,
  type Bytes,
  ByteWriter,
  bytesOfLength,
  decodeUtf8,
  encodeUtf8,
  SecretBytes,
} from '../bytes/index.ts';
import { refusal } from './failure.ts';

/** How one kind of value is written and read. Reading throws StoreDamaged. */
export interface RowCodec<Value> {
  write(writer: ByteWriter, value: Value): void;
  read(reader: ByteReader): Value;
}

/** A flag. */
export const flag: RowCodec<boolean> = {
  write: (writer, value) => writer.flag(value),
  read: (reader) => reader.flag(),
};

/** An integer of 32 bits, unsigned. */
export const uint32: RowCodec<number> = {
  write: (writer, value) => writer.uint32(value),
  read: (reader) => reader.uint32(),
};

/** A safe non-negative integer, for example a time in milliseconds since 1970. */
export const uint53: RowCodec<number> = {
  write: (writer, value) => writer.uint53(value),
  read: (reader) => reader.uint53(),
};

/** Any string, also one with half a surrogate pair: as JSON, which escapes it. */
export const text: RowCodec<string> = {
  write: (writer, value) => writer.prefixed(encodeUtf8(JSON.stringify(value))),
  read: (reader) => {
    const json = decodeUtf8(reader.takePrefixed());
    const value: unknown = json === undefined ? undefined : parseJson(json);
    if (typeof value !== 'string') throw refusal('StoreDamaged');
    return value;
  },
};

/** Bytes of any length. */
export function bytes<Name extends string>(): RowCodec<Bytes<Name>> {
  return {
    write: (writer, value) => writer.prefixed(value),
    read: (reader) => reader.takePrefixed() as Bytes<Name>,
  };
}

/** Exactly `length` bytes. */
export function fixed<Name extends string>(length: number): RowCodec<Bytes<Name>> {
  return {
    write: (writer, value) => writer.raw(bytesOfLength(value, length)),
    read: (reader) => bytesOfLength(reader.take(length), length),
  };
}

/** Exactly `length` secret bytes. */
export function secret<Name extends string>(length: number): RowCodec<SecretBytes<Name>> {
  return {
    write: (writer, value) => writer.raw(bytesOfLength(value.reveal(), length)),
    read: (reader) => SecretBytes.of(reader.take(length), length),
  };
}

/** One of a few words, by its place: new ones are added at the end. */
export function oneOf<const Word extends string>(...words: readonly Word[]): RowCodec<Word> {
  return {
    write: (writer, value) => writer.uint8(words.indexOf(value)),
    read: (reader) => {
      const word = words[reader.uint8()];
      if (word === undefined) throw refusal('StoreDamaged');
      return word;
    },
  };
}

/** A value, or undefined. */
export function optional<Value>(codec: RowCodec<Value>): RowCodec<Value | undefined> {
  return {
    write: (writer, value) => writer.optional(value, (inner) => codec.write(writer, inner)),
    read: (reader) => reader.optional(() => codec.read(reader)),
  };
}

/** Up to `most` values. */
export function list<Value>(codec: RowCodec<Value>, most: number): RowCodec<readonly Value[]> {
  return {
    write: (writer, values) => {
      if (values.length > most) throw new RangeError('more values than a row may hold');
      writer.list(values, (value) => codec.write(writer, value));
    },
    read: (reader) => reader.list(most, () => codec.read(reader)),
  };
}

/** The fields of a record, in the order in which they are named here. */
export function record<Row extends object>(
  fields: { readonly [Key in keyof Row]-?: RowCodec<Row[Key]> },
): RowCodec<Row> {
  const entries = Object.entries(fields) as [keyof Row, RowCodec<Row[keyof Row]>][];
  return {
    write: (writer, row) => {
      for (const [name, codec] of entries) codec.write(writer, row[name]);
    },
    read: (reader) => Object.fromEntries(entries.map(([name, codec]) => [name, codec.read(reader)])) as Row,
  };
}

/** The bytes of a row, with the version of its layout in front. */
export function encodeRow<Value>(codec: RowCodec<Value>, version: number, value: Value): Uint8Array {
  const writer = new ByteWriter(512).uint8(version);
  codec.write(writer, value);
  return writer.finish();
}

/** The row of its bytes. Throws StoreDamaged for bytes that `encodeRow` did not make, StoreNewer for a later layout. */
export function decodeRow<Value>(codec: RowCodec<Value>, version: number, encoded: Uint8Array): Value {
  const reader = new ByteReader(encoded, () => refusal('StoreDamaged'));
  const found = reader.uint8();
  if (found !== version) throw refusal(found > version ? 'StoreNewer' : 'StoreDamaged');
  const value = codec.read(reader);
  reader.end();
  return value;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

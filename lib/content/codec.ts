/**
 * Owns the values that a field can hold: how each is written, read and bounded. Reading copies: a decoded content
 * stays whole when the plaintext is wiped.
 * Invariant: what `write` writes, `read` takes, and `read` takes no other spelling. `write` throws RangeError for a value
 * outside its bounds, except for text, which a person may have typed: that is TextTooLong or TextNotWellFormed.
 */
import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Bytes, bytesOfLength, decodeUtf8, encodeUtf8, SecretBytes } from '../bytes/index.ts';
import { refusal } from './failure.ts';
import { unknownValue } from './version.ts';
import { readVarint } from './wire.ts';

/** One kind of value. `newer`: the content says that it needs a newer version than ours. */
export interface Codec<Value> {
  readonly wire: WireType;
  write(writer: BinaryWriter, value: Value): void;
  read(bytes: Uint8Array, newer: boolean): Value;
}

/** A whole number from `least` to `most`, both within 32 bits. */
export function uint32(least: number, most: number): Codec<number> {
  const fits = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return {
    wire: WireType.Varint,
    write(writer, value) {
      if (!fits(value)) throw new RangeError('number out of bounds');
      writer.uint32(value);
    },
    read(bytes) {
      const value = readVarint(bytes);
      if (!fits(value)) throw refusal('Malformed');
      return value;
    },
  };
}

/** One of a closed list of names; each has its number for ever. */
export function named<Name extends string>(numbers: Readonly<Record<Name, number>>): Codec<Name> {
  const names = new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
  return {
    wire: WireType.Varint,
    write: (writer, name) => void writer.uint32(numbers[name]),
    read(bytes, newer) {
      const name = names.get(readVarint(bytes));
      if (name === undefined) throw unknownValue(newer);
      return name;
    },
  };
}

/** 0 or 1. */
export const flag: Codec<boolean> = {
  wire: WireType.Varint,
  write: (writer, value) => void writer.bool(value),
  read(bytes) {
    const value = readVarint(bytes);
    if (value > 1) throw refusal('Malformed');
    return value === 1;
  },
};

/** `least` to `most` bytes. */
export function bytesBetween(least: number, most: number): Codec<Uint8Array> {
  const fits = (value: Uint8Array) => value.length >= least && value.length <= most;
  return {
    wire: WireType.LengthDelimited,
    write(writer, value) {
      if (!fits(value)) throw new RangeError('bytes out of bounds');
      writer.bytes(value);
    },
    read(bytes) {
      if (!fits(bytes)) throw refusal('Malformed');
      return bytes.slice();
    },
  };
}

/** Exactly `length` public bytes called `Name`. */
export function bytesOf<Name extends string>(length: number): Codec<Bytes<Name>> {
  const plain = bytesBetween(length, length);
  return { ...plain, read: (bytes, newer) => bytesOfLength<Name>(plain.read(bytes, newer), length) };
}

/** Exactly 4 public bytes called `Name`, without a length before them. */
export function fixed32<Name extends string>(): Codec<Bytes<Name>> {
  return {
    wire: WireType.Bit32,
    write: (writer, value) => void writer.raw(bytesOfLength<Name>(value, 4)),
    read: (bytes) => bytesOfLength<Name>(bytes.slice(), 4),
  };
}

/** Exactly `length` secret bytes called `Name`. */
export function secretOf<Name extends string>(length: number): Codec<SecretBytes<Name>> {
  const plain = bytesBetween(length, length);
  return {
    wire: plain.wire,
    write: (writer, secret) => plain.write(writer, secret.reveal()),
    read: (bytes, newer) => SecretBytes.of<Name>(plain.read(bytes, newer), length),
  };
}

/** Text of at most `most` bytes of UTF-8, byte for byte as it was typed: nothing is normalised, trimmed or replaced. */
export function text(most: number): Codec<string> {
  return {
    wire: WireType.LengthDelimited,
    write(writer, value) {
      // A lone surrogate has no UTF-8: it would arrive as U+FFFD, another text than the one that was shown as sent.
      if (/\p{Surrogate}/u.test(value)) throw refusal('TextNotWellFormed');
      const bytes = encodeUtf8(value);
      if (bytes.length > most) throw refusal('TextTooLong');
      writer.bytes(bytes);
    },
    read(bytes) {
      const value = bytes.length > most ? undefined : decodeUtf8(bytes);
      if (value === undefined) throw refusal('Malformed');
      return value;
    },
  };
}

/** Text of at most `most` bytes that `pattern` matches. The writer's text is no person's: a mismatch is RangeError. */
export function textLike(pattern: RegExp, most: number): Codec<string> {
  const plain = text(most);
  return {
    wire: plain.wire,
    write(writer, value) {
      if (!pattern.test(value)) throw new RangeError('text out of its pattern');
      plain.write(writer, value);
    },
    read(bytes, newer) {
      const value = plain.read(bytes, newer);
      if (!pattern.test(value)) throw refusal('Malformed');
      return value;
    },
  };
}

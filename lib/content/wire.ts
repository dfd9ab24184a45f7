/**
 * Owns splitting protobuf bytes into fields, strictly: field numbers never go down, tags, lengths and numbers are spelt
 * the shortest way, groups are refused, the number of fields is bounded.
 * Does not own what the fields mean, nor which may repeat: that is `message.ts`.
 * Source: the protobuf encoding guide (protobuf.dev/programming-guides/encoding), read by @bufbuild/protobuf/wire.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { Failure } from '../failure/index.ts';
import { refusal } from './failure.ts';

/** One field as it stands on the wire. `bytes` is its value without tag and length: a view, not a copy. */
export interface WireField {
  readonly number: number;
  readonly wire: WireType;
  readonly bytes: Uint8Array;
}

/** More than any message here has (64 ids in a receipt), and a bound on what hostile bytes make us allocate. */
export const MAX_FIELDS = 128;
/** A 64-bit number takes ten bytes; nothing in protobuf is longer. */
const MAX_VARINT_BYTES = 10;

/** The fields of one message, in the order of the wire. Throws Malformed. */
export function splitFields(bytes: Uint8Array): WireField[] {
  const reader = new BinaryReader(bytes);
  const fields: WireField[] = [];
  let last = 0;
  try {
    while (reader.pos < reader.len) {
      const field = takeField(reader);
      if (field.number < last || fields.length === MAX_FIELDS) throw refusal('Malformed');
      fields.push(field);
      last = field.number;
    }
  } catch (error) {
    // The library throws plain errors for a bad tag and for bytes that end too early.
    throw error instanceof Failure ? error : refusal('Malformed');
  }
  return fields;
}

/** The unsigned 32-bit number of a varint field. Throws Malformed for a longer spelling or a larger number. */
export function readVarint(bytes: Uint8Array): number {
  const value = new BinaryReader(bytes).uint32();
  // The library drops what is above 32 bits: the last of five bytes may hold four bits only.
  if (bytes.length !== varintLength(value) || (bytes.length === 5 && bytes[4]! > 0x0f)) throw refusal('Malformed');
  return value;
}

function takeField(reader: BinaryReader): WireField {
  const start = reader.pos;
  const [number, wire] = reader.tag();
  if (reader.pos - start !== varintLength((number << 3) | wire)) throw refusal('Malformed');
  return { number, wire, bytes: takeValue(reader, wire) };
}

function takeValue(reader: BinaryReader, wire: WireType): Uint8Array {
  if (wire === WireType.LengthDelimited) return takePrefixed(reader);
  if (wire === WireType.StartGroup || wire === WireType.EndGroup) throw refusal('Malformed');
  const value = reader.skip(wire);
  if (value.length > MAX_VARINT_BYTES) throw refusal('Malformed');
  return value;
}

function takePrefixed(reader: BinaryReader): Uint8Array {
  const start = reader.pos;
  const value = reader.bytes();
  if (reader.pos - start !== varintLength(value.length) + value.length) throw refusal('Malformed');
  return value;
}

/** Bytes of the shortest spelling of a 32-bit number, which is taken as unsigned. */
function varintLength(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));
}

/** Owns ways to damage a message, all from one seeded random source. Now and then one gives back a message that was sent. */
import { concatBytes } from '../../../lib/bytes/index.ts';
import type { SeededRandom } from '../../support/signal/random.ts';

/** A damaged copy of `message`; `other` is another message of the same type to take parts from. */
export type Mutation = (message: Uint8Array, other: Uint8Array, random: SeededRandom) => Uint8Array;

function flipBit(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = message.slice();
  copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}

function truncate(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  return message.slice(0, random.below(message.length));
}

function extend(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  return concatBytes(message, random.bytes(1 + random.below(40)));
}

function removeBytes(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(message.length);
  return concatBytes(message.subarray(0, at), message.subarray(at + 1 + random.below(16)));
}

function insertBytes(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(message.length);
  return concatBytes(message.subarray(0, at), random.bytes(1 + random.below(16)), message.subarray(at));
}

function overwrite(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = message.slice();
  copy.set(random.bytes(Math.min(8, copy.length)), random.below(Math.max(1, copy.length - 8)));
  return copy;
}

/** The head of one message and the tail of another. */
function splice(message: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = 1 + random.below(Math.min(message.length, other.length) - 1);
  return concatBytes(message.subarray(0, at), other.subarray(at));
}

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The fields of a protobuf message whose tags are one byte, each with its tag; undefined where it is none. */
function fieldsOf(protobuf: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < protobuf.length; ) {
    const start = at;
    const tag = protobuf[at++]!;
    let value = 0;
    let shift = 0;
    let byte = 0x80;
    while (byte & 0x80 && at < protobuf.length) {
      byte = protobuf[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    }
    if ((tag & 7) === 2) at += value;
    fields.push({ number: tag >> 3, bytes: protobuf.subarray(start, at) });
  }
  return fields;
}

/** One field replaced by the same field of another message. */
function swapField(message: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const [own, foreign] = [fieldsOf(message.subarray(1)), fieldsOf(other.subarray(1))];
  const index = random.below(own.length);
  const taken = foreign.find(({ number }) => number === own[index]!.number) ?? foreign[0]!;
  const parts = own.map(({ bytes }, i) => (i === index ? taken.bytes : bytes));
  return concatBytes(message.subarray(0, 1), ...parts);
}

/** Two fields in the wrong order, one twice, or one left out. */
function rearrangeFields(message: Uint8Array, _other: Uint8Array, random: SeededRandom): Uint8Array {
  const fields = fieldsOf(message.subarray(1)).map(({ bytes }) => bytes);
  const index = random.below(fields.length);
  const kind = random.below(3);
  if (kind === 0) fields.splice(index, 1);
  else if (kind === 1) fields.splice(index, 0, fields[index]!);
  else fields.push(fields.splice(index, 1)[0]!);
  return concatBytes(message.subarray(0, 1), ...fields);
}

/** Every way of damaging that there is. */
export const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  truncate,
  extend,
  removeBytes,
  insertBytes,
  overwrite,
  splice,
  swapField,
  rearrangeFields,
];

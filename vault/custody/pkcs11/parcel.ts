/**
 * Owns how calls of custody and their results cross between the two threads of vault-hsm: those that every try makes
 * (`mac`, `sign`, `evaluate`) in one byte string, since a copy of many small objects costs the HSM's thread more than what
 * is in them; all else beside it, as the thread's own copy. What is read from a parcel are views of it.
 * Does not own what is called: custody.ts. Both ends are this program, so that a malformed parcel is a mistake.
 */
import { ByteReader, ByteWriter } from '../../../lib/bytes/index.ts';
import type { StoredKey } from '../custody.ts';
import type { Preparation } from '../evaluation.ts';
import { COMPRESSED_LENGTH, coordinate, encodeCoordinate, FIELD_LENGTH } from '../points.ts';
import type { Call, Method, Settled, Thrown } from './thread-messages.ts';

/** Several calls, or several results, in their order. */
export interface Parcel {
  readonly bytes: Uint8Array;
  /** What is not in the bytes, in the order in which these ask for it. */
  readonly values: readonly unknown[];
}

const METHODS = [
  'mac',
  'sign',
  'evaluate',
  'createKey',
  'destroyKey',
  'readAnchor',
  'anchors',
  'writeAnchor',
  'close',
] as const satisfies readonly Method[];

/** A result: bytes that are in the parcel, a value beside it, or what was thrown, beside it too. */
const [BYTES, VALUE, THROWN] = [0, 1, 2] as const;

const QUESTION_LENGTH = 1 + 2 * FIELD_LENGTH;

export function packCalls(calls: readonly Call[]): Parcel {
  const writer = new ByteWriter(512 * calls.length);
  const values: unknown[] = [];
  writer.list(calls, ({ id, method, args }) => {
    writer.uint32(id).uint8(METHODS.indexOf(method));
    if (method === 'mac' || method === 'sign') writer.prefixed(args[0] as Uint8Array);
    else if (method === 'evaluate') packEvaluation(writer, args);
    else values.push(args);
  });
  return { bytes: writer.finish(), values };
}

export function unpackCalls({ bytes, values }: Parcel): Call[] {
  const reader = new ByteReader(bytes, mistaken);
  const others = values.values();
  return reader.list(bytes.length, () => {
    const id = reader.uint32();
    const method = METHODS[reader.uint8()];
    if (method === undefined) throw mistaken();
    if (method === 'mac' || method === 'sign') return { id, method, args: [reader.viewPrefixed()] };
    if (method === 'evaluate') return { id, method, args: unpackEvaluation(reader) };
    return { id, method, args: others.next().value as unknown[] };
  });
}

/** The arguments of an evaluation in the HSM's thread: the key, the blinded element and, where it was made, its preparation. */
function packEvaluation(writer: ByteWriter, args: readonly unknown[]): void {
  const [key, blinded, preparation] = args as [StoredKey, Uint8Array, Preparation | undefined];
  writer.prefixed(key.blob).prefixed(key.publicKey).prefixed(key.context).prefixed(blinded);
  writer.optional(preparation, ({ questions, ofTwiceY }) => {
    writer.raw(questions[0]).raw(questions[1]).raw(encodeCoordinate(ofTwiceY));
  });
}

function unpackEvaluation(reader: ByteReader): unknown[] {
  const key: StoredKey = {
    blob: reader.viewPrefixed(),
    publicKey: reader.viewPrefixed(),
    context: reader.viewPrefixed(),
  };
  const blinded = reader.viewPrefixed();
  const preparation = reader.optional((): Preparation => {
    const questions = [reader.take(QUESTION_LENGTH), reader.take(QUESTION_LENGTH)] as const;
    return { questions, ofTwiceY: readCoordinate(reader.take(FIELD_LENGTH)) };
  });
  if (preparation === undefined) return [key, blinded];
  const [question] = preparation.questions;
  const x = readCoordinate(question.subarray(1, COMPRESSED_LENGTH));
  const y = readCoordinate(question.subarray(COMPRESSED_LENGTH));
  return [key, blinded, { x, y }, preparation];
}

function readCoordinate(bytes: Uint8Array): bigint {
  const value = coordinate(bytes);
  if (value === undefined) throw mistaken();
  return value;
}

export function packSettled(settled: readonly Settled[]): Parcel {
  const writer = new ByteWriter(64 * settled.length);
  const values: unknown[] = [];
  writer.list(settled, (one) => {
    writer.uint32(one.id);
    if ('thrown' in one) {
      writer.uint8(THROWN);
      values.push(one.thrown);
    } else if (one.value instanceof Uint8Array) writer.uint8(BYTES).prefixed(one.value);
    else {
      writer.uint8(VALUE);
      values.push(one.value);
    }
  });
  return { bytes: writer.finish(), values };
}

/** Results outlive their parcel: the bytes in them are copies. */
export function unpackSettled({ bytes, values }: Parcel): Settled[] {
  const reader = new ByteReader(bytes, mistaken);
  const others = values.values();
  return reader.list(bytes.length, () => {
    const id = reader.uint32();
    const kind = reader.uint8();
    if (kind === BYTES) return { id, value: reader.takePrefixed() };
    const value = others.next().value;
    return kind === THROWN ? { id, thrown: value as Thrown } : { id, value };
  });
}

function mistaken(): Error {
  return new RangeError('not a parcel of the other thread');
}

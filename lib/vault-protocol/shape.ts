/**
 * Owns strict JSON: a shape reads exactly what it writes, and refuses unknown and missing fields, other types, other
 * lengths and numbers out of range. What is read is new data: nothing of the parsed object leaves here.
 * Does not own what the fields mean.
 */
import {
  type Bytes,
  bytesOfLength,
  decodeBase64Url,
  decodeUtf8,
  encodeBase64Url,
  encodeUtf8,
  SecretBytes,
} from '../bytes/index.ts';
import { malformed } from './failure.ts';
import { MOST_BODY_BYTES } from './limits.ts';

type Json = string | number | null | readonly Json[] | { readonly [name: string]: Json };

/** One kind of JSON value. `read` throws `MalformedBody`; `write` throws RangeError on a value that none may send. */
export interface Shape<Value> {
  read(json: unknown): Value;
  write(value: Value): Json;
}

/** The value that a shape reads and writes. */
export type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

/** The body that holds `value`: UTF-8 JSON of at most {@link MOST_BODY_BYTES}. */
export function encodeBody<Value>(shape: Shape<Value>, value: Value): Uint8Array {
  const bytes = encodeUtf8(JSON.stringify(shape.write(value)));
  if (bytes.length > MOST_BODY_BYTES) throw new RangeError('a body is too long');
  return bytes;
}

/** Reads a body that came from the other side. Throws `MalformedBody`. */
export function decodeBody<Value>(shape: Shape<Value>, bytes: Uint8Array): Value {
  if (bytes.length > MOST_BODY_BYTES) throw malformed();
  const text = decodeUtf8(bytes);
  if (text === undefined) throw malformed();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed();
  }
  return shape.read(json);
}

function readBytes(json: unknown, least: number, most: number): Uint8Array {
  const bytes = typeof json === 'string' ? decodeBase64Url(json) : undefined;
  if (bytes === undefined || bytes.length < least || bytes.length > most) throw malformed();
  return bytes;
}

/** Exactly `length` bytes in base64url. */
export function bytes<Name extends string>(length: number): Shape<Bytes<Name>> {
  return {
    read: (json) => readBytes(json, length, length) as Bytes<Name>,
    write: (value) => encodeBase64Url(bytesOfLength(value, length)),
  };
}

/** From one byte to `most` bytes in base64url. */
export function bytesUpTo<Name extends string>(most: number): Shape<Bytes<Name>> {
  return {
    read: (json) => readBytes(json, 1, most) as Bytes<Name>,
    write(value) {
      if (value.length < 1 || value.length > most) throw new RangeError('a byte string is too long');
      return encodeBase64Url(value);
    },
  };
}

/** Exactly `length` secret bytes in base64url. */
export function secret<Name extends string>(length: number): Shape<SecretBytes<Name>> {
  return {
    read: (json) => SecretBytes.of<Name>(readBytes(json, length, length)),
    write: (value) => encodeBase64Url(bytesOfLength(value.reveal(), length)),
  };
}

/** A compressed point of P-256 as far as its first byte tells. */
export function element<Name extends string>(length: number): Shape<Bytes<Name>> {
  const whole = bytes<Name>(length);
  return {
    read(json) {
      const point = whole.read(json);
      if (point[0] !== 2 && point[0] !== 3) throw malformed();
      return point;
    },
    write: whole.write,
  };
}

/** An integer from `least` to `most`. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  const within = (value: unknown): value is number =>
    // Negative zero would be written as 0: the one number that does not come back as it went.
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most && !Object.is(value, -0);
  return {
    read(json) {
      if (!within(json)) throw malformed();
      return json;
    },
    write(value) {
      if (!within(value)) throw new RangeError('an integer is out of range');
      return value;
    },
  };
}

/** One of the given words or numbers. */
export function choice<const Value extends string | number>(...values: readonly Value[]): Shape<Value> {
  return {
    read(json) {
      const found = values.find((value) => value === json);
      if (found === undefined) throw malformed();
      return found;
    },
    write(value) {
      if (!values.includes(value)) throw new RangeError('not one of the choices');
      return value;
    },
  };
}

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  return {
    read: (json) => (json === null ? null : shape.read(json)),
    write: (value) => (value === null ? null : shape.write(value)),
  };
}

/** From `least` to `most` values of one shape. */
export function list<Value>(shape: Shape<Value>, least: number, most: number): Shape<readonly Value[]> {
  return {
    read(json) {
      if (!Array.isArray(json) || json.length < least || json.length > most) throw malformed();
      return json.map((item) => shape.read(item));
    },
    write(values) {
      if (values.length < least || values.length > most) throw new RangeError('a list is too long or too short');
      return values.map((value) => shape.write(value));
    },
  };
}

type ValuesOf<F> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** An object with exactly these fields. */
export function object<const F extends { readonly [name: string]: Shape<unknown> }>(fields: F): Shape<ValuesOf<F>> {
  const names = Object.keys(fields);
  return {
    read(json) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed();
      const own = Object.entries(json);
      if (own.length !== names.length) throw malformed();
      const found = new Map<string, unknown>(own);
      return Object.fromEntries(
        names.map((name) => {
          if (!found.has(name)) throw malformed();
          return [name, fields[name]!.read(found.get(name))];
        }),
      ) as ValuesOf<F>;
    },
    write: (value) =>
      Object.fromEntries(names.map((name) => [name, fields[name]!.write(value[name as keyof ValuesOf<F>])])),
  };
}

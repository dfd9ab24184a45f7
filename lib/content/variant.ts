/**
 * Owns the choice of one kind among several: exactly one field below 32 stands, its number says the kind, its value is a
 * nested message; fields from 32 up belong to the message around it.
 * Invariant: a number below 32 that no variant has is a kind of a newer version, or a malformed content; it is never
 * passed over. A number from 32 up that the kind does not have is an addition that an older reader may pass over.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { refusal } from './failure.ts';
import { nested, one, readFields, type Shape, writeFields } from './message.ts';
import { unknownValue } from './version.ts';
import type { WireField } from './wire.ts';

/** Field numbers below are kinds; from here up they are additions. */
export const FIRST_ADDITION = 32;

/** One kind: its number, the fields of its nested message, and those that stand beside it. */
export interface Variant {
  readonly number: number;
  readonly body: Shape<object>;
  readonly beside: Shape<object>;
}

/** A variant whose fields are exactly those of `Value`: `Inner` in the nested message, the rest beside it. */
export function variant<Value extends object, Inner extends keyof Value>(
  number: number,
  body: Shape<Pick<Value, Inner>>,
  beside: Shape<Omit<Value, Inner>>,
): Variant {
  return { number, body: body as Shape<object>, beside: beside as Shape<object> };
}

/** The bytes of `value`: its nested message, then what stands beside it. */
export function encodeVariant({ number, body, beside }: Variant, value: object): Uint8Array {
  const writer = new BinaryWriter();
  one(number, nested(body)).write(writer, value);
  writeFields(writer, beside, value);
  return writer.finish();
}

/** The name and the fields of the one variant in `fields`. Throws Malformed, or NewerSchema for a newer kind. */
export function readVariant<Name extends string>(
  variants: Readonly<Record<Name, Variant>>,
  fields: readonly WireField[],
  newer: boolean,
): { readonly name: Name; readonly fields: object } {
  const kinds = fields.filter(({ number }) => number < FIRST_ADDITION);
  const found = kinds[0];
  if (found === undefined || kinds.length > 1) throw refusal('Malformed');
  const name = (Object.keys(variants) as Name[]).find((each) => variants[each].number === found.number);
  if (name === undefined) throw unknownValue(newer);
  const { body, beside } = variants[name];
  const inner = one(found.number, nested(body)).read([found], newer);
  const outer = readFields(
    beside,
    fields.filter(({ number }) => number >= FIRST_ADDITION),
    newer,
  );
  return { name, fields: { ...inner, ...outer } };
}

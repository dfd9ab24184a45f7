/**
 * Owns reading of untrusted request bodies: small parsers that give a fresh value of exactly the named shape.
 * Invariants: no parser throws; every text and list has a bound; a field too many is a refusal.
 */

/** Reads `input`, or gives undefined for anything that is not the shape. */
export type Shape<Value> = (input: unknown) => Value | undefined;

/** A text of `min` to `max` UTF-16 units. */
export function text(max: number, min = 0): Shape<string> {
  return (input) => (typeof input === 'string' && input.length >= min && input.length <= max ? input : undefined);
}

/** A whole number of `min` to `max`. */
export function integer(min: number, max: number): Shape<number> {
  return (input) =>
    Number.isSafeInteger(input) && (input as number) >= min && (input as number) <= max ? (input as number) : undefined;
}

/** true or false. */
export const flag: Shape<boolean> = (input) => (typeof input === 'boolean' ? input : undefined);

/** One of the given words. */
export function oneOf<const Words extends readonly string[]>(...words: Words): Shape<Words[number]> {
  return (input) => ((words as readonly unknown[]).includes(input) ? (input as Words[number]) : undefined);
}

/** A list of at most `max` of `item`. */
export function listOf<Item>(item: Shape<Item>, max: number): Shape<Item[]> {
  return (input) => {
    if (!Array.isArray(input) || input.length > max) return undefined;
    const items: Item[] = [];
    for (const entry of input) {
      const value = item(entry);
      if (value === undefined) return undefined;
      items.push(value);
    }
    return items;
  };
}

/** An object with exactly the fields of `fields`, all present. */
export function record<Fields extends Record<string, Shape<unknown>>>(
  fields: Fields,
): Shape<{ [Name in keyof Fields]: Exclude<ReturnType<Fields[Name]>, undefined> }> {
  const names = Object.keys(fields);
  return (input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
    if (Object.keys(input).length !== names.length) return undefined;
    const values: Record<string, unknown> = {};
    for (const name of names) {
      if (!Object.hasOwn(input, name)) return undefined;
      const value = fields[name]!((input as Record<string, unknown>)[name]);
      if (value === undefined) return undefined;
      values[name] = value;
    }
    return values as { [Name in keyof Fields]: Exclude<ReturnType<Fields[Name]>, undefined> };
  };
}

/** A request without content: absent, null, or an empty object. */
export const nothing: Shape<Record<never, never>> = (input) =>
  input === undefined || input === null || (typeof input === 'object' && Object.keys(input).length === 0)
    ? {}
    : undefined;

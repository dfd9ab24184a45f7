/**
 * Owns the wrapper around secret byte strings. It prints as `[redacted]` in strings, JSON, consoles and errors, because
 * the bytes stand in a private field, and what a console finds instead says so. (Only who opens it by hand in the
 * developer tools sees bytes, as of anything in memory.)
 * Does not own where a secret goes: whoever calls `reveal` is answerable for that.
 */
import { equalBytes } from './equality.ts';
import { wipe } from './wipe.ts';

declare const brand: unique symbol;
const REDACTED = '[redacted]';

/** A secret byte string called `Name`. Two of different names do not mix at compile time. */
export class SecretBytes<Name extends string> {
  declare readonly [brand]: Name;
  /** What a browser's console shows of the object: it prints properties and asks no method. */
  readonly shown = REDACTED;
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Takes over `bytes` (no copy: the caller gives them away), which must be `length` bytes long where a length is given.
   * Throws RangeError on another length.
   */
  static of<Name extends string>(bytes: Uint8Array, length = bytes.length): SecretBytes<Name> {
    if (bytes.length !== length) throw new RangeError(`expected a secret of ${length} bytes, got ${bytes.length}`);
    return new SecretBytes<Name>(bytes);
  }

  /** The bytes themselves, not a copy. Not to be kept, logged or sent. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Whether both hold the same bytes, in constant time for one length. */
  equals(other: SecretBytes<Name>): boolean {
    return equalBytes(this.#bytes, other.#bytes);
  }

  /** Overwrites the bytes with zeros. The secret must not be used afterwards. */
  wipe(): void {
    wipe(this.#bytes);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/**
 * Owns the wrapper around secret byte strings. It prints as `[redacted]` in strings, JSON, consoles and errors, because
 * the bytes are not reachable from the object: they live in a map keyed by it.
 * Does not own where a secret goes: whoever calls `reveal` is answerable for that.
 */
import { equalBytes } from './equality.ts';
import { wipe } from './wipe.ts';

declare const brand: unique symbol;
const contents = new WeakMap<object, Uint8Array>();
const REDACTED = '[redacted]';

/** A secret byte string called `Name`. Two of different names do not mix at compile time. */
export class SecretBytes<Name extends string> {
  declare readonly [brand]: Name;

  private constructor(bytes: Uint8Array) {
    contents.set(this, bytes);
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
    return contents.get(this)!;
  }

  get length(): number {
    return this.reveal().length;
  }

  /** Whether both hold the same bytes, in constant time for one length. */
  equals(other: SecretBytes<Name>): boolean {
    return equalBytes(this.reveal(), other.reveal());
  }

  /** Overwrites the bytes with zeros. The secret must not be used afterwards. */
  wipe(): void {
    wipe(this.reveal());
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

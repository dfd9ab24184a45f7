/**
 * Owns strict reading of our own binary encodings (session records, prekey bundles): every read is checked against
 * what is left, and `end` refuses left-over bytes. The signal wire format is protobuf and is not read with this.
 */

/** A cursor over bytes. Every method throws what `refuse` makes on input that is too short or malformed. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: () => Error;
  #offset = 0;

  /** Reads `bytes` from the start. `refuse` makes the error to throw: the room's own typed failure. */
  constructor(bytes: Uint8Array, refuse: () => Error) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A copy of the next `length` bytes: it stays whole when the source is wiped. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  /** A 4-byte length and that many bytes, at most `most`. */
  takePrefixed(most = this.#bytes.length): Uint8Array {
    const length = this.uint32();
    if (length > most) throw this.#refuse();
    return this.take(length);
  }

  /** The same without a copy: a view that is wiped with the source, or kept as long as it. */
  viewPrefixed(): Uint8Array {
    const start = this.#advance(this.uint32());
    return this.#bytes.subarray(start, this.#offset);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** A count in 4 bytes, at most `most`: the bound on what the caller allocates. */
  count(most: number): number {
    const value = this.uint32();
    if (value > most) throw this.#refuse();
    return value;
  }

  /** One byte, 0 or 1. */
  flag(): boolean {
    const value = this.uint8();
    if (value > 1) throw this.#refuse();
    return value === 1;
  }

  /** A safe non-negative integer in 8 bytes: a time in milliseconds, say. */
  uint53(): number {
    const value = this.#view.getBigUint64(this.#advance(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#refuse();
    return Number(value);
  }

  /** A flag, and what `read` reads where the flag is set. */
  optional<Value>(read: () => Value): Value | undefined {
    return this.flag() ? read() : undefined;
  }

  /** `count` values, at most `most`. */
  list<Value>(most: number, read: () => Value): Value[] {
    const length = this.count(most);
    const values: Value[] = [];
    for (let i = 0; i < length; i++) values.push(read());
    return values;
  }

  /** Refuses bytes that are left over. */
  end(): void {
    if (this.remaining !== 0) throw this.#refuse();
  }

  #advance(length: number): number {
    // A negative length would step back without a word; only a caller's slip can bring one.
    if (!Number.isSafeInteger(length) || length < 0) throw new RangeError('a length is a non-negative integer');
    if (length > this.remaining) throw this.#refuse();
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** Owns writing of our own binary encodings: the mirror image of {@link ByteReader}, method by method. */
import { wipe } from './wipe.ts';

/** Collects bytes in a buffer that grows. Numbers outside their width throw RangeError: a programmer's mistake. */
export class ByteWriter {
  #buffer: Uint8Array;
  #view: DataView;
  #length = 0;

  /** `capacity` is a guess in bytes that saves growing. */
  constructor(capacity = 1024) {
    this.#buffer = new Uint8Array(capacity);
    this.#view = new DataView(this.#buffer.buffer);
  }

  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
    return this;
  }

  prefixed(bytes: Uint8Array): this {
    return this.uint32(bytes.length).raw(bytes);
  }

  /** What `write` writes, with its length (4 bytes) in front: the same bytes as `prefixed`, without a copy. */
  prefixedBy(write: () => void): this {
    const at = this.#reserve(4);
    write();
    this.#view.setUint32(at, this.#length - at - 4);
    return this;
  }

  uint8(value: number): this {
    requireUint(value, 0xff);
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  uint16(value: number): this {
    requireUint(value, 0xffff);
    const at = this.#reserve(2);
    this.#view.setUint16(at, value);
    return this;
  }

  uint32(value: number): this {
    requireUint(value, 0xffffffff);
    const at = this.#reserve(4);
    this.#view.setUint32(at, value);
    return this;
  }

  uint53(value: number): this {
    requireUint(value, Number.MAX_SAFE_INTEGER);
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, BigInt(value));
    return this;
  }

  flag(value: boolean): this {
    return this.uint8(value ? 1 : 0);
  }

  optional<Value>(value: Value | undefined, write: (value: Value) => void): this {
    this.flag(value !== undefined);
    if (value !== undefined) write(value);
    return this;
  }

  list<Value>(values: readonly Value[], write: (value: Value) => void): this {
    this.uint32(values.length);
    for (const value of values) write(value);
    return this;
  }

  /** The bytes so far, as a copy; the buffer is wiped, since what is written here is often secret. */
  finish(): Uint8Array {
    const bytes = this.#buffer.slice(0, this.#length);
    wipe(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return bytes;
  }

  /** Makes room for `length` bytes. It may replace buffer and view, so it is called before either is named. */
  #reserve(length: number): number {
    const start = this.#length;
    const needed = start + length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#length = needed;
    return start;
  }

  #grow(needed: number): void {
    const old = this.#buffer;
    this.#buffer = new Uint8Array(Math.max(needed, old.length * 2));
    this.#buffer.set(old);
    this.#view = new DataView(this.#buffer.buffer);
    wipe(old);
  }
}

function requireUint(value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) throw new RangeError('integer out of range');
}

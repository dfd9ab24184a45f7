/**
 * Owns the seeds of messages that were passed over: at most 2000, the oldest dropped first.
 * They lie flat in one array, so that saving and loading two thousand of them is one copy and not two thousand.
 */
import { readUint32, SecretBytes, wipe } from '../../bytes/index.ts';
import type { MessageKeySeed } from '../keys.ts';
import { MAX_SKIPPED_KEYS } from '../limits.ts';

const COUNTER_LENGTH = 4;
const SEED_LENGTH = 32;
/** Bytes of one entry: counter (big-endian), seed. */
export const SKIPPED_ENTRY_LENGTH = COUNTER_LENGTH + SEED_LENGTH;
/** Entries that a first buffer has room for. */
const FIRST_ROOM = 8;

/** Seeds by counter, in the order in which they were passed over. */
export class SkippedSeeds {
  /** Entries stand from `#start` to `#end`; what is outside is zero. */
  #buffer: Uint8Array;
  #start = 0;
  #end: number;

  /** Takes over `entries`, whole entries in order, as `reveal` gave them. Throws RangeError for a broken length. */
  constructor(entries: Uint8Array = new Uint8Array(0)) {
    if (entries.length % SKIPPED_ENTRY_LENGTH !== 0) throw new RangeError('skipped seeds come in whole entries');
    this.#buffer = entries;
    this.#end = entries.length;
  }

  get count(): number {
    return (this.#end - this.#start) / SKIPPED_ENTRY_LENGTH;
  }

  /** The entries, flat: count * 36 bytes, secret. A view, valid until the next change. */
  reveal(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Keeps `seed`, which is wiped here; drops the oldest where there are 2000 already. */
  keep(counter: number, seed: MessageKeySeed): void {
    if (this.count >= MAX_SKIPPED_KEYS) this.#dropOldest();
    if (this.#end === this.#buffer.length) this.#makeRoom();
    new DataView(this.#buffer.buffer, this.#buffer.byteOffset).setUint32(this.#end, counter);
    this.#buffer.set(seed.reveal(), this.#end + COUNTER_LENGTH);
    seed.wipe();
    this.#end += SKIPPED_ENTRY_LENGTH;
  }

  /** The seed of `counter`, which is then kept no longer; undefined where there is none. */
  take(counter: number): MessageKeySeed | undefined {
    for (let at = this.#start; at < this.#end; at += SKIPPED_ENTRY_LENGTH) {
      if (readUint32(this.#buffer, at) !== counter) continue;
      const seed = this.#buffer.slice(at + COUNTER_LENGTH, at + SKIPPED_ENTRY_LENGTH);
      this.#buffer.copyWithin(at, at + SKIPPED_ENTRY_LENGTH, this.#end);
      this.#end -= SKIPPED_ENTRY_LENGTH;
      wipe(this.#buffer.subarray(this.#end, this.#end + SKIPPED_ENTRY_LENGTH));
      return SecretBytes.of(seed);
    }
    return undefined;
  }

  /** Moves nothing: a jump of two thousand over a full list must not move it two thousand times. */
  #dropOldest(): void {
    wipe(this.#buffer.subarray(this.#start, this.#start + SKIPPED_ENTRY_LENGTH));
    this.#start += SKIPPED_ENTRY_LENGTH;
  }

  /** A buffer with room for as many again. */
  #makeRoom(): void {
    const old = this.#buffer;
    const entries = this.reveal();
    this.#buffer = new Uint8Array(Math.max(FIRST_ROOM * SKIPPED_ENTRY_LENGTH, entries.length * 2));
    this.#buffer.set(entries);
    this.#end = entries.length;
    this.#start = 0;
    wipe(old);
  }
}

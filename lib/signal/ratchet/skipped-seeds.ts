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

/** Seeds by counter, in the order in which they were passed over. */
export class SkippedSeeds {
  #entries: Uint8Array;
  #length: number;

  /** Takes over `entries`, whole entries in order, as `reveal` gave them. Throws RangeError for a broken length. */
  constructor(entries: Uint8Array = new Uint8Array(0)) {
    if (entries.length % SKIPPED_ENTRY_LENGTH !== 0) throw new RangeError('skipped seeds come in whole entries');
    this.#entries = entries;
    this.#length = entries.length;
  }

  get count(): number {
    return this.#length / SKIPPED_ENTRY_LENGTH;
  }

  /** The entries, flat: count * 36 bytes, secret. A view, valid until the next change. */
  reveal(): Uint8Array {
    return this.#entries.subarray(0, this.#length);
  }

  /** Keeps `seed`, which is wiped here; drops the oldest where there are 2000 already. */
  keep(counter: number, seed: MessageKeySeed): void {
    if (this.count >= MAX_SKIPPED_KEYS) this.#remove(0);
    if (this.#length === this.#entries.length) this.#grow();
    new DataView(this.#entries.buffer, this.#entries.byteOffset).setUint32(this.#length, counter);
    this.#entries.set(seed.reveal(), this.#length + COUNTER_LENGTH);
    seed.wipe();
    this.#length += SKIPPED_ENTRY_LENGTH;
  }

  /** The seed of `counter`, which is then kept no longer; undefined where there is none. */
  take(counter: number): MessageKeySeed | undefined {
    for (let at = 0; at < this.#length; at += SKIPPED_ENTRY_LENGTH) {
      if (readUint32(this.#entries, at) !== counter) continue;
      const seed = this.#entries.slice(at + COUNTER_LENGTH, at + SKIPPED_ENTRY_LENGTH);
      this.#remove(at);
      return SecretBytes.of(seed);
    }
    return undefined;
  }

  #remove(at: number): void {
    this.#entries.copyWithin(at, at + SKIPPED_ENTRY_LENGTH, this.#length);
    this.#length -= SKIPPED_ENTRY_LENGTH;
    wipe(this.#entries.subarray(this.#length, this.#length + SKIPPED_ENTRY_LENGTH));
  }

  #grow(): void {
    const old = this.#entries;
    this.#entries = new Uint8Array(Math.max(8 * SKIPPED_ENTRY_LENGTH, old.length * 2));
    this.#entries.set(old);
    wipe(old);
  }
}

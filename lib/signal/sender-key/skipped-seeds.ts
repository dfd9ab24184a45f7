/**
 * Owns the seeds of messages that were skipped and may still come, packed as they are stored:
 * {iteration (4 bytes), seed (32 bytes)} each, oldest first.
 * Invariants: iterations ascend strictly; at most 2000 seeds; a seed is given out once.
 */
import { SecretBytes, wipe } from '../../bytes/index.ts';
import { refusal } from '../failure.ts';
import type { MessageKeySeed } from '../keys.ts';
import { MAX_SKIPPED_KEYS } from '../limits.ts';

const SEED_LENGTH = 32;
const ENTRY_LENGTH = 4 + SEED_LENGTH;
/** The longest packed form, in bytes. */
export const MAX_PACKED_LENGTH = MAX_SKIPPED_KEYS * ENTRY_LENGTH;

/** The skipped seeds of one chain. Mutable: it belongs to a decoded record that is dropped or encoded as a whole. */
export class SkippedSeeds {
  #packed: Uint8Array;

  private constructor(packed: Uint8Array) {
    this.#packed = packed;
  }

  static none(): SkippedSeeds {
    return new SkippedSeeds(new Uint8Array());
  }

  /**
   * Takes over `packed`, the stored form in a chain that stands at `iteration`; throws InvalidState for anything that
   * {@link packed} can't have given there.
   */
  static unpack(packed: Uint8Array, iteration: number): SkippedSeeds {
    if (packed.length > MAX_PACKED_LENGTH || packed.length % ENTRY_LENGTH !== 0) throw refusal('InvalidState');
    const view = viewOf(packed);
    let last = -1;
    for (let offset = 0; offset < packed.length; offset += ENTRY_LENGTH) {
      const each = view.getUint32(offset);
      if (each <= last) throw refusal('InvalidState');
      last = each;
    }
    if (last >= iteration) throw refusal('InvalidState');
    return new SkippedSeeds(packed);
  }

  /** The stored form: the bytes themselves, not a copy. */
  get packed(): Uint8Array {
    return this.#packed;
  }

  /** Removes the seed of `iteration` and gives it, or undefined where it was never skipped, taken before or too old. */
  take(iteration: number): MessageKeySeed | undefined {
    const start = this.#offsetOf(iteration);
    if (start === undefined) return undefined;
    const end = start + ENTRY_LENGTH;
    const seed = this.#packed.slice(start + 4, end);
    const rest = new Uint8Array(this.#packed.length - ENTRY_LENGTH);
    rest.set(this.#packed.subarray(0, start));
    rest.set(this.#packed.subarray(end), start);
    this.#replace(rest);
    return SecretBytes.of(seed);
  }

  /**
   * Keeps the seeds of `count` iterations from `first` on, which lie above all that are here, and drops the oldest above
   * 2000. `count` is at most 2000: the caller bounds the work. `next` gives the seeds in order; they are wiped here.
   */
  append(first: number, count: number, next: () => MessageKeySeed): void {
    const keptLength = Math.min(this.#packed.length, MAX_PACKED_LENGTH - count * ENTRY_LENGTH);
    const grown = new Uint8Array(keptLength + count * ENTRY_LENGTH);
    grown.set(this.#packed.subarray(this.#packed.length - keptLength));
    const view = viewOf(grown);
    for (let i = 0; i < count; i++) {
      const offset = keptLength + i * ENTRY_LENGTH;
      const seed = next();
      view.setUint32(offset, first + i);
      grown.set(seed.reveal(), offset + 4);
      seed.wipe();
    }
    this.#replace(grown);
  }

  wipe(): void {
    wipe(this.#packed);
  }

  #offsetOf(iteration: number): number | undefined {
    const view = viewOf(this.#packed);
    for (let offset = 0; offset < this.#packed.length; offset += ENTRY_LENGTH) {
      if (view.getUint32(offset) === iteration) return offset;
    }
    return undefined;
  }

  #replace(packed: Uint8Array): void {
    this.wipe();
    this.#packed = packed;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

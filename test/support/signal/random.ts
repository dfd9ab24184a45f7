/** Owns randomness that a printed seed gives again: schedules come from here, keys from the system. */

/** A generator of numbers, by Marsaglia's xorshift. Good for schedules, for nothing secret. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed === 0 ? 1 : seed >>> 0;
  }

  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }
}

/** A fresh seed for a run, or the one that SEED names, to run it again. */
export function seedOfRun(): number {
  const given = process.env.SEED;
  return given === undefined ? crypto.getRandomValues(new Uint32Array(1))[0]! : Number(given);
}

/** The system's random bytes, in the form that lib/signal takes them. */
export function systemRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

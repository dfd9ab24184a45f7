/**
 * Owns keeping finished previews for ten minutes, in memory alone: a link that is typed, taken out and typed again is not
 * asked for again. A cleared cache or a worker that ended loses nothing but time.
 */
import { CACHE_MS, MAX_CACHED } from './limits.ts';

/** At most 16 values, the least recently made leaving first. */
export class PreviewCache<Value> {
  readonly #kept = new Map<string, { readonly value: Value; readonly at: number }>();
  readonly #now: () => number;

  /** `now` is a clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The value, if it is not too old. */
  get(key: string): Value | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    if (this.#now() - found.at < CACHE_MS) return found.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, at: this.#now() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_CACHED && oldest !== undefined) this.#kept.delete(oldest);
  }

  clear(): void {
    this.#kept.clear();
  }
}

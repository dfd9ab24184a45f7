/**
 * Owns the one clock of a preview: everything that is waited for is waited for here, and ends when the time is up or when
 * the person cancels, whether or not what is waited for listens.
 */
import { refusal } from './failure.ts';

/** The time that one preview has. */
export class Deadline {
  /** Aborts when the time is up, when the person cancels, and at the end: nothing of a preview goes on after it. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #person: AbortSignal | undefined;

  /** `ms` from now; `person` aborts when whoever asked does not want it any more. */
  constructor(ms: number, person?: AbortSignal) {
    this.signal = this.#controller.signal;
    this.#person = person;
    this.#timer = setTimeout(() => this.#controller.abort(refusal('TooSlow')), ms);
    if (person?.aborted === true) this.#cancel();
    else person?.addEventListener('abort', this.#cancel);
  }

  /**
   * What `start` comes to. Throws TooSlow or Cancelled when that comes first, and starts nothing when it came already; what
   * `start` throws passes through.
   */
  async wait<Value>(start: () => Promise<Value>): Promise<Value> {
    this.check();
    this.check();
    let stop = (): void => {};
    const over = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason);
      this.signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([start(), over]);
    } catch (error) {
      // An aborted request fails with an error of its own, perhaps before ours is heard.
      this.check();
      throw error;
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  /** Throws TooSlow or Cancelled if that is so. */
  check(): void {
    if (this.signal.aborted) throw this.signal.reason;
  }

  /** Ends all that still runs under it: bodies that nobody reads on, connections that hang. */
  end(): void {
    clearTimeout(this.#timer);
    this.#person?.removeEventListener('abort', this.#cancel);
    this.#controller.abort(refusal('Cancelled'));
  }

  readonly #cancel = (): void => this.#controller.abort(refusal('Cancelled'));
}

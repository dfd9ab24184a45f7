/** Owns what tests put in the place of the world: the clock, and stops on the way of a try. */

/** Where the way of a change can be stopped: its commit is on disk; its anchor is in the HSM; the HSM has evaluated. */
export type Stop = 'committed' | 'anchored' | 'evaluated';

export interface Hooks {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Awaited at each stop. */
  readonly at: (stop: Stop) => Promise<void>;
}

export const REAL_WORLD: Hooks = { now: Date.now, at: async () => undefined };

/** Owns what everything here stands on, handed in, so that nothing draws time, chance or the network itself. */
import type { RandomSource } from '../crypto/index.ts';

/** As the browser's own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Network, clock and chance. `cryptoReady` must have resolved before anything of this room is called. */
export interface BackupSurroundings {
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: RandomSource;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The browser's own, which this room alone may use beside link previews. */
export const browserFetch: Fetch = (url, init) => fetch(url, init);

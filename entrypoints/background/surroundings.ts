/** Owns what the use cases stand on in a browser: the store, opened once in a worker's life, its locks, clock and chance. */
import { browser } from '../../lib/browser.ts';
import type { Surroundings } from '../../lib/conversation/index.ts';
import { createStorageKeeper, createWebLocks, openStore } from '../../lib/store/index.ts';

/** Begins to open the store; what is given asks for it. A store that could not be opened is tried again when next asked. */
export function openSurroundings(): () => Promise<Surroundings> {
  let opening: Promise<Surroundings> | undefined;
  const ask = (): Promise<Surroundings> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  // Begun at once: a worker that wakes is asked for it within milliseconds. A failure is told to whoever asks.
  ask().catch(() => undefined);
  return ask;
}

async function open(): Promise<Surroundings> {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const locks = createWebLocks({ request: (name, work) => navigator.locks.request(name, work) });
  const store = await openStore({ keeper: createStorageKeeper(browser.storage.local), locks, random });
  return { store, locks, now: Date.now, random };
}

/** Owns what the use cases stand on in a browser: the store, opened once in a worker's life, its locks, clock and chance. */
import { browser } from '../../lib/browser.ts';
import type { Surroundings } from '../../lib/conversation/index.ts';
import {
  createStorageKeeper,
  createWebLocks,
  eraseStore,
  type Locks,
  openStore,
  type Store,
} from '../../lib/store/index.ts';

/** The store of this installation. */
export interface OpenedSurroundings {
  /** Asks for it. A store that could not be opened is tried again when next asked. */
  readonly around: () => Promise<Surroundings>;
  /** Forgets it, whether it could be opened or not; who asks after that gets a new one. */
  readonly erase: () => Promise<void>;
}

/** Begins to open the store. `onWritten` hears of every step that may have written, after it is on disk. */
export function openSurroundings(onWritten: () => void): OpenedSurroundings {
  let opening: Promise<Surroundings> | undefined;
  const ask = (): Promise<Surroundings> => {
    opening ??= open(onWritten).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  // Begun at once: a worker that wakes is asked for it within milliseconds. A failure is told to whoever asks.
  ask().catch(() => undefined);
  const erase = async (): Promise<void> => {
    const opened = await opening?.catch(() => undefined);
    // An open database would keep the browser from deleting it; steps that are under way fail, and let nothing out.
    opened?.store.close();
    opening = undefined;
    await eraseStore({ area: browser.storage.local, locks: webLocks() });
  };
  return { around: ask, erase };
}

function webLocks(): Locks {
  return createWebLocks({ request: (name, work) => navigator.locks.request(name, work) });
}

async function open(onWritten: () => void): Promise<Surroundings> {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const locks = webLocks();
  const store = await openStore({ keeper: createStorageKeeper(browser.storage.local), locks, random });
  return { store: observed(store, onWritten), locks, now: Date.now, random };
}

function observed(store: Store, onWritten: () => void): Store {
  return {
    read: (step) => store.read(step),
    note: (step) => store.note(step),
    transact: async (step) => {
      const value = await store.transact(step);
      onWritten();
      return value;
    },
    close: () => store.close(),
  };
}

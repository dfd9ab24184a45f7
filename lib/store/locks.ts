/**
 * Owns mutual exclusion between the contexts of one installation: what holds a name runs alone.
 * Does not own what needs it.
 */

/** Runs `work` once nobody else holds `name`. Not re-entrant: work that asks for its own name waits for ever. */
export interface Locks {
  run<Value>(name: string, work: () => Promise<Value>): Promise<Value>;
}

/** What of the browser's lock manager is used: `navigator.locks`. */
export interface LockManagerLike {
  request(name: string, work: () => Promise<unknown>): Promise<unknown>;
}

/** Locks that all contexts of the extension's origin share; the browser frees those of a context that died. */
export function createWebLocks(manager: LockManagerLike): Locks {
  return {
    run: async <Value>(name: string, work: () => Promise<Value>) => (await manager.request(name, work)) as Value,
  };
}

/** Locks within one context. */
export function createMemoryLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: (name, work) => {
      const turn = (tails.get(name) ?? Promise.resolve()).then(work, work);
      const tail = turn.catch(() => {});
      tails.set(name, tail);
      tail.then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
      return turn;
    },
  };
}

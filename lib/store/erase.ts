/**
 * Owns forgetting everything: the database and what the keeper keeps of it, so that the next start is a first run.
 * Does not own who may ask for it.
 *
 * Invariants: it happens while nobody opens the store and nobody raises the epoch, so that no step that was under way can
 * bring half of it back. The database goes first: where it is interrupted then, the next start says StoreLost, which is
 * true, and erasing again ends it.
 */
import { Dexie } from 'dexie';
import { refusal } from './failure.ts';
import { KEEPER_LOCK, STORAGE_KEY } from './keeper.ts';
import { DATABASE_NAME, OPENING_LOCK, type StoreOptions } from './open-store.ts';

/** What is to be forgotten. */
export interface EraseOptions extends Pick<StoreOptions, 'locks' | 'name' | 'platform'> {
  /** Where the keeper keeps its record. */
  readonly area: { remove(key: string): Promise<void> };
}

/**
 * Forgets the store. Every open store must have been closed. Rejects with StoreUnavailable where the browser could not do
 * it; what is left then is refused at the next start, never used.
 */
export async function eraseStore({ area, locks, name = DATABASE_NAME, platform = {} }: EraseOptions): Promise<void> {
  await locks.run(OPENING_LOCK, () =>
    locks.run(KEEPER_LOCK, async () => {
      const database = new Dexie(name, platform);
      try {
        await database.delete();
        await area.remove(STORAGE_KEY);
      } catch (error) {
        throw refusal('StoreUnavailable', error);
      }
    }),
  );
}

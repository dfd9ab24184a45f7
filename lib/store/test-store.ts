/** Owns a store in memory for the tests of this room. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { encodeUtf8 } from '../bytes/index.ts';
import type { KeyKeeper } from './keeper.ts';
import { createMemoryLocks, type Locks } from './locks.ts';
import { openStore } from './open-store.ts';
import { text } from './row-codec.ts';
import type { RowTable } from './rows.ts';
import type { Store } from './store.ts';

export const PERSONAS: RowTable<string> = { name: 'personas', version: 1, codec: text };
export const DRAFTS: RowTable<string> = { name: 'drafts', version: 1, codec: text };
export const KEY = encodeUtf8('a key');
export const GROUP = encodeUtf8('a group');

export function systemRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A keeper in memory that can refuse. */
export class TestKeeper implements KeyKeeper {
  record: string | undefined;
  refuses: 'nothing' | 'read' | 'write' = 'nothing';
  writes = 0;
  async read(): Promise<string | undefined> {
    if (this.refuses === 'read') throw new Error('no');
    return this.record;
  }
  async write(record: string): Promise<void> {
    if (this.refuses === 'write') throw new Error('no');
    this.writes++;
    this.record = record;
  }
}

/** A disk with a keeper beside it. */
export class TestDisk {
  readonly keeper = new TestKeeper();
  indexedDB = new IDBFactory();

  open(locks: Locks = createMemoryLocks()): Promise<Store> {
    const platform = { indexedDB: this.indexedDB, IDBKeyRange };
    return openStore({ keeper: this.keeper, locks, random: systemRandom, platform });
  }
}

/** The code of what `promise` rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no failure';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

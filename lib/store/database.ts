/**
 * Owns the Dexie database: its tables, its layouts and how durable its writes are. The only importer of Dexie.
 * Does not own what the rows mean: they are sealed before they come here.
 * Invariant: layouts are those of migrations/, frozen; a change of layout is a new file there.
 */
import { Dexie, type DexieOptions, type Table } from 'dexie';
import { version1 } from './migrations/version-1.ts';
import { version2 } from './migrations/version-2.ts';
import { version3 } from './migrations/version-3.ts';

/** A table with sealed rows. */
export type TableName = (typeof version1.tables | typeof version2.tables | typeof version3.tables)[number];

/** All tables with sealed rows. */
export const TABLE_NAMES: readonly TableName[] = [...version1.tables, ...version2.tables, ...version3.tables];

/** A row as it stands on disk. */
export interface StoredRow {
  readonly id: string;
  readonly group: string;
  readonly sealed: Uint8Array;
}

/** The row that says what the database is. */
export interface StoredHead {
  readonly id: 'head';
  /** The name of the installation, in the clear: random, and the same as its keeper's. */
  readonly installation: string;
  readonly sealed: Uint8Array;
}

/** The tables as one transaction sees them. */
export interface Tables {
  readonly meta: Table<StoredHead, string>;
  rows(name: TableName): Table<StoredRow, string>;
}

/** Where a database lives; the browser's own where nothing is given. */
export type DatabasePlatform = Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>;

/** Dexie gives the browser ten times its own version, to have room for changes in between. */
const DEXIE_STEP = 10;

/** One database of one installation. */
export class Database extends Dexie {
  /** Throws nothing: what can't be opened says so when it is first used. */
  constructor(name: string, platform: DatabasePlatform) {
    // Ratchet state that was used must not come back after a power cut; the other rows are written in the same steps.
    super(name, { ...platform, chromeTransactionDurability: 'strict' });
    const tables = Object.fromEntries(version1.tables.map((table) => [table, version1.indexes]));
    this.version(version1.number).stores({ ...tables, meta: version1.meta });
    // What is not named stays as it is.
    for (const { number, tables: added, indexes } of [version2, version3]) {
      this.version(number).stores(Object.fromEntries(added.map((table) => [table, indexes])));
    }
  }

  /** Opens it, and says whether a newer version laid it out: Dexie opens such a one without a word. */
  async isNewer(): Promise<boolean> {
    await this.open();
    return Math.floor(this.backendDB().version / DEXIE_STEP) > version3.number;
  }

  /**
   * Runs `work` in one transaction over all tables; resolves when it has committed. `work` must await nothing but its
   * tables.
   */
  step<Value>(mode: 'r' | 'rw', work: (tables: Tables) => Promise<Value>): Promise<Value> {
    // Tables of the transaction itself: Dexie finds it for others by what is awaited, and loses it after a hundred awaits.
    return this.transaction(mode, [...TABLE_NAMES, 'meta'], (transaction) =>
      work({ meta: transaction.table('meta'), rows: (name) => transaction.table(name) }),
    );
  }
}

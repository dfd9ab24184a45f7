/**
 * Owns the steps: one transaction each, all of it or nothing, on disk before its result is let out.
 * Does not own what a step does, nor opening (open-store.ts).
 *
 * Invariants: every step that writes raises the database's epoch, and the keeper's epoch is raised to it after the commit
 * and before the result is given back: so whatever left this room is known to the keeper, and an older copy of the
 * database is found out. A step that fails changes nothing. Cryptography inside a step is synchronous.
 */
import type { RandomSource } from '../crypto/index.ts';
import { type Database, TABLE_NAMES } from './database.ts';
import { refusal, storeFailureOf } from './failure.ts';
import { type Head, readHead, writeHead } from './head.ts';
import { type InstallationId, type KeyKeeper, raiseEpoch } from './keeper.ts';
import type { Locks } from './locks.ts';
import { type Rows, SealedRows, type WritableRows } from './rows.ts';
import type { SealingKeys } from './sealing.ts';

/** What is kept, sealed. All three reject with a store's Failure, or with what `step` throws; then nothing changed. */
export interface Store {
  /** Reads. `step` must await nothing but `rows`. */
  read<Value>(step: (rows: Rows) => Promise<Value>): Promise<Value>;
  /**
   * Reads and writes in one transaction, strictly durable. `step` must await nothing but `rows`; what it gives back is
   * given back only when it can't be undone any more, also not by an older copy of the database.
   */
  transact<Value>(step: (rows: WritableRows) => Promise<Value>): Promise<Value>;
  /** The same for what may be lost or come back old without harm, such as drafts: the keeper is not asked. */
  note<Value>(step: (rows: WritableRows) => Promise<Value>): Promise<Value>;
  /** Lets go of the database. */
  close(): void;
}

/** What an open store stands on. */
export interface StoreParts {
  readonly database: Database;
  readonly keys: SealingKeys;
  readonly installation: InstallationId;
  readonly keeper: KeyKeeper;
  readonly locks: Locks;
  readonly random: RandomSource;
  /** Of the database, and of the keeper, when it was opened. */
  readonly epoch: number;
}

/** A store in a database that was found to be sound. */
export class SealedStore implements Store {
  readonly #parts: StoreParts;
  /** The highest epoch that was seen: the database must never show a lower one. */
  #seen: number;
  /** The epoch that the keeper is known to have reached. */
  #kept: number;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#seen = parts.epoch;
    this.#kept = parts.epoch;
  }

  async read<Value>(step: (rows: Rows) => Promise<Value>): Promise<Value> {
    return this.#run('r', async () => step(this.#rowsOf(await this.#head())));
  }

  async transact<Value>(step: (rows: WritableRows) => Promise<Value>): Promise<Value> {
    const { value, epoch } = await this.#write(step);
    if (this.#kept < epoch) {
      await raiseEpoch(this.#parts.keeper, this.#parts.locks, epoch);
      this.#kept = Math.max(this.#kept, epoch);
    }
    return value;
  }

  async note<Value>(step: (rows: WritableRows) => Promise<Value>): Promise<Value> {
    return (await this.#write(step)).value;
  }

  close(): void {
    this.#parts.database.close();
  }

  async #write<Value>(step: (rows: WritableRows) => Promise<Value>): Promise<{ value: Value; epoch: number }> {
    const { database, keys, installation, random } = this.#parts;
    const result = await this.#run('rw', async () => {
      const head = await this.#head();
      const rows = this.#rowsOf(head);
      const value = await step(rows);
      if (!rows.written) return { value, epoch: head.epoch };
      const epoch = head.epoch + 1;
      await writeHead(database, keys, installation, { epoch, counts: rows.counts }, random);
      return { value, epoch };
    });
    this.#seen = Math.max(this.#seen, result.epoch);
    return result;
  }

  #rowsOf(head: Head): SealedRows {
    const { database, keys, random } = this.#parts;
    return new SealedRows(database, keys, random, head.counts);
  }

  /** The head now. Somebody may have emptied or replaced the database while it was open. */
  async #head(): Promise<Head> {
    const { database, keys, installation } = this.#parts;
    const head = await readHead(database, keys, installation);
    if (head === undefined) throw refusal('StoreLost');
    if (head.epoch < this.#seen) throw refusal('StoreRolledBack');
    return head;
  }

  async #run<Value>(mode: 'r' | 'rw', work: () => Promise<Value>): Promise<Value> {
    const { database } = this.#parts;
    try {
      // A resolved transaction has committed: Dexie waits for the browser's `complete`.
      return await database.transaction(mode, [...TABLE_NAMES, 'meta'], work);
    } catch (error) {
      throw storeFailureOf(error);
    }
  }
}

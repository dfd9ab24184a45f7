/**
 * Owns the steps: one transaction each, all of it or nothing, on disk before its result is let out.
 * Does not own what a step does, nor opening (open-store.ts).
 *
 * Invariants: every step that writes raises the database's epoch, and the keeper's epoch is raised to it after the commit
 * and before the result is given back: so whatever left this room is known to the keeper, and an older copy of the
 * database is found out. A step that fails changes nothing. Cryptography inside a step is synchronous.
 */
import type { RandomSource } from '../crypto/index.ts';
import type { Database, StoredHead, Tables } from './database.ts';
import { refusal, storeFailureOf } from './failure.ts';
import { askHead, type Head, openHead, writeHead } from './head.ts';
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
    return this.#run('r', async (tables) => (await this.#stepOn(tables, this.#rowsOf(tables), step)).value);
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
    const { keys, installation, random } = this.#parts;
    const result = await this.#run('rw', async (tables) => {
      const rows = this.#rowsOf(tables);
      const { head, value } = await this.#stepOn(tables, rows, step);
      if (!rows.written) return { value, epoch: head.epoch };
      const epoch = head.epoch + 1;
      const counts = rows.countsAfter(head.counts);
      await Promise.all([rows.flush(), writeHead(tables, keys, installation, { epoch, counts }, random)]);
      return { value, epoch };
    });
    this.#seen = Math.max(this.#seen, result.epoch);
    return result;
  }

  #rowsOf(tables: Tables): SealedRows {
    const { keys, random } = this.#parts;
    return new SealedRows(tables, keys, random);
  }

  /**
   * What `step` gives, and the head it was taken on. Somebody may have emptied or replaced the database while it was open:
   * then what the step read or wrote counts for nothing, and its transaction is undone. The head is asked for first and
   * looked at last, since each way to the database counts when a worker wakes.
   */
  async #stepOn<Value>(
    tables: Tables,
    rows: WritableRows,
    step: (rows: WritableRows) => Promise<Value>,
  ): Promise<{ head: Head; value: Value }> {
    const asked = askHead(tables);
    try {
      const value = await step(rows);
      return { head: this.#sound(await asked), value };
    } catch (error) {
      this.#sound(await asked);
      throw error;
    }
  }

  #sound(row: StoredHead | undefined): Head {
    const { keys, installation } = this.#parts;
    const head = openHead(row, keys, installation);
    if (head === undefined) throw refusal('StoreLost');
    if (head.epoch < this.#seen) throw refusal('StoreRolledBack');
    return head;
  }

  async #run<Value>(mode: 'r' | 'rw', work: (tables: Tables) => Promise<Value>): Promise<Value> {
    try {
      return await this.#parts.database.step(mode, work);
    } catch (error) {
      throw storeFailureOf(error);
    }
  }
}

/**
 * Owns reading and writing rows inside one transaction: keys become indexes, values are sealed and opened.
 * Does not own the transaction (store.ts).
 * Invariant: nothing here awaits anything but the database, since a transaction ends when it is left alone.
 */
import type { RandomSource } from '../crypto/index.ts';
import type { Database, StoredRow, TableName } from './database.ts';
import { refusal } from './failure.ts';
import { decodeRow, encodeRow, type RowCodec } from './row-codec.ts';
import { indexOf, openValue, type SealingKeys, sealValue } from './sealing.ts';

/** A table and how its rows are spelt. */
export interface RowTable<Value> {
  readonly name: TableName;
  /** Of the layout of a row: 1 to 255. */
  readonly version: number;
  readonly codec: RowCodec<Value>;
}

/** How a row is called on disk: 22 letters that say nothing of it. Stays the same for as long as the row does. */
export type RowName = string & { readonly rowName: never };

/** Reading in a transaction. Keys and groups are bytes of any length. Throws StoreDamaged where a row does not open. */
export interface Rows {
  /** The row of `key`, or undefined. */
  get<Value>(table: RowTable<Value>, key: Uint8Array): Promise<Value | undefined>;
  /** The rows of `keys`, each at its place. */
  getMany<Value>(table: RowTable<Value>, keys: readonly Uint8Array[]): Promise<(Value | undefined)[]>;
  /** All rows of `group`, in no order. */
  list<Value>(table: RowTable<Value>, group: Uint8Array): Promise<Value[]>;
  /** The names of all rows of `group`, in no order: for groups too large to be read in one step. */
  names<Value>(table: RowTable<Value>, group: Uint8Array): Promise<RowName[]>;
  /** The rows that are called `names`, each at its place. */
  getNamed<Value>(table: RowTable<Value>, names: readonly RowName[]): Promise<(Value | undefined)[]>;
}

/** Reading and writing in a transaction. Each sees what was written before it. */
export interface WritableRows extends Rows {
  /** Keeps `value` under `key`, in place of what was there. `group`: what `list` finds it by. */
  put<Value>(table: RowTable<Value>, key: Uint8Array, group: Uint8Array, value: Value): Promise<void>;
  /** Forgets the row of `key`, if there is one. */
  delete<Value>(table: RowTable<Value>, key: Uint8Array): Promise<void>;
}

/** Tables whose rows are counted: emptying one alone is found at the next start, too. The others only grow long. */
export const COUNTED_TABLES = ['personas', 'conversations', 'threads', 'sessions'] as const satisfies TableName[];
/** How many rows each counted table has. */
export type RowCounts = Readonly<Record<(typeof COUNTED_TABLES)[number], number>>;

/** The rows of one transaction. */
export class SealedRows implements WritableRows {
  readonly #database: Database;
  readonly #keys: SealingKeys;
  readonly #random: RandomSource;
  readonly #counts: Record<string, number>;
  #written = false;

  constructor(database: Database, keys: SealingKeys, random: RandomSource, counts: RowCounts) {
    this.#database = database;
    this.#keys = keys;
    this.#random = random;
    this.#counts = { ...counts };
  }

  /** Whether anything was written or deleted. */
  get written(): boolean {
    return this.#written;
  }

  /** The counts after what was written. */
  get counts(): RowCounts {
    return { ...this.#counts } as unknown as RowCounts;
  }

  async get<Value>(table: RowTable<Value>, key: Uint8Array): Promise<Value | undefined> {
    return this.#open(table, await this.#database.rows(table.name).get(this.#id(table, key)));
  }

  async getMany<Value>(table: RowTable<Value>, keys: readonly Uint8Array[]): Promise<(Value | undefined)[]> {
    const ids = keys.map((key) => this.#id(table, key));
    const found = await this.#database.rows(table.name).bulkGet(ids);
    return found.map((row) => this.#open(table, row));
  }

  async list<Value>(table: RowTable<Value>, group: Uint8Array): Promise<Value[]> {
    const name = indexOf(this.#keys, table.name, 'group', group);
    const found = await this.#database.rows(table.name).where('group').equals(name).toArray();
    return found.map((row) => this.#open(table, row) as Value);
  }

  async names<Value>(table: RowTable<Value>, group: Uint8Array): Promise<RowName[]> {
    const name = indexOf(this.#keys, table.name, 'group', group);
    const found = await this.#database.rows(table.name).where('group').equals(name).primaryKeys();
    return found as RowName[];
  }

  async getNamed<Value>(table: RowTable<Value>, names: readonly RowName[]): Promise<(Value | undefined)[]> {
    const found = await this.#database.rows(table.name).bulkGet([...names]);
    return found.map((row) => this.#open(table, row));
  }

  async put<Value>(table: RowTable<Value>, key: Uint8Array, group: Uint8Array, value: Value): Promise<void> {
    const place = { id: this.#id(table, key), group: indexOf(this.#keys, table.name, 'group', group) };
    const encoded = encodeRow(table.codec, table.version, value);
    const sealed = sealValue(this.#keys, { table: table.name, ...place }, encoded, this.#random);
    encoded.fill(0);
    await this.#count(table.name, place.id, 1);
    await this.#database.rows(table.name).put({ ...place, sealed });
    this.#written = true;
  }

  async delete<Value>(table: RowTable<Value>, key: Uint8Array): Promise<void> {
    const id = this.#id(table, key);
    await this.#count(table.name, id, -1);
    await this.#database.rows(table.name).delete(id);
    this.#written = true;
  }

  #id<Value>(table: RowTable<Value>, key: Uint8Array): string {
    return indexOf(this.#keys, table.name, 'id', key);
  }

  /** Counts a row that comes (1) or goes (-1); one that stays what it is does not count. */
  async #count(table: TableName, id: string, change: 1 | -1): Promise<void> {
    const count = this.#counts[table];
    if (count === undefined) return;
    const there = await this.#database.rows(table).where('id').equals(id).count();
    if (there === (change === 1 ? 0 : 1)) this.#counts[table] = count + change;
  }

  #open<Value>(table: RowTable<Value>, row: StoredRow | undefined): Value | undefined {
    if (row === undefined) return undefined;
    if (typeof row.id !== 'string' || typeof row.group !== 'string') throw refusal('StoreDamaged');
    const place = { table: table.name, id: row.id, group: row.group };
    const encoded = openValue(this.#keys, place, row.sealed);
    const value = decodeRow(table.codec, table.version, encoded);
    encoded.fill(0);
    return value;
  }
}

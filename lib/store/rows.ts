/**
 * Owns reading and writing rows inside one transaction: keys become indexes, values are sealed and opened.
 * Does not own the transaction (store.ts).
 *
 * Invariants: nothing here awaits anything but the database, since a transaction ends when it is left alone. Rows that are
 * written wait for one another, sealed, and go to the database together: so a step costs one way to it, not one for each.
 * They are there before their table is listed, many are read at once, and the transaction ends. A row that was read alone or
 * written is known, as it stands sealed, for the rest of the transaction.
 */
import type { RandomSource } from '../crypto/index.ts';
import type { StoredRow, TableName, Tables } from './database.ts';
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
  readonly #tables: Tables;
  readonly #keys: SealingKeys;
  readonly #random: RandomSource;
  /** How many rows more than before each counted table has. */
  readonly #changes: Record<(typeof COUNTED_TABLES)[number], number>;
  /** Rows that this step has read alone or written, by their places; undefined where there is none. */
  readonly #known = new Map<string, StoredRow | undefined>();
  /** What is written and not yet given to the database, by its place. */
  readonly #waiting = new Map<string, { readonly table: TableName; readonly row: StoredRow }>();
  #written = false;

  constructor(tables: Tables, keys: SealingKeys, random: RandomSource) {
    this.#tables = tables;
    this.#keys = keys;
    this.#random = random;
    this.#changes = { personas: 0, conversations: 0, threads: 0, sessions: 0 };
  }

  /** Whether anything was written or deleted. */
  get written(): boolean {
    return this.#written;
  }

  /** The counts that were `before`, after what was written. */
  countsAfter(before: RowCounts): RowCounts {
    const after = COUNTED_TABLES.map((table) => [table, before[table] + this.#changes[table]]);
    return Object.fromEntries(after) as RowCounts;
  }

  /** Gives the database all that was written. Rejects with what it says of any of it. */
  async flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    await Promise.all(all.map(({ table, row }) => this.#tables.rows(table).put(row)));
  }

  async get<Value>(table: RowTable<Value>, key: Uint8Array): Promise<Value | undefined> {
    const id = this.#id(table, key);
    const place = placeOf(table.name, id);
    if (!this.#known.has(place)) {
      const found = await this.#tables.rows(table.name).get(id);
      // What was written while it was asked for counts more.
      if (!this.#known.has(place)) this.#known.set(place, found);
    }
    return this.#open(table, this.#known.get(place));
  }

  async getMany<Value>(table: RowTable<Value>, keys: readonly Uint8Array[]): Promise<(Value | undefined)[]> {
    const ids = keys.map((key) => this.#id(table, key));
    await this.flush();
    const found = await this.#tables.rows(table.name).bulkGet(ids);
    return found.map((row) => this.#open(table, row));
  }

  async list<Value>(table: RowTable<Value>, group: Uint8Array): Promise<Value[]> {
    const name = indexOf(this.#keys, table.name, 'group', group);
    await this.flush();
    const found = await this.#tables.rows(table.name).where('group').equals(name).toArray();
    return found.map((row) => this.#open(table, row) as Value);
  }

  async names<Value>(table: RowTable<Value>, group: Uint8Array): Promise<RowName[]> {
    const name = indexOf(this.#keys, table.name, 'group', group);
    await this.flush();
    const found = await this.#tables.rows(table.name).where('group').equals(name).primaryKeys();
    return found as RowName[];
  }

  async getNamed<Value>(table: RowTable<Value>, names: readonly RowName[]): Promise<(Value | undefined)[]> {
    await this.flush();
    const found = await this.#tables.rows(table.name).bulkGet([...names]);
    return found.map((row) => this.#open(table, row));
  }

  async put<Value>(table: RowTable<Value>, key: Uint8Array, group: Uint8Array, value: Value): Promise<void> {
    const place = { id: this.#id(table, key), group: indexOf(this.#keys, table.name, 'group', group) };
    const encoded = encodeRow(table.codec, table.version, value);
    const sealed = sealValue(this.#keys, { table: table.name, ...place }, encoded, this.#random);
    encoded.fill(0);
    await this.#count(table.name, place.id, 1);
    const row = { ...place, sealed };
    this.#known.set(placeOf(table.name, place.id), row);
    this.#waiting.set(placeOf(table.name, place.id), { table: table.name, row });
    this.#written = true;
  }

  async delete<Value>(table: RowTable<Value>, key: Uint8Array): Promise<void> {
    const id = this.#id(table, key);
    await this.flush();
    await this.#count(table.name, id, -1);
    this.#known.set(placeOf(table.name, id), undefined);
    await this.#tables.rows(table.name).delete(id);
    this.#written = true;
  }

  #id<Value>(table: RowTable<Value>, key: Uint8Array): string {
    return indexOf(this.#keys, table.name, 'id', key);
  }

  /** Counts a row that comes (1) or goes (-1); one that stays what it is does not count. */
  async #count(table: TableName, id: string, change: 1 | -1): Promise<void> {
    const counted = COUNTED_TABLES.find((name) => name === table);
    if (counted === undefined) return;
    const place = placeOf(table, id);
    const known = this.#known.has(place) ? this.#known.get(place) !== undefined : undefined;
    const there = known ?? (await this.#tables.rows(table).where('id').equals(id).count()) > 0;
    if (there === (change === -1)) this.#changes[counted] += change;
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

function placeOf(table: TableName, id: string): string {
  return `${table} ${id}`;
}

/**
 * Owns rows of one step that remember what was read and written in it, so that rows which are known to be needed are read in one
 * go: a transaction of the browser answers a hundred questions at once much faster than one by one.
 * Invariant: every read and every write of the step goes through here, or what is remembered is not what is there.
 */
import type { RowName, RowTable, WritableRows } from '../store/index.ts';

/** The rows, with a memory. Values are handed out as they are: whoever changes one makes another. */
export class PreparedRows implements WritableRows {
  readonly #rows: WritableRows;
  readonly #known = new Map<string, unknown>();

  constructor(rows: WritableRows) {
    this.#rows = rows;
  }

  /** Reads the rows of `keys` in one go. */
  async prepare<Value>(table: RowTable<Value>, keys: readonly Uint8Array[]): Promise<void> {
    const found = await this.#rows.getMany(table, keys);
    for (const [place, key] of keys.entries()) this.#known.set(nameOf(table, key), found[place]);
  }

  async get<Value>(table: RowTable<Value>, key: Uint8Array): Promise<Value | undefined> {
    const name = nameOf(table, key);
    if (!this.#known.has(name)) this.#known.set(name, await this.#rows.get(table, key));
    return this.#known.get(name) as Value | undefined;
  }

  async put<Value>(table: RowTable<Value>, key: Uint8Array, group: Uint8Array, value: Value): Promise<void> {
    await this.#rows.put(table, key, group, value);
    this.#known.set(nameOf(table, key), value);
  }

  async delete<Value>(table: RowTable<Value>, key: Uint8Array): Promise<void> {
    await this.#rows.delete(table, key);
    this.#known.set(nameOf(table, key), undefined);
  }

  getMany<Value>(table: RowTable<Value>, keys: readonly Uint8Array[]): Promise<(Value | undefined)[]> {
    return this.#rows.getMany(table, keys);
  }

  list<Value>(table: RowTable<Value>, group: Uint8Array): Promise<Value[]> {
    return this.#rows.list(table, group);
  }

  names<Value>(table: RowTable<Value>, group: Uint8Array): Promise<RowName[]> {
    return this.#rows.names(table, group);
  }

  getNamed<Value>(table: RowTable<Value>, names: readonly RowName[]): Promise<(Value | undefined)[]> {
    return this.#rows.getNamed(table, names);
  }
}

function nameOf({ name }: { readonly name: string }, key: Uint8Array): string {
  return `${name} ${key.join()}`;
}

/**
 * Owns what happens at the start: telling a first run from a loss, and the database from a copy, a stranger's or a ruin.
 * Does not own what is done about a refusal: a person decides, outside of this room.
 *
 * | keeper | database | it is |
 * |---|---|---|
 * | nothing | empty | a first run |
 * | epoch 0 | empty | a first run that was interrupted: nothing was ever let out |
 * | epoch above 0 | empty | StoreLost |
 * | nothing | not empty | StoreLost: the key is gone |
 * | any | another installation's | StoreLost |
 * | epoch above the database's | any | StoreRolledBack |
 * | epoch up to the database's | sound | this installation; the keeper lags where a step was interrupted |
 */
import { cryptoReady, type RandomSource } from '../crypto/index.ts';
import { Database, type DatabasePlatform, TABLE_NAMES, type Tables } from './database.ts';
import { refusal, storeFailureOf } from './failure.ts';
import { askHead, FIRST_HEAD, type Head, openHead, requireCounts, writeHead } from './head.ts';
import { type KeeperRecord, type KeyKeeper, makeKeeperRecord, raiseEpoch, readKeeper, writeKeeper } from './keeper.ts';
import type { Locks } from './locks.ts';
import { COUNTED_TABLES } from './rows.ts';
import { deriveSealingKeys, type SealingKeys } from './sealing.ts';
import { SealedStore, type Store } from './store.ts';

/** The name of the database, where none is given. */
export const DATABASE_NAME = 'sotto';
/** Two contexts that start at once must not both take it for a first run. */
export const OPENING_LOCK = 'sotto.open';

/** What a store stands on. */
export interface StoreOptions {
  readonly keeper: KeyKeeper;
  readonly locks: Locks;
  readonly random: RandomSource;
  readonly name?: string;
  /** The browser's own where nothing is given. */
  readonly platform?: DatabasePlatform;
}

/**
 * The store of this installation, made where there was never one. Rejects with StoreLost, StoreDamaged, StoreRolledBack,
 * StoreNewer, StoreFull or StoreUnavailable; then nothing was changed.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = new Database(options.name ?? DATABASE_NAME, options.platform ?? {});
  try {
    return (
      (await openKnown(database, options)) ??
      (await options.locks.run(OPENING_LOCK, () => openDatabase(database, options)))
    );
  } catch (error) {
    database.close();
    throw storeFailureOf(error);
  }
}

/**
 * The store of an installation whose key and database are both there, or undefined. It is no first run, so nobody is waited
 * for: the first lock of a worker that wakes takes longer than all the rest.
 */
async function openKnown(database: Database, options: StoreOptions): Promise<Store | undefined> {
  const record = await readKept(database, options);
  if (record === undefined) return undefined;
  const keys = deriveSealingKeys(record.key, record.installation);
  const found = await database.step('r', (tables) => soundHead(tables, keys, record));
  return found && openSound(database, options, { record, keys, epoch: found.epoch });
}

async function readKept(database: Database, { keeper }: StoreOptions): Promise<KeeperRecord | undefined> {
  // Side by side: a worker that wakes is waited for.
  const [newer, kept] = await Promise.all([database.isNewer(), readKeeper(keeper), cryptoReady()]);
  if (newer) throw refusal('StoreNewer');
  return kept;
}

async function openDatabase(database: Database, options: StoreOptions): Promise<Store> {
  const { keeper, random } = options;
  const kept = await readKept(database, options);
  if (kept === undefined && !(await database.step('r', isEmpty))) throw refusal('StoreLost');
  const record = kept ?? makeKeeperRecord(random);
  const keys = deriveSealingKeys(record.key, record.installation);
  const found = await database.step('r', (tables) => soundHead(tables, keys, record));
  if (found === undefined && record.epoch > 0) throw refusal('StoreLost');
  if (kept === undefined) await writeKeeper(keeper, record);
  if (found === undefined)
    await database.step('rw', (tables) => writeHead(tables, keys, record.installation, FIRST_HEAD, random));
  const { epoch } = found ?? FIRST_HEAD;
  return openSound(database, options, { record, keys, epoch });
}

async function openSound(
  database: Database,
  { keeper, locks, random }: StoreOptions,
  { record, keys, epoch }: { readonly record: KeeperRecord; readonly keys: SealingKeys; readonly epoch: number },
): Promise<Store> {
  if (record.epoch < epoch) await raiseEpoch(keeper, locks, epoch);
  return new SealedStore({ database, keys, installation: record.installation, keeper, locks, random, epoch });
}

/** The head of a sound database, or undefined where nothing is in it. One look: a worker that wakes is waited for. */
async function soundHead(tables: Tables, keys: SealingKeys, record: KeeperRecord): Promise<Head | undefined> {
  const [row, ...counts] = await Promise.all([
    askHead(tables),
    ...COUNTED_TABLES.map((table) => tables.rows(table).count()),
  ]);
  const head = openHead(row, keys, record.installation);
  if (head === undefined) {
    if (await isEmpty(tables)) return undefined;
    throw refusal('StoreDamaged');
  }
  if (record.epoch > head.epoch) throw refusal('StoreRolledBack');
  requireCounts(head, counts);
  return head;
}

async function isEmpty({ meta, rows }: Tables): Promise<boolean> {
  const counts = await Promise.all([meta.count(), ...TABLE_NAMES.map((table) => rows(table).count())]);
  return counts.every((count) => count === 0);
}

/**
 * Owns what an operator does after a loss that can't be undone: the database is taken as it is, every budget is capped
 * at one try (who guessed in the lost part, nobody knows), rows that this vault did not write are destroyed, and every
 * replica's chain goes on from here. No other replica may run meanwhile.
 */
import type { RecordId } from '../../lib/vault-protocol/index.ts';
import type { Custody } from '../custody/custody.ts';
import type { Database } from '../database/database.ts';
import { readHead } from './attempt-log.ts';
import { acceptChain } from './begin-chain.ts';
import { Committer } from './committer.ts';
import { replicasOf } from './history.ts';
import type { Hooks } from './hooks.ts';
import { newRecord, tombstoneOf, type VaultRecord } from './record.ts';
import type { RecordStore } from './record-store.ts';

export interface Accepted {
  /** Records whose budget is one try now, and those that were destroyed because their rows were forged. */
  readonly capped: number;
  readonly destroyed: number;
}

const CHUNK = 200;

export async function acceptRollback(
  database: Database,
  custody: Custody,
  store: RecordStore,
  replica: string,
  hooks: Hooks,
): Promise<Accepted> {
  const anchors = await custody.anchors();
  const replicas = new Set([replica, ...anchors.keys(), ...(await replicasOf(database))]);
  for (const name of replicas) {
    const head = await readHead(database, name);
    const accepted = await acceptChain(database, name, head, anchors.get(name), hooks.now());
    await custody.writeAnchor(name, accepted);
  }
  const head = (await readHead(database, replica))!;
  const committer = new Committer(
    { database, custody, replica, hooks, onFatal: () => undefined, onBatch: () => undefined },
    head,
  );
  const { capped, destroyed } = await capAll(store, committer);
  return { capped, destroyed: destroyed + (await buryMissing(database, committer)) };
}

/** Rows that are gone get a tombstone, so that the log names no record that is not there. */
async function buryMissing(database: Database, committer: Committer): Promise<number> {
  const rows = await database.all(
    `SELECT l.record AS record, MAX(l.version) AS version
     FROM attempt_log l LEFT JOIN records r ON r.id = l.record
     WHERE l.record IS NOT NULL AND r.id IS NULL GROUP BY l.record`,
  );
  for (const row of rows) {
    const after = tombstoneOf(newRecord(new Uint8Array(row.record as Uint8Array) as RecordId));
    await committer.commit({ before: undefined, after, event: 'destroy', newest: row.version as number });
  }
  return rows.length;
}

async function capAll(store: RecordStore, committer: Committer): Promise<Accepted> {
  let [capped, destroyed] = [0, 0];
  let changes: Promise<unknown>[] = [];
  for await (const { record, newest, problem } of store.all()) {
    const forged = problem === 'RowForged';
    if (record.state === 'gone' && problem === null) continue;
    const after: VaultRecord = forged ? sound(tombstoneOf(record)) : { ...record, left: Math.min(record.left, 1) };
    // A row that is older than its newest entry goes on after that entry, a row that is newer after itself.
    const last = Math.max(forged ? 0 : record.version, newest);
    changes.push(committer.commit({ before: record, after, event: forged ? 'destroy' : 'cap', newest: last }));
    if (forged) destroyed++;
    else capped++;
    if (changes.length >= CHUNK) await Promise.all(changes);
    if (changes.length >= CHUNK) changes = [];
  }
  await Promise.all(changes);
  return { capped, destroyed };
}

/** A forged row may hold numbers that are none. */
function sound(record: VaultRecord): VaultRecord {
  const { generation, tries } = record;
  return {
    ...record,
    generation: Number.isSafeInteger(generation) && generation >= 0 ? generation : 0,
    tries: Number.isSafeInteger(tries) && tries >= 0 ? tries : 0,
  };
}

/**
 * Owns what an operator does after a loss that can't be undone: the database is taken as it is, and every replica's
 * chain goes on from here. After a rollback every budget is capped at one try (who guessed in the lost part, nobody
 * knows) and rows that this vault did not write are destroyed. After a loss or a rotation of the HSM's keys every record
 * is destroyed, since nothing can be evaluated any more. No other replica may run meanwhile.
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
  /** Records whose budget is one try now, and those that were destroyed: their rows were forged, or their keys are gone. */
  readonly capped: number;
  readonly destroyed: number;
}

const CHUNK = 200;

/** What an operator accepts: a database that is older than it should be, or other keys than the database's. */
export type Loss = 'rollback' | 'keys';

export async function acceptLoss(
  loss: Loss,
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
  const { capped, destroyed } = await settleAll(loss, store, committer);
  if (loss === 'keys') {
    await database.run('DELETE FROM pending');
    await database.run('DELETE FROM doomed_keys');
    await database.run(`UPDATE vault_meta SET value = $1 WHERE name = 'lineage'`, custody.lineage);
  }
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

async function settleAll(loss: Loss, store: RecordStore, committer: Committer): Promise<Accepted> {
  let [capped, destroyed] = [0, 0];
  let changes: Promise<unknown>[] = [];
  for await (const { record, newest, problem } of store.all()) {
    const forged = problem === 'RowForged';
    if (record.state === 'gone' && problem === null) continue;
    const isLost = forged || loss === 'keys';
    const after: VaultRecord = isLost ? sound(tombstoneOf(record)) : { ...record, left: Math.min(record.left, 1) };
    // A row that is older than its newest entry goes on after that entry, a row that is newer after itself.
    const last = Math.max(forged ? 0 : record.version, newest);
    changes.push(committer.commit({ before: record, after, event: isLost ? 'destroy' : 'cap', newest: last }));
    if (isLost) destroyed++;
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

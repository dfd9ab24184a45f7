/**
 * Owns generations that wait for their finish: a fresh key and the one element that was evaluated under it. No budget
 * depends on them: the key guards nothing until it is finished, and another element gets another key.
 * Owns also the list of keys to destroy: a key is put there in the transaction that ends its use, and destroyed after.
 */
import { equalBytes } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import type { RecordId } from '../../lib/vault-protocol/index.ts';
import type { Custody, StoredKey } from '../custody/custody.ts';
import type { Database, Row, Statements, Value } from '../database/database.ts';
import { memoryFailure } from './failure.ts';
import { releaseInvites } from './invites.ts';
import { keyContext, rowInput } from './record.ts';

export interface Pending {
  readonly record: RecordId;
  readonly generation: number;
  readonly keyBlob: Uint8Array;
  readonly publicKey: Uint8Array;
  /** SHA-256 of the blinded element. */
  readonly requestHash: Uint8Array;
  readonly evaluated: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const COLUMNS = ['record', 'generation', 'key_blob', 'public_key', 'request_hash', 'evaluated', 'expires_at'] as const;

function valuesOf(pending: Pending): Value[] {
  const { record, generation, keyBlob, publicKey, requestHash, evaluated, expiresAt } = pending;
  return [record, generation, keyBlob, publicKey, requestHash, evaluated, expiresAt];
}

function macInput(pending: Pending): Uint8Array {
  return rowInput('Sotto vault pending v1', valuesOf(pending));
}

function bytesOf(value: Value | undefined): Uint8Array {
  return new Uint8Array(value as Uint8Array);
}

function pendingOf(row: Row): Pending {
  return {
    record: bytesOf(row.record) as RecordId,
    generation: row.generation as number,
    keyBlob: bytesOf(row.key_blob),
    publicKey: bytesOf(row.public_key),
    requestHash: bytesOf(row.request_hash),
    evaluated: bytesOf(row.evaluated),
    expiresAt: row.expires_at as number,
  };
}

/** The pending generation of a record, expired or not. Throws RowForged on a row that this vault did not write. */
export async function readPending(
  database: Database,
  custody: Custody,
  record: RecordId,
): Promise<Pending | undefined> {
  const [row] = await database.all(`SELECT ${COLUMNS.join(', ')}, mac FROM pending WHERE record = $1`, record);
  if (row === undefined) return undefined;
  const pending = pendingOf(row);
  const mac = await custody.mac(macInput(pending));
  if (!equalBytes(mac, bytesOf(row.mac))) throw memoryFailure('RowForged');
  return pending;
}

/** Puts `pending` in the place of `before`; false, and nothing changed, where that is not there any more. */
export async function replacePending(
  database: Database,
  custody: Custody,
  before: Pending | undefined,
  pending: Pending,
  along: (statements: Statements) => Promise<boolean>,
): Promise<boolean> {
  const mac = await custody.mac(macInput(pending));
  const notThere = new Error('another one came first');
  try {
    await database.transaction(async (statements) => {
      if (before !== undefined && !(await dropPending(statements, before))) throw notThere;
      const inserted = await statements.run(
        `INSERT INTO pending (${COLUMNS.join(', ')}, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (record) DO NOTHING`,
        ...valuesOf(pending),
        mac,
      );
      if (inserted !== 1 || !(await along(statements))) throw notThere;
    });
    return true;
  } catch (error) {
    if (error === notThere) return false;
    throw error;
  }
}

/** Takes a pending generation away because it was finished: its key lives on. False where it is not there any more. */
export async function takePending(statements: Statements, pending: Pending): Promise<boolean> {
  const { record, generation } = pending;
  return (await statements.run('DELETE FROM pending WHERE record = $1 AND generation = $2', record, generation)) === 1;
}

/** Takes a pending generation away for good: its key is to be destroyed. */
export async function dropPending(statements: Statements, pending: Pending): Promise<boolean> {
  if (!(await takePending(statements, pending))) return false;
  await doomKey(statements, pending.record, pending.generation, pending.keyBlob, pending.publicKey);
  return true;
}

/** Puts a key on the list of those to destroy. */
export async function doomKey(
  statements: Statements,
  record: RecordId,
  generation: number,
  keyBlob: Uint8Array,
  publicKey: Uint8Array,
): Promise<void> {
  await statements.run(
    `INSERT INTO doomed_keys (record, generation, key_blob, public_key) VALUES ($1, $2, $3, $4)
     ON CONFLICT (record, generation) DO NOTHING`,
    record,
    generation,
    keyBlob,
    publicKey,
  );
}

/** Destroys the keys on the list and takes them off it. A key that is destroyed twice is no failure. */
export async function destroyDoomed(database: Database, custody: Custody): Promise<number> {
  const rows = await database.all('SELECT record, generation, key_blob, public_key FROM doomed_keys LIMIT 100');
  for (const row of rows) {
    const record = bytesOf(row.record);
    const generation = row.generation as number;
    const key: StoredKey = {
      blob: bytesOf(row.key_blob),
      publicKey: bytesOf(row.public_key),
      context: keyContext(record, generation),
    };
    try {
      await custody.destroyKey(key);
    } catch (error) {
      // A blob that was altered opens nothing: forgetting it is all that can be done. Anything else is tried again.
      if (!(error instanceof Failure) || error.code !== 'KeyBlobInvalid') throw error;
    }
    await database.run('DELETE FROM doomed_keys WHERE record = $1 AND generation = $2', record, generation);
  }
  return rows.length;
}

/** Drops what was not finished in time, and gives back the invites of those whose record never came to be. */
export async function dropExpired(database: Database, now: number): Promise<void> {
  const rows = await database.all('SELECT * FROM pending WHERE expires_at <= $1 LIMIT 100', now);
  for (const row of rows) {
    const pending = pendingOf(row);
    await database.transaction(async (statements) => {
      if (!(await dropPending(statements, pending))) return;
      const live = await statements.all(`SELECT id FROM records WHERE id = $1 AND state = 'live'`, pending.record);
      if (live.length === 0) await releaseInvites(statements, pending.record);
    });
  }
}

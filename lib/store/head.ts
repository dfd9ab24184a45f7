/**
 * Owns the one row that says what the database is: whose it is, how far it has come, and how many rows it must have.
 * Does not own what is done about it (open-store.ts, store.ts).
 */

import { encodeBase64Url } from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import type { StoredHead, Tables } from './database.ts';
import { refusal } from './failure.ts';
import type { InstallationId } from './keeper.ts';
import { decodeRow, encodeRow, record, uint32, uint53 } from './row-codec.ts';
import { COUNTED_TABLES, type RowCounts } from './rows.ts';
import { openValue, type SealingKeys, sealValue } from './sealing.ts';

const VERSION = 1;
const PLACE = { table: 'meta', id: 'head', group: '' };

/** What the database knows of itself. */
export interface Head {
  /** Rises by one with every step that writes; 1 when the database was made. */
  readonly epoch: number;
  readonly counts: RowCounts;
}

/** The head of a database that holds nothing. */
export const FIRST_HEAD: Head = { epoch: 1, counts: { personas: 0, conversations: 0, threads: 0, sessions: 0 } };

const codec = record<Head>({
  epoch: uint53,
  counts: record<RowCounts>({ personas: uint32, conversations: uint32, threads: uint32, sessions: uint32 }),
});

/** Asks for the row of the head; undefined where there is none. */
export function askHead({ meta }: Tables): PromiseLike<StoredHead | undefined> {
  return meta.get(PLACE.id);
}

/** The head in its row, or undefined where there is none. Throws StoreLost for another installation's, StoreDamaged. */
export function openHead(
  row: StoredHead | undefined,
  keys: SealingKeys,
  installation: InstallationId,
): Head | undefined {
  if (row === undefined) return undefined;
  if (row.installation !== encodeBase64Url(installation)) throw refusal('StoreLost');
  return decodeRow(codec, VERSION, openValue(keys, PLACE, row.sealed));
}

/** Keeps `head`. */
export async function writeHead(
  { meta }: Tables,
  keys: SealingKeys,
  installation: InstallationId,
  head: Head,
  random: RandomSource,
): Promise<void> {
  const sealed = sealValue(keys, PLACE, encodeRow(codec, VERSION, head), random);
  const row: StoredHead = { id: 'head', installation: encodeBase64Url(installation), sealed };
  await meta.put(row);
}

/** Throws StoreDamaged where the counted tables, in their order, have not as many rows as the head says. */
export function requireCounts({ counts }: Head, found: readonly number[]): void {
  if (COUNTED_TABLES.some((table, place) => counts[table] !== found[place])) throw refusal('StoreDamaged');
}

/**
 * Owns the check of the whole memory before a vault answers anything: every replica's chain against its anchor, every
 * row against its authenticator and the log. Nothing is changed here.
 *
 * What it can not see: what a live intruder on the HSM's host wrote, who may write anchors as this program does.
 */
import { equalBytes } from '../../lib/bytes/index.ts';
import type { Anchor, Custody } from '../custody/custody.ts';
import type { Database, Row } from '../database/database.ts';
import { entryOf, hashOf, NO_HASH, readHead, sameAnchor } from './attempt-log.ts';
import { memoryFailure } from './failure.ts';
import type { RecordStore } from './record-store.ts';

const PAGE = 1000;

/** Throws a MemoryCode when the database is not what this vault's HSM remembers. */
export async function checkMemory(database: Database, custody: Custody, store: RecordStore): Promise<void> {
  // The anchors first: what is written meanwhile by other replicas leaves the database ahead, never behind.
  const anchors = await custody.anchors();
  const replicas = new Set([...anchors.keys(), ...(await replicasOf(database))]);
  for (const replica of replicas) await checkChain(database, replica, anchors.get(replica));
  for await (const { problem } of store.all()) {
    if (problem !== null) throw memoryFailure(problem);
  }
  const [orphan] = await database.all(
    `SELECT l.seq FROM attempt_log l LEFT JOIN records r ON r.id = l.record
     WHERE l.record IS NOT NULL AND r.id IS NULL LIMIT 1`,
  );
  if (orphan !== undefined) throw memoryFailure('RowMissing');
}

/** The names of the replicas that have written to the log. */
export async function replicasOf(database: Database): Promise<string[]> {
  const rows = await database.all('SELECT DISTINCT replica FROM attempt_log');
  return rows.map((row) => row.replica as string);
}

/** Whether the database was begun with these keys; a new one is, from now on. */
export async function isOwnLineage(database: Database, custody: Custody): Promise<boolean> {
  await database.run(
    `INSERT INTO vault_meta (name, value) VALUES ('lineage', $1) ON CONFLICT (name) DO NOTHING`,
    custody.lineage,
  );
  const [row] = await database.all(`SELECT value FROM vault_meta WHERE name = 'lineage'`);
  return equalBytes(row?.value as Uint8Array, custody.lineage);
}

async function checkChain(database: Database, replica: string, anchor: Anchor | undefined): Promise<void> {
  if (anchor === undefined) {
    // A replica that died between the first entry of its life and its anchor: nothing was answered yet.
    const head = await readHead(database, replica);
    if (head !== undefined && head.seq > 1) throw memoryFailure('AnchorMissing');
  } else await checkAnchor(database, replica, anchor);
  await walkChain(database, replica, anchor);
}

async function checkAnchor(database: Database, replica: string, anchor: Anchor): Promise<void> {
  const [row] = await database.all('SELECT hash FROM attempt_log WHERE replica = $1 AND seq = $2', replica, anchor.seq);
  if (row !== undefined && equalBytes(row.hash as Uint8Array, anchor.head)) return;
  const head = await readHead(database, replica);
  throw memoryFailure(head === undefined || head.seq < anchor.seq ? 'DatabaseBehindAnchor' : 'LogBroken');
}

/** Every entry follows the one before it, from the first or from the newest accepted one that the anchor covers. */
async function walkChain(database: Database, replica: string, anchor: Anchor | undefined): Promise<void> {
  const [accepted] = await database.all(
    `SELECT MAX(seq) AS seq FROM attempt_log WHERE replica = $1 AND event = 'accepted' AND seq <= $2`,
    replica,
    anchor?.seq ?? 0,
  );
  let next = Number(accepted?.seq ?? 0) || 1;
  let previous: Uint8Array | undefined = accepted?.seq ? undefined : NO_HASH;
  for (;;) {
    const rows = await database.all(
      `SELECT * FROM attempt_log WHERE replica = $1 AND seq >= $2 ORDER BY seq LIMIT ${PAGE}`,
      replica,
      next,
    );
    for (const row of rows) {
      previous = checkEntry(row, next, previous);
      next++;
    }
    if (rows.length < PAGE) return;
  }
}

function checkEntry(row: Row, seq: number, previous: Uint8Array | undefined): Uint8Array {
  const { entry, hash } = entryOf(row);
  const follows = entry.seq === seq && (previous === undefined || equalBytes(entry.previous, previous));
  let computed: Uint8Array | undefined;
  try {
    computed = hashOf(entry);
  } catch {
    // Numbers that no entry can hold.
  }
  if (!follows || computed === undefined || !equalBytes(computed, hash)) throw memoryFailure('LogBroken');
  return hash;
}

/**
 * Brings this replica's chain and anchor together and gives the end of the chain. To be called after the check: what is
 * in the database beyond the anchor is then the last batch before a crash, which nobody was answered.
 */
export async function openChain(
  database: Database,
  custody: Custody,
  replica: string,
  begin: (replica: string) => Promise<Anchor>,
): Promise<Anchor> {
  const head = (await readHead(database, replica)) ?? (await begin(replica));
  const anchor = await custody.readAnchor(replica);
  if (anchor === undefined || !sameAnchor(anchor, head)) await custody.writeAnchor(replica, head);
  return head;
}

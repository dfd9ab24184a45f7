/**
 * Owns keeping a live backup up to date: uploading what waits, telling the vaults of it, hearing how they are, and taking in
 * what other browsers wrote.
 * Does not own when (backup-desk.ts).
 */
import {
  announceHead,
  encodeStandings,
  inspectVault,
  keepStandings,
  type LiveBackup,
  logOf,
  readUnread,
  unlockVaults,
  uploadQueue,
  type VaultProblem,
} from '../backup/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { getSingle, LIVE, NOTES, putSingle, takeRecords, type VaultNote } from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { BackupShelf } from './backup-shelf.ts';

/** The vaults are heard once a day: their tries fill up again, and one that lost its keys is noticed. */
const HEAR_MS = 24 * 60 * 60 * 1000;

/** Notes that the manifest holds what `live` has; unless a new code was made meanwhile, whose wrap it does not name. */
async function noteStandings({ around }: BackupShelf, live: LiveBackup): Promise<void> {
  await around.store.transact(async (rows) => {
    const notes = await getSingle(rows, NOTES);
    const codeWrap = (await getSingle(rows, LIVE))?.codeWrap;
    const isSame = codeWrap === live.codeWrap || (codeWrap && live.codeWrap && equalBytes(codeWrap, live.codeWrap));
    if (notes !== undefined && isSame) await putSingle(rows, NOTES, { ...notes, standingsEpoch: live.epoch });
  });
}

/** Brings the log up to date. Throws what lib/backup refuses; what was uploaded until then stays so. */
export async function upload(shelf: BackupShelf): Promise<void> {
  const live = await shelf.get(LIVE);
  const notes = await shelf.get(NOTES);
  if (live === undefined || notes === undefined) return;
  const { net, uploads, around } = shelf;
  const log = logOf(net, live.root, live.address.blobHost);
  if (notes.standingsEpoch !== live.epoch && live.standings.length > 0) {
    await keepStandings(net, log, uploads, encodeStandings(live));
    await noteStandings(shelf, live);
  }
  const { head, unread } = await uploadQueue(net, log, uploads);
  await shelf.note(() => ({ savedAt: around.now(), failure: undefined }));
  if (unread.length > 0) {
    for await (const { records } of readUnread(log, uploads)) {
      // Oldest first, but each part newest first: what is here already is not older than what another browser wrote.
      await around.store.transact((rows) => takeRecords(rows, live.root, records));
    }
  }
  if (live.standings.length === 0) return;
  const reports = await announceHead(net, live, head);
  if (around.now() - notes.heardAt >= HEAR_MS || reports.some(({ problem }) => problem !== undefined)) {
    await hearVaults(shelf);
  }
}

/** Asks every vault how it is, and fills the tries up again. */
export async function hearVaults(shelf: BackupShelf): Promise<void> {
  const live = await shelf.get(LIVE);
  if (live === undefined || live.standings.length === 0) return;
  const { net, around } = shelf;
  const heard = await Promise.all(live.address.vaults.map((_, index) => hear(shelf, live, index)));
  const unlocked = await unlockVaults(net, live);
  await around.store.transact(async (rows) => {
    const now = await getSingle(rows, LIVE);
    const notes = await getSingle(rows, NOTES);
    if (notes === undefined || now?.epoch !== live.epoch) return;
    const standings = now.standings.map((standing, index) => ({
      ...standing,
      lineage: standing.lineage ?? heard[index]!.lineage,
    }));
    await putSingle(rows, LIVE, { ...now, standings });
    const vaults: VaultNote[] = unlocked.vaults.map(({ url, problem, left }, index) => ({
      url,
      grade: heard[index]!.grade,
      left: left ?? notes.vaults[index]?.left,
      problem: heard[index]!.problem ?? problem ?? '',
    }));
    await putSingle(rows, NOTES, { ...notes, vaults, heardAt: around.now() });
  });
}

interface Heard {
  readonly grade: string;
  readonly problem: VaultProblem | undefined;
  readonly lineage: LiveBackup['standings'][number]['lineage'];
}

async function hear({ net }: BackupShelf, { address, standings }: LiveBackup, index: number): Promise<Heard> {
  const pinned = address.vaults[index]!;
  try {
    const { vault, info } = await inspectVault(net, pinned.url);
    const { lineage } = standings[index]!;
    const problem = !equalBytes(vault.identityKey, pinned.identityKey)
      ? 'lied'
      : lineage !== undefined && !equalBytes(lineage, info.lineage)
        ? 'gone'
        : undefined;
    return { grade: info.custody.grade, problem, lineage: problem === undefined ? info.lineage : lineage };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { grade: '', problem: 'unreachable', lineage: standings[index]!.lineage };
  }
}

/**
 * Owns keeping the log of a live backup small and its keys young: a new epoch every month and after every new PIN or code, and
 * compaction where it pays. All of it goes on behind what a person does, and gives way to it.
 * Does not own when compaction pays, nor how it goes (lib/backup).
 */
import {
  announceHead,
  beginEpoch,
  compactLog,
  isCompactionDue,
  type LiveBackup,
  logOf,
  segmentsOf,
} from '../backup/index.ts';
import {
  getSingle,
  LIVE,
  type LogUpkeep,
  NO_UPKEEP,
  putSingle,
  QUEUE_HEAD,
  RESTORE,
  UPKEEP,
} from '../conversation/index.ts';
import type { BackupShelf } from './backup-shelf.ts';

/** What a thief of one epoch key can read stays a month's. */
const EPOCH_MS = 30 * 24 * 60 * 60 * 1000;

/** Does what is due, as long as `isWanted`. Throws what lib/backup refuses: nothing is lost, and it is due again. */
export async function tidy(shelf: BackupShelf, isWanted: () => boolean): Promise<void> {
  const live = await shelf.get(LIVE);
  const restore = await shelf.get(RESTORE);
  if (live === undefined || restore?.finished === false || !isWanted()) return;
  const { net, uploads, around } = shelf;
  const log = logOf(net, live.root, live.address.blobHost);
  const { epochAt } = (await shelf.get(UPKEEP)) ?? NO_UPKEEP;
  if (around.now() - epochAt >= EPOCH_MS) {
    const head = await beginEpoch(net, log, uploads);
    await change(shelf, (upkeep) => ({ ...upkeep, epochAt: around.now() }));
    await announce(shelf, live, head);
  }
  const upkeep = (await shelf.get(UPKEEP)) ?? NO_UPKEEP;
  const next = (await shelf.get(QUEUE_HEAD))?.next ?? 0;
  const measure = { ...upkeep, segments: await segmentsOf(log, uploads), records: upkeep.kept + next - upkeep.since };
  if (!isWanted() || !isCompactionDue(measure, around.now())) return;
  const { head, records } = await compactLog(net, log, uploads, { isWanted });
  await change(shelf, (now) => ({
    ...now,
    // What died meanwhile is in none of the new segments' counts.
    dead: now.dead - upkeep.dead,
    deleted: now.deleted - upkeep.deleted,
    kept: records,
    since: next,
    triedAt: around.now(),
  }));
  await announce(shelf, live, head);
}

/** Notes that compaction failed: a segment that is missing will be missing in an hour, too. */
export function noteTried(shelf: BackupShelf): Promise<void> {
  return change(shelf, (upkeep) => ({ ...upkeep, triedAt: shelf.around.now() }));
}

async function announce({ net }: BackupShelf, live: LiveBackup, head: Parameters<typeof announceHead>[2]) {
  if (live.standings.length > 0) await announceHead(net, live, head);
}

async function change({ around }: BackupShelf, step: (upkeep: LogUpkeep) => LogUpkeep): Promise<void> {
  await around.store.transact(async (rows) => {
    // Turned off meanwhile.
    if ((await getSingle(rows, LIVE)) === undefined) return;
    await putSingle(rows, UPKEEP, step((await getSingle(rows, UPKEEP)) ?? NO_UPKEEP));
  });
}

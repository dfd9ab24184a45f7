/**
 * Owns reading and writing the backup's own rows, one step each, and the ports over them that lib/backup asks for.
 * Does not own the rows (lib/conversation).
 */
import type {
  BackupSurroundings,
  EnrolmentPort,
  Fetch,
  LiveBackup,
  RecoveryPort,
  UploadPort,
} from '../backup/index.ts';
import {
  type BackupNotes,
  beginQueue,
  ENROLMENT,
  getSingle,
  LIVE,
  NO_UPKEEP,
  NOTES,
  putSingle,
  RECOVERY,
  type SingleRow,
  type Surroundings,
  UPKEEP,
  uploadPort,
  type WritableRows,
} from '../conversation/index.ts';

/** What the backup needs of the browser besides the store. */
export interface BackupNet {
  readonly fetch: Fetch;
  readonly wait: BackupSurroundings['wait'];
}

/** After the first day, then ever rarer; then every two months. */
const REMINDERS = [1, 3, 7, 14, 30, 60];
const DAY_MS = 24 * 60 * 60 * 1000;

/** When the PIN is asked for after `reminders` reminders. */
export function remindAt(reminders: number, now: number): number {
  return now + REMINDERS[Math.min(reminders, REMINDERS.length - 1)]! * DAY_MS;
}

/** The rows, over an open store. */
export class BackupShelf {
  readonly around: Surroundings;
  readonly net: BackupSurroundings;
  readonly uploads: UploadPort;

  constructor(around: Surroundings, { fetch, wait }: BackupNet) {
    this.around = around;
    this.net = { fetch, wait, now: around.now, random: around.random };
    this.uploads = uploadPort(around.store);
  }

  get<Value>(row: SingleRow<Value>): Promise<Value | undefined> {
    return this.around.store.read((rows) => getSingle(rows, row));
  }

  put<Value>(row: SingleRow<Value>, value: Value | undefined): Promise<void> {
    return this.around.store.transact((rows) => putSingle(rows, row, value));
  }

  /** What a vault has finished is forgotten only together with what comes of it: see `keepLive`. */
  readonly enrolment: EnrolmentPort = {
    load: () => this.get(ENROLMENT),
    save: async (pending) => {
      if (pending !== undefined) await this.put(ENROLMENT, pending);
    },
  };

  readonly recovery: RecoveryPort = {
    load: () => this.get(RECOVERY),
    save: (memory) => this.put(RECOVERY, memory),
  };

  /** Keeps `live` in place of the enrolment that made it. Where it is the first, the queue begins with all there is. `also`: in the same step. */
  async keepLive(
    live: LiveBackup,
    more: Partial<BackupNotes> = {},
    also: (rows: WritableRows) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const { store, random, now } = this.around;
    await store.transact(async (rows) => {
      const known = await getSingle(rows, LIVE);
      await putSingle(rows, LIVE, live);
      await putSingle(rows, ENROLMENT, undefined);
      if (known === undefined) {
        await beginQueue(rows, live, random);
        await putSingle(rows, UPKEEP, { ...NO_UPKEEP, epochAt: now(), triedAt: now() });
      }
      const before = (await getSingle(rows, NOTES)) ?? firstNotes(live, now());
      await putSingle(rows, NOTES, { ...before, ...more });
      await also(rows);
    });
  }

  /** Has a new epoch begin at the next opportunity, in the step that makes it necessary. */
  async askEpoch(rows: WritableRows): Promise<void> {
    await putSingle(rows, UPKEEP, { ...((await getSingle(rows, UPKEEP)) ?? NO_UPKEEP), epochAt: 0 });
  }

  /** Changes what is remembered, where there is a backup. */
  async note(change: (notes: BackupNotes) => Partial<BackupNotes>): Promise<void> {
    await this.around.store.transact(async (rows) => {
      const notes = await getSingle(rows, NOTES);
      if (notes !== undefined) await putSingle(rows, NOTES, { ...notes, ...change(notes) });
    });
  }
}

function firstNotes({ address }: LiveBackup, now: number): BackupNotes {
  return {
    enrolledAt: now,
    savedAt: 0,
    standingsEpoch: 0,
    heardAt: 0,
    reminders: 0,
    remindAt: remindAt(0, now),
    cardSeen: false,
    vaults: address.vaults.map(({ url }) => ({ url, grade: '', left: undefined, problem: '' })),
    failure: undefined,
  };
}

/**
 * Owns where the backup's own state is kept, each thing in one row: what a live browser needs of its backup, what is half
 * done, and the records that wait to be uploaded.
 * Does not own what any of it means (lib/backup), nor when something is done about it (lib/relay).
 * Invariant: there is a queue exactly while there is a backup, and only then are records queued.
 */
import {
  type EncodedRecord,
  type LiveBackup,
  type LogState,
  liveBackupCodec,
  logStateCodec,
  type PendingEnrolment,
  pendingEnrolmentCodec,
  type RecoveryCode,
  type RecoveryMemory,
  type RootKey,
  recoveryMemoryCodec,
} from '../backup/index.ts';
import { type Bytes, ByteWriter, encodeUtf8 } from '../bytes/index.ts';
import { type Rows, type RowTable, row, type WritableRows } from '../store/index.ts';
import type { HistoryId } from './message-rows.ts';
import type { ConversationId } from './place.ts';

/** One row of its own. */
export interface SingleRow<Value> {
  readonly table: RowTable<Value>;
  readonly key: Uint8Array;
}

/** Where an entry of the history stands on the site. */
export interface Mark {
  readonly historyId: HistoryId;
  readonly conversationId: ConversationId;
  readonly messageId: Bytes<'ArmourMessageId'>;
  readonly digests: readonly Bytes<'ChunkDigest'>[];
}

/** The queue: records `first` to `next` - 1, and how many bytes they are. Numbers are never used twice. */
export interface QueueHead {
  readonly first: number;
  readonly next: number;
  readonly bytes: number;
}

/** What one vault was last heard to say. */
export interface VaultNote {
  readonly url: string;
  /** As it published: `enforced`, `unenforced` or `software`; empty where it was not asked. */
  readonly grade: string;
  /** Tries that it has left, as far as it said. */
  readonly left: number | undefined;
  /** What was the matter with it; empty for nothing. */
  readonly problem: string;
}

/** What is remembered of a backup that is on. Times are milliseconds since 1970, 0 for never. */
export interface BackupNotes {
  readonly enrolledAt: number;
  readonly savedAt: number;
  /** The enrolment whose unlock tokens, and names of wraps, the manifest holds; 0 for none. */
  readonly standingsEpoch: number;
  /** The vaults were heard then. */
  readonly heardAt: number;
  /** How many reminders of the PIN there were, and when the next one is due. */
  readonly reminders: number;
  readonly remindAt: number;
  /** Whether the person has looked at the recovery card. */
  readonly cardSeen: boolean;
  readonly vaults: readonly VaultNote[];
  /** Why the last upload failed, as a code. */
  readonly failure: string | undefined;
}

/** What keeping the log small and its keys young depends on. Times are milliseconds since 1970. */
export interface LogUpkeep {
  /** A new epoch began then; 0: one is to begin now. */
  readonly epochAt: number;
  /** Compaction was tried then; 0 for never. */
  readonly triedAt: number;
  /** Records of the log that no longer count, as far as this browser knows; of these, what the person deleted. */
  readonly dead: number;
  readonly deleted: number;
  /** Records that the last compaction left, and the number in the queue of what came after it. */
  readonly kept: number;
  readonly since: number;
}

/** A restore under way. */
export interface RestoreProgress {
  readonly done: readonly number[];
  readonly total: number;
  /** Segments that were missing, altered, or of a newer Sotto. */
  readonly missing: number;
  readonly altered: number;
  readonly newer: number;
  /** Identities that this browser had another one for: those here were kept. */
  readonly conflicts: number;
  /** Whether the newest manifest that is known of was not there: an older one is restored. */
  readonly older: boolean;
  readonly finished: boolean;
}

/** What a file brought, as far as it was taken. Numbers of pieces, and of what was not here before. */
export interface ImportProgress {
  /** The file's own; gone when all is taken. */
  readonly root: RootKey | undefined;
  readonly done: number;
  readonly total: number;
  readonly contacts: number;
  readonly messages: number;
  /** Messages that were here already. */
  readonly known: number;
  /** Identities that this browser had another one for: those here were kept. */
  readonly conflicts: number;
  readonly damaged: number;
  /** Records of a newer Sotto. */
  readonly newer: number;
  readonly finished: boolean;
}

/** The vaults that a person chose, before the PIN: the browser's question about them closes the popup. */
export interface VaultChoice {
  readonly urls: readonly string[];
  readonly threshold: number;
}

const MOST_CHUNKS = 64;
const MOST_VAULTS = 16;
const MOST_SEGMENTS = 100_000;

function single<Value>(name: string, codec: row.RowCodec<Value>): SingleRow<Value> {
  return { table: { name: 'backup', version: 1, codec }, key: encodeUtf8(name) };
}

export const LIVE = single<LiveBackup>('live', liveBackupCodec);
export const ENROLMENT = single<PendingEnrolment>('enrolment', pendingEnrolmentCodec);
export const RECOVERY = single<RecoveryMemory>('recovery', recoveryMemoryCodec);
export const LOG = single<LogState>('log', logStateCodec);
export const CARD_CODE = single<RecoveryCode>('card', row.secret<'RecoveryCode'>(16));
export const QUEUE_HEAD = single<QueueHead>(
  'queue',
  row.record<QueueHead>({ first: row.uint53, next: row.uint53, bytes: row.uint53 }),
);
export const NOTES = single<BackupNotes>(
  'notes',
  row.record<BackupNotes>({
    enrolledAt: row.uint53,
    savedAt: row.uint53,
    standingsEpoch: row.uint53,
    heardAt: row.uint53,
    reminders: row.uint32,
    remindAt: row.uint53,
    cardSeen: row.flag,
    vaults: row.list(
      row.record<VaultNote>({ url: row.text, grade: row.text, left: row.optional(row.uint32), problem: row.text }),
      MOST_VAULTS,
    ),
    failure: row.optional(row.text),
  }),
);
export const UPKEEP = single<LogUpkeep>(
  'upkeep',
  row.record<LogUpkeep>({
    epochAt: row.uint53,
    triedAt: row.uint53,
    dead: row.uint53,
    deleted: row.uint53,
    kept: row.uint53,
    since: row.uint53,
  }),
);
/** Where nothing is known of it: an epoch is to begin. */
export const NO_UPKEEP: LogUpkeep = { epochAt: 0, triedAt: 0, dead: 0, deleted: 0, kept: 0, since: 1 };
/** What a restore met tombstones of, as `recordKey` names it: what is older is not to come back. Gone when it is finished. */
export const GONE = single<readonly string[]>('gone', row.list(row.text, 100_000));
export const RESTORE = single<RestoreProgress>(
  'restore',
  row.record<RestoreProgress>({
    done: row.list(row.uint53, MOST_SEGMENTS),
    total: row.uint53,
    missing: row.uint32,
    altered: row.uint32,
    newer: row.uint32,
    conflicts: row.uint32,
    older: row.flag,
    finished: row.flag,
  }),
);
export const IMPORT = single<ImportProgress>(
  'import',
  row.record<ImportProgress>({
    root: row.optional(row.secret<'BackupRootKey'>(32)),
    done: row.uint32,
    total: row.uint32,
    contacts: row.uint32,
    messages: row.uint32,
    known: row.uint32,
    conflicts: row.uint32,
    damaged: row.uint32,
    newer: row.uint32,
    finished: row.flag,
  }),
);
export const CHOICE = single<VaultChoice>(
  'choice',
  row.record<VaultChoice>({ urls: row.list(row.text, MOST_VAULTS), threshold: row.uint32 }),
);

export const MARKS: RowTable<Mark> = {
  name: 'marks',
  version: 1,
  codec: row.record<Mark>({
    historyId: row.fixed<'HistoryId'>(16),
    conversationId: row.fixed<'ConversationId'>(16),
    messageId: row.bytes<'ArmourMessageId'>(),
    digests: row.list(row.fixed<'ChunkDigest'>(8), MOST_CHUNKS),
  }),
};

export const QUEUE: RowTable<EncodedRecord> = {
  name: 'backupQueue',
  version: 1,
  codec: row.bytes<'BackupRecord'>() as row.RowCodec<EncodedRecord>,
};

/** All rows of the backup belong to one group. */
export const BACKUP_GROUP = encodeUtf8('backup');

/** The key of the queued record `order`. */
export function queueKey(order: number): Uint8Array {
  return new ByteWriter(8).uint53(order).finish();
}

/** The value of a row of its own, or undefined. */
export function getSingle<Value>(rows: Rows, { table, key }: SingleRow<Value>): Promise<Value | undefined> {
  return rows.get(table, key);
}

/** Keeps `value` in a row of its own; undefined forgets it. */
export function putSingle<Value>(
  rows: WritableRows,
  { table, key }: SingleRow<Value>,
  value: Value | undefined,
): Promise<void> {
  return value === undefined ? rows.delete(table, key) : rows.put(table, key, BACKUP_GROUP, value);
}

/** Owns what a live browser keeps of the log, beside the queue of records that are still to be uploaded. */
import type { Bytes } from '../bytes/index.ts';
import { row } from '../store/index.ts';
import type { TakenPlace } from './log-writer.ts';
import type { EncodedRecord } from './records.ts';
import { SEGMENT_HASH_LENGTH } from './segment.ts';

/** The segment that is on its way: the records up to `upTo` at a place. Made again, it has the same bytes. */
export interface PendingSegment extends TakenPlace {
  readonly upTo: number;
}

/** What is kept. */
export interface LogState {
  /** The newest manifest that this browser has seen: no older one is taken again. */
  readonly manifest: Bytes<'Manifest'> | undefined;
  readonly pending: PendingSegment | undefined;
  /** Segments of other browsers that were not read yet. */
  readonly unread: readonly number[];
  /** Uploads in a row that did not reach the host, and when (milliseconds) the next one is due. */
  readonly failures: number;
  readonly retryAt: number;
}

/** Before anything. */
export const NO_LOG_STATE: LogState = { manifest: undefined, pending: undefined, unread: [], failures: 0, retryAt: 0 };

/** A record that waits. `order` rises in the order in which records were handed over. */
export interface QueuedRecord {
  readonly order: number;
  readonly record: EncodedRecord;
}

/** Where state and queue are kept. A record is put there in the transaction that keeps what it is a record of. */
export interface UploadPort {
  /** The oldest records of the queue, in order: at least one where there is any, and as many as `mostBytes` holds. */
  take(mostBytes: number): Promise<readonly QueuedRecord[]>;
  load(): Promise<LogState | undefined>;
  /** One transaction: keeps `state`, and forgets the records up to and with order `doneUpTo`. */
  save(state: LogState, doneUpTo?: number): Promise<void>;
}

const MOST_UNREAD = 100_000;

/** How the state is kept in a row of the store. */
export const logStateCodec: row.RowCodec<LogState> = row.record<LogState>({
  manifest: row.optional(row.bytes<'Manifest'>()),
  pending: row.optional(
    row.record<PendingSegment>({
      number: row.uint53,
      epoch: row.uint32,
      before: row.fixed<'SegmentHash'>(SEGMENT_HASH_LENGTH),
      upTo: row.uint53,
    }),
  ),
  unread: row.list(row.uint53, MOST_UNREAD),
  failures: row.uint32,
  retryAt: row.uint53,
});

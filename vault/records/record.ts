/**
 * Owns a vault record as a row: its columns, and the bytes of them that the HSM authenticates. One list of columns
 * serves reading, writing and authenticating, so that no column can be left out of the last.
 * Does not own what the numbers mean; see attempts.ts.
 */
import { ByteWriter, bytesOfLength, encodeUtf8 } from '../../lib/bytes/index.ts';
import { type BlobKey, RECORD_ID_LENGTH, type RecordId } from '../../lib/vault-protocol/index.ts';
import type { Row, Value } from '../database/database.ts';
import { memoryFailure } from './failure.ts';

/** A record. Times are in milliseconds since 1970. A record that is `gone` holds no key and nothing of its owner. */
export interface VaultRecord {
  readonly id: RecordId;
  readonly state: 'live' | 'gone';
  /** Names the key: part of its context in custody. New with every pending enrolment or renewal. */
  readonly generation: number;
  /** The number of the record's newest event, from 1. */
  readonly version: number;
  readonly keyBlob: Uint8Array | null;
  readonly publicKey: Uint8Array | null;
  /** The sealed part as JSON. */
  readonly sealed: Uint8Array | null;
  readonly unlockTag: Uint8Array | null;
  /** The budget that an unlock gives back, and what is left of it. */
  readonly tries: number;
  readonly left: number;
  /** Before it another element is refused; 0 for at once. */
  readonly nextAt: number;
  /** At zero tries left: when the key is destroyed. */
  readonly destroyAt: number | null;
  /** SHA-256 of the blinded element that was charged last. */
  readonly lastRequest: Uint8Array | null;
  /** Wrong unlocks since `unlockFailedAt`. */
  readonly unlockFailures: number;
  readonly unlockFailedAt: number;
  readonly headVersion: number | null;
  readonly headHash: Uint8Array | null;
  /** SHA-256 of the finish that made this generation. */
  readonly finishDigest: Uint8Array | null;
  readonly blobKey: BlobKey | null;
  /** The log entry of the newest event. */
  readonly eventReplica: string;
  readonly eventSeq: number;
}

/** A record as it was read: its authenticator names exactly this content, and serves as what an update must find. */
export interface StoredRecord extends VaultRecord {
  readonly mac: Uint8Array;
}

const columns: readonly (readonly [column: string, field: keyof VaultRecord])[] = [
  ['id', 'id'],
  ['state', 'state'],
  ['generation', 'generation'],
  ['version', 'version'],
  ['key_blob', 'keyBlob'],
  ['public_key', 'publicKey'],
  ['sealed', 'sealed'],
  ['unlock_tag', 'unlockTag'],
  ['tries', 'tries'],
  ['tries_left', 'left'],
  ['next_at', 'nextAt'],
  ['destroy_at', 'destroyAt'],
  ['last_request', 'lastRequest'],
  ['unlock_failures', 'unlockFailures'],
  ['unlock_failed_at', 'unlockFailedAt'],
  ['head_version', 'headVersion'],
  ['head_hash', 'headHash'],
  ['finish_digest', 'finishDigest'],
  ['blob_key', 'blobKey'],
  ['event_replica', 'eventReplica'],
  ['event_seq', 'eventSeq'],
];

/** The columns of a record in the order of {@link valuesOf}, and after them `mac`. */
export const RECORD_COLUMNS: readonly string[] = [...columns.map(([column]) => column), 'mac'];

export function valuesOf(record: VaultRecord): Value[] {
  return columns.map(([, field]) => record[field]);
}

/** The record in a row. Whether this vault wrote it is for the authenticator to say. */
export function recordOf(row: Row): StoredRecord {
  const fields: Record<string, Value> = {};
  for (const [column, field] of columns) fields[field] = row[column] ?? null;
  fields.mac = row.mac ?? null;
  return fields as unknown as StoredRecord;
}

/** What the HSM authenticates of a record: every column, each with its kind and length. */
export function macInput(record: VaultRecord): Uint8Array {
  return rowInput('Sotto vault row v1', valuesOf(record));
}

/** A writer that is used again: three rows a try, and its buffer costs more than what is written in it. */
let idle: ByteWriter | undefined;

/** The same of any row: `label`, then each value with its kind. */
export function rowInput(label: string, values: readonly Value[]): Uint8Array {
  const writer = (idle ?? new ByteWriter()).prefixed(encodeUtf8(label)).uint32(values.length);
  // Not idle before it is done: what a forged row leaves in it is not written on.
  idle = undefined;
  for (const value of values) {
    if (value === null) writer.uint8(0);
    else if (typeof value === 'number') {
      // A forged row may hold any number, even one that is none; it gets the authenticator of no row at all.
      if (!Number.isSafeInteger(value) || value < 0) throw memoryFailure('RowForged');
      writer.uint8(1).uint53(value);
    } else if (typeof value === 'string') writer.uint8(2).prefixed(encodeUtf8(value));
    else writer.uint8(3).prefixed(value);
  }
  const input = writer.finish();
  idle = writer;
  return input;
}

/** The context of a record's key in custody: record id ‖ generation, 24 bytes. */
export function keyContext(id: Uint8Array, generation: number): Uint8Array {
  return new ByteWriter(24).raw(bytesOfLength(id, RECORD_ID_LENGTH)).uint53(generation).finish();
}

/** A record before its first event: no key, no tries. */
export function newRecord(id: RecordId): VaultRecord {
  return {
    id,
    state: 'gone',
    generation: 0,
    version: 0,
    keyBlob: null,
    publicKey: null,
    sealed: null,
    unlockTag: null,
    tries: 0,
    left: 0,
    nextAt: 0,
    destroyAt: null,
    lastRequest: null,
    unlockFailures: 0,
    unlockFailedAt: 0,
    headVersion: null,
    headHash: null,
    finishDigest: null,
    blobKey: null,
    eventReplica: '',
    eventSeq: 0,
  };
}

/** What is left of a record when its key is destroyed: its id, its numbers and nothing of its owner. */
export function tombstoneOf(record: VaultRecord): VaultRecord {
  const { generation, version, tries, eventReplica, eventSeq } = record;
  return { ...newRecord(record.id), generation, version, tries, eventReplica, eventSeq };
}

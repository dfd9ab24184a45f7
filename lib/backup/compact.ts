/**
 * Owns compaction: everything that counts is written again, merged and in large segments, and what it was merged from is
 * deleted. What was replaced or deleted is gone then, tombstones with it, and so are the keys of older epochs.
 * Invariant: the log begins at the new segments only when all of them are in it; a crash before that leaves copies, and
 * nothing is lost. What others write meanwhile stands behind the new beginning.
 */
import type { Head } from '../vault-protocol/index.ts';
import { Counting } from './counting.ts';
import { dropEpochsBefore } from './epochs.ts';
import { BackupFailure, refusal } from './failure.ts';
import { type BackupLog, fetchSegment, readManifest } from './log.ts';
import type { UploadPort } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import { decodeRecord, type EncodedRecord } from './records.ts';
import { MOST_SEGMENT_CONTENT, type OpenedSegment, type SegmentHash, segmentName, sizeInSegment } from './segment.ts';
import type { BackupSurroundings } from './surroundings.ts';
import { openWriter, settled, withBackoff } from './upload.ts';

const MOST_CONFLICTS = 50;

/** What compaction may be told. */
export interface CompactionChoices {
  readonly known?: Head;
  /** Segments that are missing or altered, and that the person gives up: the others are merged without them. */
  readonly givenUp?: ReadonlySet<number>;
  /** Asked before each segment that is read, and before the first is written: where it says no, nothing is changed. */
  readonly isWanted?: () => boolean;
}

/** What the log is after it. */
export interface Compacted {
  readonly head: Head;
  /** Records that are left. */
  readonly records: number;
}

/** How many segments the log has, as far as this browser has seen; 0 before its first upload. */
export async function segmentsOf(log: BackupLog, port: UploadPort): Promise<number> {
  const kept = (await port.load())?.manifest;
  if (kept === undefined) return 0;
  const { first, next } = readManifest(log, kept, undefined).manifest;
  return next - first;
}

/**
 * Compacts the log. Throws SegmentMissing, SegmentDamaged, UpdateNeeded with nothing changed: what is not whole is left as it
 * is, unless it is given up. Interrupted likewise. Otherwise as `uploadQueue`.
 */
export function compactLog(
  around: BackupSurroundings,
  log: BackupLog,
  port: UploadPort,
  { known, givenUp = new Set(), isWanted = () => true }: CompactionChoices = {},
): Promise<Compacted> {
  return withBackoff(around, port, async () => {
    const { state, writer } = await openWriter(around, log, port, known);
    // A no-op that another browser's writing would not survive: what is merged is the newest.
    await writer.change((manifest) => manifest);
    const { manifest } = writer.opened;
    const merged = await mergedRecords(log, writer, { givenUp, isWanted });
    if (!isWanted()) throw refusal('Interrupted');
    const hadUnread = state.unread.length + writer.others.length > 0;
    const others = writer.others.length;
    const written: number[] = [];
    for (const batch of batches(merged)) written.push(await appendBatch(writer, batch));
    const oldest = await oldestEpoch(log, writer, manifest.epochs.newest, writer.others.slice(others));
    // What this browser had not read of others is in its own new segments now.
    if (hadUnread) writer.others.push(...written);
    await writer.change((now) => ({ ...now, first: manifest.next, epochs: dropEpochsBefore(now.epochs, oldest) }));
    await port.save({ ...settled(state, writer), pending: state.pending });
    for (let number = manifest.first; number < manifest.next; number++) await removeQuietly(log, number);
    return { head: writer.opened.head, records: merged.length };
  });
}

/** What counts, oldest first. */
async function mergedRecords(
  log: BackupLog,
  { opened }: LogWriter,
  { givenUp, isWanted }: Required<Pick<CompactionChoices, 'givenUp' | 'isWanted'>>,
): Promise<EncodedRecord[]> {
  const { first, next, last } = opened.manifest;
  const counting = new Counting();
  const newestFirst: EncodedRecord[] = [];
  let expected: SegmentHash | undefined = last;
  for (let number = next - 1; number >= first; number--) {
    if (!isWanted()) throw refusal('Interrupted');
    if (givenUp.has(number)) {
      expected = undefined;
      continue;
    }
    const segment: OpenedSegment = await fetchSegment(log, opened.epochKeys, number, expected);
    expected = segment.before;
    for (const bytes of segment.records.toReversed()) {
      if (counting.counts(decodeRecord(bytes))) newestFirst.push(bytes);
    }
  }
  return newestFirst.reverse();
}

function* batches(records: readonly EncodedRecord[]): Generator<readonly EncodedRecord[]> {
  let batch: EncodedRecord[] = [];
  let size = 0;
  for (const record of records) {
    const own = sizeInSegment(record);
    if (size + own > MOST_SEGMENT_CONTENT) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(record);
    size += own;
  }
  if (batch.length > 0) yield batch;
}

async function appendBatch(writer: LogWriter, batch: readonly EncodedRecord[]): Promise<number> {
  for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
    const place = writer.nextPlace;
    if (await writer.append(place, batch)) return place.number;
  }
  throw refusal('HostFaulty');
}

/** Of what stays in the log: another browser may have written under the epoch that it knew. */
async function oldestEpoch(
  log: BackupLog,
  { opened }: LogWriter,
  own: number,
  others: readonly number[],
): Promise<number> {
  let oldest = own;
  for (const number of others) {
    const { epoch } = await fetchSegment(log, opened.epochKeys, number);
    oldest = Math.min(oldest, epoch);
  }
  return oldest;
}

/** What is left behind costs room at the host and nothing else. */
async function removeQuietly(log: BackupLog, number: number): Promise<void> {
  try {
    await log.host.remove(log.keys, segmentName(number));
  } catch (error) {
    if (!(error instanceof BackupFailure)) throw error;
  }
}

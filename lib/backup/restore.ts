/**
 * Owns reading the log back, the newest segments first, so that recent history is there while the rest still comes.
 * What is missing or was altered is named, and everything else is given.
 * Does not own keeping what was read: of two records with one key (`recordKey`) the one that came first counts, since it is
 * the newer one; a tombstone says that an older one is not to come back.
 */
import type { Head } from '../vault-protocol/index.ts';
import { BackupFailure, refusal } from './failure.ts';
import { type BackupLog, fetchManifest, fetchSegment, type OpenedManifest, readManifest } from './log.ts';
import type { LogState, UploadPort } from './log-state.ts';
import { type BackupRecord, decodeRecord } from './records.ts';
import type { SegmentHash } from './segment.ts';

/** What is the matter with a segment; `newer`: records or the segment need a newer Sotto. */
export type SegmentProblem = 'missing' | 'altered' | 'newer';

/** One step of a restore. */
export interface RestoredSegment {
  readonly number: number;
  /** Newest first. Where there is a problem, those that could be read. */
  readonly records: readonly BackupRecord[];
  readonly problem: SegmentProblem | undefined;
  /** Segments that are done with this one, and all. */
  readonly done: number;
  readonly total: number;
}

/** A restore that was begun. */
export interface Restore {
  readonly opened: OpenedManifest;
  /** Every segment that is not in `done`; may be stopped and begun again. Throws HostUnreachable, HostFaulty. */
  segments(done?: ReadonlySet<number>): AsyncGenerator<RestoredSegment>;
}

/** Segments that are asked for before they are needed. */
const AHEAD = 6;

/**
 * Begins a restore. `known` is the newest head that a vault told, or that was seen before: an older manifest may be read
 * (`opened.expected` tells), not written on. Throws ManifestMissing, ManifestDamaged, UpdateNeeded, and as the host.
 */
export async function openRestore(log: BackupLog, known: Head | undefined): Promise<Restore> {
  const opened = await fetchManifest(log, known);
  if (opened === undefined) throw refusal('ManifestMissing');
  return restoreFrom(log, opened);
}

/** What to keep as the state of the log once everything is restored, or while it is: uploading may begin at once. */
export function stateAfterRestore({ opened }: Restore): Pick<LogState, 'manifest' | 'unread'> {
  return { manifest: opened.bytes as LogState['manifest'], unread: [] };
}

/**
 * Reads what other browsers have written, oldest first, and forgets each segment from the list once the caller is done with
 * it. Throws as `segments`; a segment with a problem is given as such, and forgotten.
 */
export async function* readUnread(log: BackupLog, port: UploadPort): AsyncGenerator<RestoredSegment> {
  const state = await port.load();
  if (state?.manifest === undefined) return;
  const { epochKeys } = readManifest(log, state.manifest, undefined);
  const total = state.unread.length;
  for (const [index, number] of state.unread.entries()) {
    const { records, problem } = await readOne(log, { epochKeys }, number, undefined);
    yield { number, records: records.toReversed(), problem, done: index + 1, total };
    const now = (await port.load())!;
    await port.save({ ...now, unread: now.unread.filter((one) => one !== number) });
  }
}

function restoreFrom(log: BackupLog, opened: OpenedManifest): Restore {
  return {
    opened,
    async *segments(done = new Set<number>()) {
      const { first, next, last } = opened.manifest;
      const numbers: number[] = [];
      for (let number = next - 1; number >= first; number--) if (!done.has(number)) numbers.push(number);
      const total = next - first;
      const asked = new Map<number, ReturnType<typeof readOne>>();
      let expected: { readonly number: number; readonly hash: SegmentHash } | undefined = {
        number: next - 1,
        hash: last,
      };
      for (const [index, number] of numbers.entries()) {
        for (const ahead of numbers.slice(index, index + AHEAD)) {
          if (!asked.has(ahead)) asked.set(ahead, quietly(readOne(log, opened, ahead, undefined)));
        }
        const read = await asked.get(number)!;
        asked.delete(number);
        const isExpected: boolean = expected?.number !== number || read.hash?.join() === expected.hash.join();
        expected = isExpected && read.before ? { number: number - 1, hash: read.before } : undefined;
        const problem = read.problem ?? (isExpected ? undefined : 'altered');
        // One that is not the one that was hung into the chain is not shown, though it is authentic: it was replaced.
        const records = isExpected ? read.records : [];
        yield { number, records, problem, done: total - numbers.length + index + 1, total };
      }
    },
  };
}

interface ReadSegment {
  readonly records: readonly BackupRecord[];
  readonly problem: SegmentProblem | undefined;
  readonly hash: SegmentHash | undefined;
  readonly before: SegmentHash | undefined;
}

async function readOne(
  log: BackupLog,
  { epochKeys }: Pick<OpenedManifest, 'epochKeys'>,
  number: number,
  expected: SegmentHash | undefined,
): Promise<ReadSegment> {
  try {
    const { records, hash, before } = await fetchSegment(log, epochKeys, number, expected);
    return { ...decodeAll(records), hash, before };
  } catch (error) {
    return { records: [], problem: problemOf(error), hash: undefined, before: undefined };
  }
}

/** A record that needs a newer Sotto, or is none, does not take the others with it. */
function decodeAll(encoded: readonly Uint8Array[]): Pick<ReadSegment, 'records' | 'problem'> {
  const records: BackupRecord[] = [];
  let problem: SegmentProblem | undefined;
  for (const bytes of encoded.toReversed()) {
    try {
      records.push(decodeRecord(bytes));
    } catch (error) {
      if (!(error instanceof BackupFailure)) throw error;
      problem = error.code === 'UpdateNeeded' ? 'newer' : 'altered';
    }
  }
  return { records, problem };
}

/** Throws what is not about this segment. */
function problemOf(error: unknown): SegmentProblem {
  if (!(error instanceof BackupFailure)) throw error;
  if (error.code === 'SegmentMissing') return 'missing';
  if (error.code === 'SegmentDamaged') return 'altered';
  if (error.code === 'UpdateNeeded') return 'newer';
  throw error;
}

/** Asked for ahead and perhaps never awaited: its failure is told where it is. */
function quietly<Value>(work: Promise<Value>): Promise<Value> {
  work.catch(() => undefined);
  return work;
}

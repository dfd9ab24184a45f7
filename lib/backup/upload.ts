/**
 * Owns getting records from the queue into the log: in batches, each a segment; a batch is the same after a crash.
 * Does not own when: see `isUploadDue` for what is reasonable; the background's alarms decide.
 */
import type { Bytes, SecretBytes } from '../bytes/index.ts';
import type { Head } from '../vault-protocol/index.ts';
import { advanceEpoch } from './epochs.ts';
import { BackupFailure, refusal } from './failure.ts';
import type { BackupLog } from './log.ts';
import { type LogState, NO_LOG_STATE, type PendingSegment, type QueuedRecord, type UploadPort } from './log-state.ts';
import { LogWriter } from './log-writer.ts';
import type { Manifest } from './manifest.ts';
import { MOST_SEGMENT_CONTENT, sizeInSegment } from './segment.ts';
import type { BackupSurroundings } from './surroundings.ts';

/** What an upload came to. */
export interface UploadResult {
  /** Records that are in the log now. */
  readonly uploaded: number;
  /** The newest manifest: for the vaults, by `announceHead`. */
  readonly head: Head;
  /** Segments of other browsers that wait to be read, by `readUnread`. */
  readonly unread: readonly number[];
}

/** What waits, as far as an upload's time depends on it. */
export interface QueueMeasure {
  readonly bytes: number;
  /** When the last record was handed over, in milliseconds. */
  readonly lastAt: number;
}

const IDLE_MS = 30_000;
const FLUSH_BYTES = 64 * 1024;
/** Tries at once, for what a moment mends. */
const TRIES = 3;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60 * 60_000;
/** More conflicts than this in one upload are no other browsers. */
const MOST_CONFLICTS = 50;

/** Whether an upload is due: 30 s after the last record, at 64 KiB, and not before the time that the last failure set. */
export function isUploadDue({ bytes, lastAt }: QueueMeasure, state: LogState | undefined, now: number): boolean {
  if (bytes === 0 || now < (state?.retryAt ?? 0)) return false;
  return bytes >= FLUSH_BYTES || now - lastAt >= IDLE_MS;
}

/**
 * Uploads the whole queue. `known` is the newest head that a vault told. Throws what the host and the manifest refuse
 * (ManifestRolledBack, QuotaFull, HostUnreachable ...): what was uploaded until then stays so, and the rest stays queued.
 */
export async function uploadQueue(
  around: BackupSurroundings,
  log: BackupLog,
  port: UploadPort,
  known?: Head,
): Promise<UploadResult> {
  return withBackoff(around, port, async () => {
    const { state, writer } = await openWriter(around, log, port, known);
    let kept = state;
    let uploaded = 0;
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; ) {
      const batch = batchOf(await port.take(MOST_SEGMENT_CONTENT), kept.pending?.upTo);
      if (batch.length === 0) {
        kept = settled(kept, writer);
        await port.save(kept);
        return { uploaded, head: writer.opened.head, unread: kept.unread };
      }
      const pending: PendingSegment = kept.pending ?? { ...writer.nextPlace, upTo: batch.at(-1)!.order };
      kept = { ...kept, pending };
      await port.save(kept);
      const isIn = await writer.append(
        pending,
        batch.map(({ record }) => record),
      );
      kept = settled(kept, writer);
      await (isIn ? port.save(kept, pending.upTo) : port.save(kept));
      if (isIn) uploaded += batch.length;
      else conflicts += 1;
    }
    throw refusal('HostFaulty');
  });
}

/** Begins a new epoch: after a new PIN or recovery code, and every month. Throws as `uploadQueue`. */
export function beginEpoch(around: BackupSurroundings, log: BackupLog, port: UploadPort, known?: Head): Promise<Head> {
  return changeManifest(around, log, port, known, (manifest) => ({
    ...manifest,
    epochs: advanceEpoch(log.keys, manifest.epochs, around.random),
  }));
}

/** Puts the unlock tokens into the manifest, for who restores by recovery code; after every enrolment. Throws as `uploadQueue`. */
export function keepStandings(
  around: BackupSurroundings,
  log: BackupLog,
  port: UploadPort,
  standings: SecretBytes<'Standings'>,
  known?: Head,
): Promise<Head> {
  return changeManifest(around, log, port, known, (manifest) => ({ ...manifest, standings }));
}

async function changeManifest(
  around: BackupSurroundings,
  log: BackupLog,
  port: UploadPort,
  known: Head | undefined,
  change: (manifest: Manifest) => Manifest,
): Promise<Head> {
  return withBackoff(around, port, async () => {
    const { state, writer } = await openWriter(around, log, port, known);
    await writer.change(change);
    await port.save({ ...settled(state, writer), pending: state.pending });
    return writer.opened.head;
  });
}

/** The writer that goes on from what is kept. */
export async function openWriter(
  around: BackupSurroundings,
  log: BackupLog,
  port: UploadPort,
  known: Head | undefined,
): Promise<{ readonly state: LogState; readonly writer: LogWriter }> {
  const state = (await port.load()) ?? NO_LOG_STATE;
  return { state, writer: await LogWriter.open(around, log, { kept: state.manifest, known }) };
}

/** What is to be kept after something was written. */
export function settled(state: LogState, writer: LogWriter): LogState {
  const unread = [...new Set([...state.unread, ...writer.others])].filter((one) => one >= writer.opened.manifest.first);
  return {
    manifest: writer.opened.bytes as Bytes<'Manifest'>,
    pending: undefined,
    unread,
    failures: 0,
    retryAt: 0,
  };
}

/** The records of one segment: the same ones where they were on their way already. */
function batchOf(taken: readonly QueuedRecord[], upTo: number | undefined): QueuedRecord[] {
  const batch: QueuedRecord[] = [];
  let size = 0;
  for (const queued of taken) {
    size += sizeInSegment(queued.record);
    if (size > MOST_SEGMENT_CONTENT || (upTo !== undefined && queued.order > upTo)) break;
    batch.push(queued);
  }
  return batch;
}

/** Runs `work` again after a moment where the host was not reached; then says when it is to be tried next. */
export async function withBackoff<Value>(
  around: BackupSurroundings,
  port: UploadPort,
  work: () => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BackupFailure) || error.code !== 'HostUnreachable') throw error;
      if (attempt < TRIES) {
        await around.wait(jittered(around, FIRST_WAIT_MS * 2 ** (attempt - 1)));
        continue;
      }
      const state = (await port.load()) ?? NO_LOG_STATE;
      const wait = jittered(around, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (state.failures + TRIES)));
      const retryAt = Math.max(around.now() + wait, error.details.nextAt ?? 0);
      await port.save({ ...state, failures: state.failures + 1, retryAt });
      throw refusal('HostUnreachable', { nextAt: retryAt }, error);
    }
  }
}

/** From half of `ms` to all of it, so that not all browsers come back at the same moment. */
function jittered({ random }: BackupSurroundings, ms: number): number {
  return Math.round((ms / 2) * (1 + random(1)[0]! / 256));
}

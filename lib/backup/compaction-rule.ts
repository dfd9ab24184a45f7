/** Owns when compaction pays: it reads and writes everything there is, so that it must save more than that now and then. */

const DAY_MS = 24 * 60 * 60 * 1000;
/** Every upload makes a segment of its own, of four KiB at least: a restore asks for each, and each fills room at the host. */
const MANY_SEGMENTS = 64;
/** Records that no longer count, of all: below that what is merged is nearly as large as it was. */
const DEAD_SHARE = 0.25;
/** Too few to be worth it, whatever their share. */
const SOME_DEAD = 32;

/** What the log is known to be, as far as the rule depends on it. */
export interface LogMeasure {
  readonly segments: number;
  readonly records: number;
  /** Of the records, those that were replaced, and tombstones with what they are about. */
  readonly dead: number;
  /** Of these, what a person deleted. */
  readonly deleted: number;
  /** When compaction was tried last, in milliseconds; 0 for never. */
  readonly triedAt: number;
}

/**
 * Whether the log is to be compacted: it has many segments, a large part of it no longer counts, or something was deleted, which
 * is to be gone at the host, too. At most once a day, and not for a log of one segment in which nothing is dead.
 */
export function isCompactionDue({ segments, records, dead, deleted, triedAt }: LogMeasure, now: number): boolean {
  if (segments === 0 || now - triedAt < DAY_MS) return false;
  return segments >= MANY_SEGMENTS || deleted > 0 || (dead >= SOME_DEAD && dead >= records * DEAD_SHARE);
}

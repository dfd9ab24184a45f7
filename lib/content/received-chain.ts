/**
 * Owns the receiver's end of a chain: which contents of one sender in one conversation have come, in any order, and
 * whether each fits its neighbours. A plain value; nothing here changes one, and a refusal leaves the old one good.
 *
 * A run is the account of one generation. Everything from `floor` to `next` has come, but for the gaps. A gap is a row of
 * missing numbers, with the tags that must meet at its two ends: what lies in it is checked when it comes, from whichever
 * side its neighbour is known, and a gap of a million costs no more than a gap of one.
 *
 * Invariants: gaps are in ascending order, apart from each other by at least one content that came, and end below
 * `next - 1`; `before` is zeros exactly where a gap begins at 0; at most MAX_GAPS gaps, MAX_RUNS runs, newest first.
 */
import { equalBytes } from '../bytes/index.ts';
import type { ChainLink } from './envelope.ts';
import { refusal } from './failure.ts';
import { type ChainTag, NO_CONTENT } from './hash.ts';

/**
 * 256 rows of missing messages at once: 10 KB stored. The site decides what is missing, so there is a bound; beyond it
 * the oldest row is given up, and new messages are never refused.
 */
export const MAX_GAPS = 256;
/** Generations kept apart: late messages from before a restore are still read, for the last three restores. */
export const MAX_RUNS = 4;

/** The missing numbers from `from` up to, but without, `to`. */
export interface ChainGap {
  readonly from: number;
  readonly to: number;
  /** The tag of content `from - 1`: what content `from` must name as its previous. */
  readonly before: ChainTag;
  /** What content `to` named as its previous: the tag that content `to - 1` must have. */
  readonly after: ChainTag;
}

/** The account of one generation. */
export interface ChainRun {
  readonly generation: number;
  /** Below this nothing is kept account of any more. */
  readonly floor: number;
  /** One more than the highest number that has come. */
  readonly next: number;
  /** The tag of content `next - 1`. */
  readonly head: ChainTag;
  readonly gaps: readonly ChainGap[];
}

/** What has come from one sender in one conversation. */
export interface ReceivedChain {
  readonly runs: readonly ChainRun[];
}

/** A chain on which nothing has come. */
export const EMPTY_RECEIVED_CHAIN: ReceivedChain = { runs: [] };

/** The chain with one content more, and how many are missing directly before it. */
export interface Received {
  readonly chain: ReceivedChain;
  readonly gap: number;
}

/** Takes in a content by its link and its tag. Throws Repeated, TooOld or ChainBroken, and `chain` stays as it was. */
export function receiveLink(chain: ReceivedChain, link: ChainLink, tag: ChainTag): Received {
  const known = chain.runs.find((run) => run.generation === link.generation);
  const others = chain.runs.filter((run) => run !== known);
  const run = extendRun(known ?? beginRun(link.generation), link, tag);
  const runs = [...others, run].sort((a, b) => b.generation - a.generation).slice(0, MAX_RUNS);
  if (!runs.includes(run)) throw refusal('TooOld');
  return { chain: { runs }, gap: missingInRun(run, link.sequence) };
}

/** How many contents are missing directly before content `sequence` now: late ones may have come since it was opened. */
export function missingBefore(chain: ReceivedChain, generation: number, sequence: number): number {
  const run = chain.runs.find((each) => each.generation === generation);
  return run === undefined ? 0 : missingInRun(run, sequence);
}

function missingInRun({ gaps }: ChainRun, sequence: number): number {
  const gap = gaps.find(({ to }) => to === sequence);
  return gap === undefined ? 0 : gap.to - gap.from;
}

function beginRun(generation: number): ChainRun {
  return { generation, floor: 0, next: 0, head: NO_CONTENT, gaps: [] };
}

function extendRun(run: ChainRun, link: ChainLink, tag: ChainTag): ChainRun {
  const { sequence, previous } = link;
  if (sequence < run.next) return fillGap(run, link, tag);
  if (sequence === run.next && !equalBytes(previous, run.head)) throw refusal('ChainBroken');
  const gap = { from: run.next, to: sequence, before: run.head, after: previous };
  return withGaps({ ...run, next: sequence + 1, head: tag }, [...run.gaps, gap]);
}

function fillGap(run: ChainRun, { sequence, previous }: ChainLink, tag: ChainTag): ChainRun {
  if (sequence < run.floor) throw refusal('TooOld');
  const gap = run.gaps.find(({ from, to }) => from <= sequence && sequence < to);
  if (gap === undefined) throw refusal('Repeated');
  if (sequence === gap.from && !equalBytes(previous, gap.before)) throw refusal('ChainBroken');
  if (sequence === gap.to - 1 && !equalBytes(tag, gap.after)) throw refusal('ChainBroken');
  const parts = [
    { ...gap, to: sequence, after: previous },
    { ...gap, from: sequence + 1, before: tag },
  ];
  return withGaps(
    run,
    run.gaps.flatMap((each) => (each === gap ? parts : [each])),
  );
}

/** The run with these gaps, less the empty ones, and less the oldest where they are one too many. */
function withGaps(run: ChainRun, candidates: readonly ChainGap[]): ChainRun {
  const gaps = candidates.filter(({ from, to }) => from < to);
  const oldest = gaps[0];
  if (oldest === undefined || gaps.length <= MAX_GAPS) return { ...run, gaps };
  return { ...run, gaps: gaps.slice(1), floor: oldest.to };
}

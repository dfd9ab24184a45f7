/**
 * Owns putting the chunks of a message together again, as a value: chunks may come in any order, late, more than once, and
 * beside chunks that a stranger or the site made up.
 * Does not own which messages were read: a complete message leaves the assembly, and a chunk of it that comes again opens
 * a new set. Whoever has the history asks it by message id first.
 *
 * Invariants: pure, time is handed in; no two sets have the same sender and message id; every set lacks a chunk; bounded
 * in sets, bytes and age; what came first is never overwritten.
 */
import { concatBytes, equalBytes } from '../bytes/index.ts';
import { type ArmouredBytes, type Chunk, isPossibleChunk, type MessageId } from './chunk-frame.ts';

/** Sets that are kept, at most: more unfinished messages than a person waits for, on all sites together. */
export const MAX_SETS = 256;

/** Payload bytes that are kept, at most: two messages of the greatest size, so that the latest set always has room. */
export const MAX_ASSEMBLY_BYTES = 2 * 1024 * 1024;

/** How long a set waits after its first chunk, in milliseconds: 30 days. A message that late is not coming. */
export const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;

/** UTF-16 units of a sender hint, at most. */
export const MAX_SENDER_LENGTH = 128;

/** A message of which chunks are missing: one place for each chunk, undefined where it has not come. */
export interface IncompleteMessage {
  /** Where the chunks seem to come from, as the caller names it: keeps the ids of different people apart. */
  readonly sender: string;
  readonly messageId: MessageId;
  /** When the first chunk came: milliseconds since 1970. */
  readonly firstSeenMs: number;
  readonly slices: readonly (ArmouredBytes | undefined)[];
}

/** The incomplete messages, the one that grew last at the end. */
export interface Assembly {
  readonly incomplete: readonly IncompleteMessage[];
}

/**
 * - complete: the message's bytes; its set is gone from the state.
 * - waiting: the chunk is kept; `have` of `of` chunks are here.
 * - duplicate: the same chunk is here already.
 * - conflict: a chunk of this sender and message id contradicts what came before, in the number of chunks or in the
 *   payload of its place. It is ignored.
 */
export type AssemblyOutcome =
  | { readonly kind: 'complete'; readonly bytes: ArmouredBytes }
  | { readonly kind: 'waiting' | 'duplicate'; readonly have: number; readonly of: number }
  | { readonly kind: 'conflict'; readonly over: 'count' | 'payload' };

/** An assembly after a step, and what the step did. */
export interface AssemblyStep {
  readonly state: Assembly;
  readonly outcome: AssemblyOutcome;
}

/** Nothing waits. */
export const EMPTY_ASSEMBLY: Assembly = { incomplete: [] };

/**
 * Takes in `chunk`, which seems to come from `sender` (1 to 128 units of well-formed text), at `nowMs`. Sets that are too
 * old go first; then, where there is more than the bounds allow, those that have not grown for longest. A duplicate or a
 * conflict changes nothing else. Throws RangeError for a sender, a time or a chunk that can't be.
 */
export function addChunk(assembly: Assembly, sender: string, chunk: Chunk, nowMs: number): AssemblyStep {
  if (!isSender(sender)) throw new RangeError('a sender hint has 1 to 128 characters');
  if (!isPossibleChunk(chunk.index, chunk.count, chunk.payload.length)) throw new RangeError('no such chunk');
  const state = expireAssembly(assembly, nowMs);
  const set = state.incomplete.find((each) => each.sender === sender && equalBytes(each.messageId, chunk.messageId));
  const slices = set?.slices ?? new Array<undefined>(chunk.count).fill(undefined);
  if (slices.length !== chunk.count) return { state, outcome: { kind: 'conflict', over: 'count' } };
  const held = slices[chunk.index];
  if (held !== undefined) return { state, outcome: again(held, chunk.payload, slices) };
  const grown = slices.with(chunk.index, chunk.payload);
  const others = state.incomplete.filter((each) => each !== set);
  if (isComplete(grown)) {
    const bytes = concatBytes(...grown) as ArmouredBytes;
    return { state: { incomplete: others }, outcome: { kind: 'complete', bytes } };
  }
  const firstSeenMs = set?.firstSeenMs ?? nowMs;
  const incomplete = [...others, { sender, messageId: chunk.messageId, firstSeenMs, slices: grown }];
  return { state: { incomplete: bound(incomplete) }, outcome: { kind: 'waiting', ...progress(grown) } };
}

/**
 * Drops sets whose first chunk came more than 30 days before `nowMs`. One from the future (the clock was set back) counts
 * from now on, so that it ends too. Gives back the same state where nothing changes. Throws RangeError for a time that is
 * not a non-negative integer.
 */
export function expireAssembly(assembly: Assembly, nowMs: number): Assembly {
  if (!Number.isSafeInteger(nowMs) || nowMs < 0) throw new RangeError('a time is in whole milliseconds since 1970');
  const { incomplete } = assembly;
  if (incomplete.every(({ firstSeenMs }) => firstSeenMs <= nowMs && nowMs - firstSeenMs <= MAX_AGE_MS)) return assembly;
  const kept = incomplete.filter(({ firstSeenMs }) => nowMs - firstSeenMs <= MAX_AGE_MS);
  return { incomplete: kept.map((set) => ({ ...set, firstSeenMs: Math.min(set.firstSeenMs, nowMs) })) };
}

/** Whether `text` may name a sender. */
export function isSender(text: string): boolean {
  return text.length > 0 && text.length <= MAX_SENDER_LENGTH && !/\p{Surrogate}/u.test(text);
}

/** Payload bytes that `sets` hold. */
export function heldBytes(sets: readonly IncompleteMessage[]): number {
  return sets.flatMap(({ slices }) => slices).reduce((total, slice) => total + (slice?.length ?? 0), 0);
}

/** How many chunks of a message have come, of how many. */
export function progress(slices: IncompleteMessage['slices']): { have: number; of: number } {
  return { have: slices.filter((slice) => slice !== undefined).length, of: slices.length };
}

function again(held: ArmouredBytes, payload: ArmouredBytes, slices: IncompleteMessage['slices']): AssemblyOutcome {
  if (!equalBytes(held, payload)) return { kind: 'conflict', over: 'payload' };
  return { kind: 'duplicate', ...progress(slices) };
}

function isComplete(slices: IncompleteMessage['slices']): slices is readonly ArmouredBytes[] {
  return slices.every((slice) => slice !== undefined);
}

function bound(sets: IncompleteMessage[]): IncompleteMessage[] {
  let first = Math.max(0, sets.length - MAX_SETS);
  let held = heldBytes(sets.slice(first));
  while (held > MAX_ASSEMBLY_BYTES) held -= heldBytes(sets.slice(first, ++first));
  return sets.slice(first);
}

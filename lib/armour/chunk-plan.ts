/**
 * Owns how a message is cut for a site: how many bytes a chunk carries, and how many chunks that makes.
 * Invariants: no chunk is longer than the site's limit less its slack; no message has more than 64 chunks.
 */
import type { Outcome } from '../failure/index.ts';
import { ALPHABETS, type Alphabet } from './alphabet.ts';
import { FRAME_OVERHEAD } from './chunk-frame.ts';
import { type AlphabetName, MAX_CHUNK_PAYLOAD, MAX_CHUNKS } from './constants.ts';
import type { TextUnit } from './count-text.ts';
import { type ArmourFailureCode, refuse } from './failure.ts';

/**
 * The longest message that a site takes: `amount`, counted in `unit`. `slack`, in the same unit, stays free in every
 * chunk for what the site may add, or for a limit that is a little lower than believed; 64 where it is not given.
 */
export interface TextLimit {
  readonly amount: number;
  readonly unit: TextUnit;
  readonly slack?: number;
}

/** How a message is cut: `count` chunks of `slice` payload bytes, the last one shorter. */
export interface ChunkPlan {
  readonly slice: number;
  readonly count: number;
}

/** The slack of a limit that names none: a site's limit is seldom documented, and a name or a prefix may count. */
const DEFAULT_SLACK = 64;

/**
 * How a message of `length` bytes is cut, before it is there: what a caller compares to choose an alphabet, or to refuse a
 * text before it is encrypted. (For one in twenty million of the largest base62 chunks, `encodeArmour` has to cut smaller.)
 * Refuses with TooLong. Throws RangeError for a length, amount or slack that is not a non-negative integer.
 */
export function planChunks(
  length: number,
  name: AlphabetName,
  limit: TextLimit,
): Outcome<ChunkPlan, ArmourFailureCode> {
  const alphabet = ALPHABETS[name];
  return cut(length, alphabet.usualCapacity(bodyLetters(alphabet, limit)));
}

/** The same with so much room for stuffing that chunks of any bytes whatever keep within the limit. */
export function planSurely(
  length: number,
  name: AlphabetName,
  limit: TextLimit,
): Outcome<ChunkPlan, ArmourFailureCode> {
  const alphabet = ALPHABETS[name];
  return cut(length, alphabet.sureCapacity(bodyLetters(alphabet, limit)));
}

/** The units of `limit` that a chunk may take. */
export function chunkBudget(limit: TextLimit): number {
  return requireCount(limit.amount) - requireCount(limit.slack ?? DEFAULT_SLACK);
}

function bodyLetters(alphabet: Alphabet, limit: TextLimit): number {
  const letters = Math.floor(chunkBudget(limit) / (limit.unit === 'utf8Bytes' ? alphabet.utf8Bytes : 1));
  return Math.max(0, letters - alphabet.sentinel.length - alphabet.end.length);
}

function cut(length: number, frameBytes: number): Outcome<ChunkPlan, ArmourFailureCode> {
  const slice = Math.min(frameBytes - FRAME_OVERHEAD, MAX_CHUNK_PAYLOAD);
  if (slice < 1) return refuse('TooLong');
  const count = Math.max(1, Math.ceil(requireCount(length) / slice));
  return count > MAX_CHUNKS ? refuse('TooLong') : { ok: true, value: { slice, count } };
}

function requireCount(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('a count is a non-negative integer');
  return value;
}

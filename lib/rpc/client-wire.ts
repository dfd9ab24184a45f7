/**
 * Owns the messages on a port and their strict reading.
 * Does not own what is inside a body: a method's own parser reads that.
 *
 * Invariants: a failure is {code, retry} and nothing else; a message that is not exactly one of these shapes is none.
 */
import type { Retry } from '../failure/index.ts';

/** From the caller. */
export interface CallMessage {
  readonly call: number;
  readonly method: string;
  readonly body?: unknown;
}

/** From the background. */
export type AnswerMessage =
  | { readonly done: number; readonly body?: unknown }
  | { readonly failed: number; readonly code: string; readonly retry: Retry }
  | { readonly event: string; readonly body?: unknown };

/**
 * The largest message, in units of {@link sizeWithin}: the longest text a person may send is a few ten thousand
 * letters and a batch of rows is some hundred times two kilobytes, so that a quarter of a million leaves room.
 */
export const MAX_MESSAGE_SIZE = 262_144;
/** Deeper nesting than any request of ours; a bound on the walk's stack. */
const MAX_DEPTH = 16;
const CODE = /^[A-Za-z]{1,64}$/;
const RETRIES: readonly unknown[] = ['never', 'later', 'user'];

/** Whether `value` measures at most `limit`: one for each value, and one for each UTF-16 unit of texts and names. */
export function sizeWithin(value: unknown, limit: number): boolean {
  return measure(value, limit, MAX_DEPTH) >= 0;
}

/** What is left of `room` after `value`; negative where it did not fit. */
function measure(value: unknown, room: number, depth: number): number {
  if (depth < 0) return -1;
  let left = room - 1;
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left;
  if (Array.isArray(value) && value.length > left) return -1;
  for (const name of Object.keys(value)) {
    left = measure((value as Record<string, unknown>)[name], left - name.length, depth - 1);
    if (left < 0) return left;
  }
  return left;
}

/** The call in `message`, or undefined. */
export function readCall(message: unknown): CallMessage | undefined {
  if (!isRecord(message) || !hasOnly(message, ['call', 'method', 'body'])) return undefined;
  if (!isId(message.call) || typeof message.method !== 'string') return undefined;
  return { call: message.call, method: message.method, body: message.body };
}

/** The answer or event in `message`, or undefined. */
export function readAnswer(message: unknown): AnswerMessage | undefined {
  if (!isRecord(message)) return undefined;
  if (isId(message.done) && hasOnly(message, ['done', 'body'])) return { done: message.done, body: message.body };
  if (typeof message.event === 'string' && hasOnly(message, ['event', 'body'])) {
    return { event: message.event, body: message.body };
  }
  if (!isId(message.failed) || !hasOnly(message, ['failed', 'code', 'retry'])) return undefined;
  const { code, retry } = message;
  if (typeof code !== 'string' || !CODE.test(code) || !RETRIES.includes(retry)) return undefined;
  return { failed: message.failed, code, retry: retry as Retry };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function hasOnly(record: Record<string, unknown>, names: readonly string[]): boolean {
  return Object.keys(record).every((name) => names.includes(name));
}

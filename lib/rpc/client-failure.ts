import { Failure } from '../failure/index.ts';

/**
 * What a call between the worlds can end in by itself; a handler's own codes travel beside these.
 * - WorkerGone: the background died or the port closed before the answer; whether the call took effect is unknown.
 * - ExtensionGone: the extension was updated or removed under this page; only a reload of the page helps.
 * - TimedOut: no answer in time; whether the call took effect is unknown.
 * - NotAllowed: this kind of caller may not call this method.
 * - UnknownMethod, BadRequest: the request is not one of the contract's.
 * - TooLarge, TooFast: a limit of the port.
 * - Internal: a defect on the other side; nothing more is told.
 */
export type RpcCode =
  | 'WorkerGone'
  | 'ExtensionGone'
  | 'TimedOut'
  | 'NotAllowed'
  | 'UnknownMethod'
  | 'BadRequest'
  | 'TooLarge'
  | 'TooFast'
  | 'Internal';

const RETRY = {
  WorkerGone: 'later',
  ExtensionGone: 'user',
  TimedOut: 'later',
  NotAllowed: 'never',
  UnknownMethod: 'never',
  BadRequest: 'never',
  TooLarge: 'never',
  TooFast: 'later',
  Internal: 'later',
} as const;

/** The failure for `code`, with the one retry advice that code has. */
export function rpcFailure(code: RpcCode): Failure<RpcCode> {
  return new Failure(code, RETRY[code]);
}

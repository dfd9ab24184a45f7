import { Failure } from '../failure/index.ts';

/**
 * How a frame can fail, as its mounting content script or the background says it.
 * - AnchorGone: the place on the page where the frame stands is no longer there.
 * - FrameSilent: the frame did not come up in time: the page is sandboxed, or the browser refused to load it.
 * - FrameFought: the page removed, moved or altered the frame again and again; it is not mounted any more.
 * - TicketRefused: a ticket that is unknown, used, expired, foreign, or shown by the wrong frame.
 * - TooManyTickets: more tickets or claims than a page of ours needs.
 */
export type FrameCode = 'AnchorGone' | 'FrameSilent' | 'FrameFought' | 'TicketRefused' | 'TooManyTickets';

const RETRY = {
  AnchorGone: 'later',
  FrameSilent: 'user',
  FrameFought: 'user',
  TicketRefused: 'never',
  TooManyTickets: 'later',
} as const;

/** The failure for `code`, with the one retry advice that code has. */
export function frameFailure(code: FrameCode): Failure<FrameCode> {
  return new Failure(code, RETRY[code]);
}

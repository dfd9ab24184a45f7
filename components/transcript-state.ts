/** Owns the sentences for the states of a bubble. */
import type { BubbleState, UnreadableReason } from '../lib/frames/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';

const STATES: Readonly<Partial<Record<BubbleState, TextKey>>> = {
  reading: 'bubbleReading',
  sending: 'bubbleSending',
  sent: 'bubbleSent',
  delivered: 'bubbleDelivered',
  unsent: 'bubbleUnsent',
  removed: 'bubbleRemoved',
  repeated: 'bubbleRepeated',
  resent: 'bubbleResent',
};

const REASONS: Readonly<Record<UnreadableReason, TextKey>> = {
  Damaged: 'bubbleDamaged',
  Incomplete: 'bubbleIncomplete',
  NotForYou: 'bubbleNotForYou',
  OtherConversation: 'bubbleOtherConversation',
  UpdateNeeded: 'bubbleUpdateNeeded',
  SessionLost: 'bubbleSessionLost',
  ContactKeyChanged: 'bubbleKeyChanged',
  NoRoom: 'bubbleNoRoom',
};

/** The word or sentence for `state`, or null where the bubble speaks for itself. */
export function stateText(state: BubbleState): string | null {
  const key = STATES[state];
  return key === undefined ? null : text(key);
}

/** Why a message cannot be read, and what to do. */
export function reasonText(reason: UnreadableReason | null): string {
  return text(reason === null ? 'bubbleUnreadable' : REASONS[reason]);
}

/** Reasons for which an invite could not be accepted. */
const ACCEPTING: Readonly<Record<string, TextKey>> = {
  ContactKeyChanged: 'bubbleKeyChanged',
  InviteExpired: 'bubbleInviteExpired',
  OtherConversation: 'bubbleOtherConversation',
  StoreFull: 'bubbleNoRoom',
};

/** Why the invite was not accepted, for the failure called `code`, and what to do. */
export function acceptFailureText(code: string): string {
  return text((Object.hasOwn(ACCEPTING, code) ? ACCEPTING[code] : undefined) ?? 'inviteFailed');
}

/** How many before this one have not arrived. */
export function missingText(count: number): string {
  return count === 1 ? text('bubbleMissingOne') : text('bubbleMissing', String(count));
}

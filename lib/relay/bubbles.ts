/** Owns turning what the use cases say of a row into what a bubble shows: reasons that frames know, and invites as sentences. */
import type { BubbleView } from '../conversation/index.ts';
import type { Bubble, UnreadableReason } from '../frames/index.ts';
import { type TextKey, text } from '../text/index.ts';

type Reason = NonNullable<BubbleView['reason']>;

/** Reasons that have no sentence of their own in the frame. */
const REASONS: Readonly<Partial<Record<Reason, UnreadableReason>>> = {
  Damaged: 'Damaged',
  ChainBroken: 'Damaged',
  Incomplete: 'Incomplete',
  UpdateNeeded: 'UpdateNeeded',
  NotForYou: 'NotForYou',
  InviteOwn: 'NotForYou',
  OtherConversation: 'OtherConversation',
  InviteForOtherSite: 'OtherConversation',
  InviteForOtherConversation: 'OtherConversation',
  SessionLost: 'SessionLost',
  TooFarAhead: 'SessionLost',
  ContactKeyChanged: 'ContactKeyChanged',
  NoRoom: 'NoRoom',
};

/** Said in a bubble of its own. */
const SENTENCES: Readonly<Partial<Record<Reason, TextKey>>> = {
  InviteExpired: 'bubbleInviteExpired',
  InviteUsed: 'bubbleInviteUsed',
};

/** The bubble of `view`; `arriving` while more of it may well be on its way. */
export function showBubble({ acceptable, ...view }: BubbleView, arriving: boolean): Bubble {
  const { reason, name, from, state } = view;
  if (arriving) return { ...view, reason: null, state: 'reading' };
  const who = name === '' ? text('someone') : name;
  if (state === 'restored') return { ...view, reason: null, state: 'note', text: text('bubbleTheyRestored', who) };
  if (state === 'invite') {
    if (from === 'me') return { ...view, reason: null, state: 'delivered', text: text('bubbleOwnInvite', who) };
    if (!acceptable) return { ...view, reason: null, state: 'received', text: text('bubbleTheirInvite', who) };
    return { ...view, reason: null, state, name: who };
  }
  const sentence = reason === null ? undefined : SENTENCES[reason];
  if (sentence !== undefined) return { ...view, reason: null, state: 'received', text: text(sentence) };
  return { ...view, state, reason: reason === null ? null : (REASONS[reason] ?? null) };
}

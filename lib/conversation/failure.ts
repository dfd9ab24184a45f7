/** Owns the closed union of what the use cases refuse, and how. */
import { Failure, type Retry } from '../failure/index.ts';
import type { StoreFailureCode } from '../store/index.ts';

/**
 * Reading a row of the page:
 * - NotArmour: an ordinary text. Incomplete: cut off, folded, or not yet all there.
 * - Damaged: altered on the way, forged, or made by something that is not Sotto.
 * - UpdateNeeded: made by a newer Sotto.
 * - NotForYou: for other people, for another account, or for keys that this installation does not have.
 * - OtherConversation: authentic, and made for another conversation or site: the site or a person moved it here.
 * - SessionLost: the keys for it are no longer here. TooFarAhead: so many before it are missing that its keys are not made.
 * - ContactKeyChanged: from another identity key than the one that the person accepted.
 * - NoRoom: there is no room left to keep it. It is read when it is shown again.
 * - Replayed: a copy of a message that was read, in another wrapping.
 * - ChainBroken: it does not fit the messages beside it: its sender went back to an old state.
 * Invites:
 * - InviteExpired, InviteForOtherSite, InviteForOtherConversation, InviteUsed, InviteUnknown (nothing such was read),
 *   InviteOwn (one's own can't be accepted).
 * Sending:
 * - SessionNotFound: there is no private chat here (any more). UntrustedIdentity: the contact's key has changed.
 * - ContactRenamed: the page calls the contact by another name than when the private chat began.
 * - TooLong: the text does not fit the site. TextNotWellFormed: it holds half a surrogate pair.
 * - SendUnknown: nothing such waits to be sent.
 * - RestoreUnfinished: the identity for it may still come out of the backup that is being restored.
 */
export type ConversationFailureCode =
  | 'NotArmour'
  | 'Incomplete'
  | 'Damaged'
  | 'UpdateNeeded'
  | 'NotForYou'
  | 'OtherConversation'
  | 'SessionLost'
  | 'TooFarAhead'
  | 'ContactKeyChanged'
  | 'NoRoom'
  | 'Replayed'
  | 'ChainBroken'
  | 'InviteExpired'
  | 'InviteForOtherSite'
  | 'InviteForOtherConversation'
  | 'InviteUsed'
  | 'InviteUnknown'
  | 'InviteOwn'
  | 'SessionNotFound'
  | 'UntrustedIdentity'
  | 'ContactRenamed'
  | 'TooLong'
  | 'TextNotWellFormed'
  | 'SendUnknown'
  | 'RestoreUnfinished';

const LATER: readonly ConversationFailureCode[] = ['Incomplete', 'TooFarAhead', 'RestoreUnfinished'];
const NEVER: readonly ConversationFailureCode[] = [
  'NotArmour',
  'NotForYou',
  'OtherConversation',
  'Replayed',
  'InviteOwn',
  'InviteUnknown',
  'SendUnknown',
];

/** Makes the failure to throw. Nothing of the input goes into it. */
export function refusal(code: ConversationFailureCode, cause?: unknown): Failure<ConversationFailureCode> {
  return new Failure(code, retryOf(code), cause);
}

function retryOf(code: ConversationFailureCode): Retry {
  if (LATER.includes(code)) return 'later';
  return NEVER.includes(code) ? 'never' : 'user';
}

/** Stored bytes that open and are not what their room wrote: the store's own failure, since nothing can go on from it. */
export function storeDamaged(cause?: unknown): Failure<StoreFailureCode> {
  return new Failure<StoreFailureCode>('StoreDamaged', 'user', cause);
}

/** Owns the closed union of what can go wrong with the content of a message, and how the room refuses. */
import { Failure, type Retry } from '../failure/index.ts';

/**
 * - Malformed: not the one spelling of a content, or a value outside its bounds.
 * - BadPadding: not one of the sizes, or not padded as this room pads.
 * - WrongSite, WrongConversation, WrongSender: authentic, but made for another place; the site moved it.
 * - Repeated: this sequence number was received before.
 * - TooOld: before everything that the chain still keeps account of; received before, or given up long ago.
 * - ChainBroken: it does not fit the messages beside it; its sender went back to an old state.
 * - TextTooLong, TextNotWellFormed: the text to be sent is over its limit, or holds half a surrogate pair.
 * - InvalidState: stored bytes that this room did not write, or wrote in another version.
 */
export type ContentFailureCode =
  | 'Malformed'
  | 'BadPadding'
  | 'WrongSite'
  | 'WrongConversation'
  | 'WrongSender'
  | 'Repeated'
  | 'TooOld'
  | 'ChainBroken'
  | 'TextTooLong'
  | 'TextNotWellFormed'
  | 'InvalidState';

/** A failure of this room; `user` where the person who wrote the text can mend it. */
const RETRY: Partial<Record<ContentFailureCode, Retry>> = { TextTooLong: 'user', TextNotWellFormed: 'user' };

/** Makes the failure to throw. Nothing of the input goes into it. */
export function refusal(code: ContentFailureCode): Failure<ContentFailureCode> {
  return new Failure(code, RETRY[code] ?? 'never');
}

/** The use cases: invite, accept, send, receive, verify. docs/conversation.md is the same in prose. */
export { acceptInvite } from './accept.ts';
export type { ConversationFailureCode } from './failure.ts';
export { INVITE_LIFE_MS, INVITE_SENTENCE, invite } from './invite.ts';
export { type HandOut, markFailed, markSent, retrySending, takeOutbox } from './outbox.ts';
export type { Page, SiteText } from './place.ts';
export { type Reading, readSpans } from './receive.ts';
export { endConversation, sendText, type TextToSend } from './send.ts';
export type { Surroundings } from './surroundings.ts';

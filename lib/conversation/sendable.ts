/** Owns whether a conversation may be written to now. */
import type { Conversation } from './conversation-row.ts';
import { refusal } from './failure.ts';

/** Why nothing can be sent, or undefined. `peer`: whom the page names now, where it does. */
export function blockOf(
  conversation: Conversation | undefined,
  peer: string | undefined,
): 'SessionNotFound' | 'UntrustedIdentity' | 'ContactRenamed' | undefined {
  if (conversation?.state === 'keyChanged') return 'UntrustedIdentity';
  if (conversation?.state !== 'private') return 'SessionNotFound';
  // The page may have put somebody else's name over this conversation.
  const renamed = peer !== undefined && conversation.peer !== undefined && peer !== conversation.peer;
  return renamed ? 'ContactRenamed' : undefined;
}

/** The conversation, if it may be written to. Throws what `blockOf` says. */
export function requireSendable(conversation: Conversation | undefined, peer: string | undefined): Conversation {
  const block = blockOf(conversation, peer);
  if (block !== undefined || conversation === undefined) throw refusal(block ?? 'SessionNotFound');
  return conversation;
}

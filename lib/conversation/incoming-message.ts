/** Owns reading a message of an open session. */
import { equalBytes } from '../bytes/index.ts';
import type { Failure } from '../failure/index.ts';
import { decryptMessage, type SignalFailureCode } from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { type Conversation, SESSIONS, type Tag, type Thread } from './conversation-row.ts';
import { findConversation } from './entries.ts';
import { type ConversationFailureCode, refusal, storeDamaged } from './failure.ts';
import { answerRestored, takeContent } from './incoming-content.ts';
import type { HistoryId } from './message-rows.ts';
import type { Payload } from './payload.ts';
import { type Page, placeOf } from './place.ts';
import type { Surroundings } from './surroundings.ts';
import { findTag, findThread } from './thread.ts';

/** Decrypts and keeps. Throws NotForYou, OtherConversation, SessionLost, or what `signalRefusal` says. */
export async function takeMessage(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  { tag, message }: Extract<Payload, { kind: 'message' }>,
): Promise<HistoryId> {
  const { mine, elsewhere } = await findTag(rows, placeOf(page).personaId, tag);
  if (mine === undefined) throw refusal(elsewhere ? 'OtherConversation' : 'NotForYou');
  const [{ conversation, thread }, session] = await Promise.all([
    requireThread(rows, page, mine),
    rows.get(SESSIONS, mine.conversationId),
  ]);
  const decrypted = decryptMessage({
    record: session,
    message,
    trustedIdentity: conversation.peerIdentity,
    random: around.random,
  });
  if (!decrypted.ok) throw signalRefusal(decrypted.failure);
  const { record, plaintext } = decrypted.value;
  await rows.put(SESSIONS, conversation.id, conversation.id, record);
  const taken = await takeContent(rows, around, { conversation, thread, plaintext });
  await answerRestored(rows, around, page, { ...taken, thread });
  return taken.id;
}

/** What a tag of this persona leads to, if that is what `page` shows and the other side wrote it. */
export async function requireThread(
  rows: Rows,
  page: Page,
  { conversationId, inviteId, own }: Tag,
): Promise<{ readonly conversation: Conversation; readonly thread: Thread }> {
  if (!equalBytes(conversationId, placeOf(page).conversationId)) throw refusal('OtherConversation');
  // Whatever we sent is in the ledger under the message id that we gave it.
  if (own) throw refusal('Replayed');
  const [conversation, thread] = await Promise.all([
    findConversation(rows, conversationId),
    findThread(rows, conversationId, inviteId),
  ]);
  if (conversation === undefined || thread === undefined) throw refusal('SessionLost');
  return { conversation, thread };
}

/** What a refusal to decrypt means here. */
export function signalRefusal(failure: Failure<SignalFailureCode>): Failure {
  if (failure.code === 'InvalidState') return storeDamaged(failure);
  return refusal(CODES[failure.code] ?? 'Damaged', failure);
}

const CODES: Partial<Record<SignalFailureCode, ConversationFailureCode>> = {
  DuplicateMessage: 'Replayed',
  ReusedBaseKey: 'Replayed',
  MessageGapTooBig: 'TooFarAhead',
  UnknownVersion: 'UpdateNeeded',
  SessionNotFound: 'SessionLost',
  PreKeyNotFound: 'SessionLost',
  PreKeyExhausted: 'SessionLost',
  UntrustedIdentity: 'ContactKeyChanged',
};

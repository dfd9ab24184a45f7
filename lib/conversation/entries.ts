/** Owns finding, making and changing what is kept of one conversation inside a step. */

import type { Chunk } from '../armour/index.ts';
import { type Bytes, bytesOfLength, decodeBase64Url, encodeBase64Url, encodeUtf8, equalBytes } from '../bytes/index.ts';
import { sha256 } from '../crypto/index.ts';
import type { IdentityKey } from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { queueContact, queueMessage } from './backup-queue.ts';
import { MARKS } from './backup-rows.ts';
import { ALL_CONVERSATIONS, CONVERSATIONS, type Conversation } from './conversation-row.ts';
import { digest } from './digest.ts';
import {
  HISTORY,
  type HistoryEntry,
  type HistoryId,
  LEDGER,
  type LedgerEntry,
  OUTBOX,
  type Outgoing,
} from './message-rows.ts';
import { personaKey } from './persona.ts';
import { type ConversationId, type Page, type PersonaId, placeOf } from './place.ts';

const ID_BYTES = 16;
const DIGEST_BYTES = 8;

/** The conversation of an id, or undefined. */
export function findConversation(rows: Rows, id: ConversationId): Promise<Conversation | undefined> {
  return rows.get(CONVERSATIONS, id);
}

/** Keeps `conversation`, and what of it is backed up. */
export async function saveConversation(rows: WritableRows, conversation: Conversation): Promise<void> {
  await queueContact(rows, conversation);
  await rows.put(CONVERSATIONS, conversation.id, ALL_CONVERSATIONS, conversation);
}

/** A conversation that nothing happened in yet. */
export function beginConversation(page: Page): Conversation {
  const { personaId, conversationId } = placeOf(page);
  return {
    id: conversationId,
    personaId,
    site: page.site,
    name: page.conversation,
    peer: page.peer,
    state: 'inviting',
    heldState: undefined,
    peerIdentity: undefined,
    verifiedIdentity: undefined,
    pendingIdentity: undefined,
    openingInvite: undefined,
    ownInvite: undefined,
    theirInvite: undefined,
    nextOrder: 0,
  };
}

/** The conversation when somebody with another identity key answers: nothing is sent until the person decides. */
export function withChangedKey(conversation: Conversation, pendingIdentity: IdentityKey): Conversation {
  const { state, heldState } = conversation;
  return {
    ...conversation,
    state: 'keyChanged',
    heldState: state === 'keyChanged' ? heldState : state,
    pendingIdentity,
  };
}

/** The conversation when a session was opened. A changed key that waits for the person goes on waiting. */
export function withSession(conversation: Conversation): Conversation {
  return conversation.state === 'keyChanged'
    ? { ...conversation, heldState: 'private' }
    : { ...conversation, state: 'private' };
}

/** The id of an entry: the same for the same `parts`, so that nothing is kept twice. */
export function historyIdOf(conversationId: ConversationId, what: string, name: Uint8Array): HistoryId {
  const whole = digest('sotto history', conversationId, encodeUtf8(what), name);
  return bytesOfLength(whole.slice(0, ID_BYTES), ID_BYTES);
}

/** How the frames and the page call an entry: 22 letters. */
export function nameOfEntry(id: HistoryId): string {
  return encodeBase64Url(id);
}

/** The entry that is called `name`, or undefined for a name that no entry has. */
export function entryOfName(name: string): HistoryId | undefined {
  const bytes = decodeBase64Url(name);
  return bytes?.length === ID_BYTES ? bytesOfLength(bytes, ID_BYTES) : undefined;
}

/** Keeps an entry of the history. */
export function saveEntry(rows: WritableRows, entry: HistoryEntry): Promise<void> {
  return rows.put(HISTORY, entry.id, entry.conversationId, entry);
}

/** Keeps what is to be sent. */
export function saveOutgoing(rows: WritableRows, outgoing: Outgoing): Promise<void> {
  return rows.put(OUTBOX, outgoing.id, outgoing.conversationId, outgoing);
}

/** Keeps which message the armour of `messageId` is, and what of it is backed up: its entry stands in the history already. */
export async function saveLedgerEntry(
  rows: WritableRows,
  personaId: PersonaId,
  messageId: Uint8Array,
  entry: LedgerEntry,
): Promise<void> {
  const { historyId, conversationId, digests } = entry;
  await rows.put(LEDGER, ledgerKey(personaId, messageId), conversationId, entry);
  const mark = { historyId, conversationId, messageId: messageId as Bytes<'ArmourMessageId'>, digests };
  await rows.put(MARKS, historyId, conversationId, mark);
  await queueMessage(rows, historyId);
}

/** Where the ledger keeps a message: two personas of one installation may talk to each other. */
export function ledgerKey(personaId: PersonaId, messageId: Uint8Array): Uint8Array {
  return personaKey(personaId, messageId);
}

/** What the ledger keeps of the payload of one chunk. */
export function chunkDigest(payload: Uint8Array): LedgerEntry['digests'][number] {
  return bytesOfLength(sha256(payload).slice(0, DIGEST_BYTES), DIGEST_BYTES);
}

/** Whether `chunk` is the one that the ledger knows under its message id and index. */
export function isKnownChunk({ digests }: LedgerEntry, { index, count, payload }: Chunk): boolean {
  const known = digests[index];
  return digests.length === count && known !== undefined && equalBytes(known, chunkDigest(payload));
}

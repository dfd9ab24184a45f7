/**
 * Owns threads: what both sides derive from an accepted invite, and which thread is used where there are several.
 *
 * agreed key = digest("sotto agreed key", invite id, lower identity key, higher identity key): 32 bytes
 * tag        = first 8 bytes of digest("sotto message tag", agreed key, identity key of the sender)
 *
 * Which one is used: the highest generation; of equal ones those on which something came (the other side surely has them),
 * where there are any; of these the invite of the lower identity key, then the lower invite id. Both sides find the same
 * one once they heard on the same ones, in whatever order things arrive.
 */
import { bytesOfLength, compareBytes, concatBytes, encodeBase64Url, equalBytes } from '../bytes/index.ts';
import {
  beginSentChain,
  bindContext,
  type ContentContext,
  EMPTY_RECEIVED_CHAIN,
  encodeReceivedChain,
  encodeSentChain,
} from '../content/index.ts';
import { sha256 } from '../crypto/index.ts';
import type { IdentityKey } from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import {
  type AgreedKey,
  type Conversation,
  type InviteId,
  type MessageTag,
  TAGS,
  type Tag,
  THREADS,
  type Thread,
} from './conversation-row.ts';
import { digest } from './digest.ts';
import { personaKey } from './persona.ts';
import type { ConversationId, PersonaId } from './place.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 8;

/** What both sides call the conversation that an invite began. */
export function agreeKey(inviteId: InviteId, a: IdentityKey, b: IdentityKey): AgreedKey {
  const [lower, higher] = compareBytes(a, b) <= 0 ? [a, b] : [b, a];
  return bytesOfLength(digest('sotto agreed key', inviteId, lower, higher), KEY_BYTES);
}

/** What stands in front of what `sender` sends in the conversation `key`. */
export function tagOf(key: AgreedKey, sender: IdentityKey): MessageTag {
  return bytesOfLength(digest('sotto message tag', key, sender).slice(0, TAG_BYTES), TAG_BYTES);
}

/** The place that contents of `sender` are bound to. */
export function contextOf(site: string, key: AgreedKey, sender: IdentityKey): ContentContext {
  return bindContext({ site, conversation: encodeBase64Url(key), sender }, sha256);
}

/** What a new thread is made of. */
export interface ThreadBeginning {
  readonly personaId: PersonaId;
  readonly conversationId: ConversationId;
  readonly ownIdentity: IdentityKey;
  readonly peerIdentity: IdentityKey;
  readonly inviter: IdentityKey;
  readonly inviteId: InviteId;
  readonly generation: number;
}

/** Keeps a new thread and what its tags lead to. */
export async function beginThread(rows: WritableRows, beginning: ThreadBeginning): Promise<Thread> {
  const { personaId, conversationId, ownIdentity, peerIdentity, inviter, inviteId, generation } = beginning;
  const key = agreeKey(inviteId, ownIdentity, peerIdentity);
  const thread: Thread = {
    conversationId,
    inviteId,
    generation,
    inviter,
    peerIdentity,
    key,
    sent: encodeSentChain(beginSentChain()),
    received: encodeReceivedChain(EMPTY_RECEIVED_CHAIN),
    heard: false,
  };
  await saveThread(rows, thread);
  for (const own of [true, false]) {
    const tag = tagOf(key, own ? ownIdentity : peerIdentity);
    await rows.put(TAGS, personaKey(personaId, tag), tag, { conversationId, inviteId, own });
  }
  return thread;
}

/** Keeps `thread`. */
export function saveThread(rows: WritableRows, thread: Thread): Promise<void> {
  const { conversationId, inviteId } = thread;
  return rows.put(THREADS, concatBytes(conversationId, inviteId), conversationId, thread);
}

/** The thread that an invite began, or undefined. */
export function findThread(
  rows: Rows,
  conversationId: ConversationId,
  inviteId: InviteId,
): Promise<Thread | undefined> {
  return rows.get(THREADS, concatBytes(conversationId, inviteId));
}

/** All threads of a conversation. */
export function listThreads(rows: Rows, conversationId: ConversationId): Promise<Thread[]> {
  return rows.list(THREADS, conversationId);
}

/** What `tag` leads to for this persona; or that only another persona of this installation has it. */
export async function findTag(
  rows: Rows,
  personaId: PersonaId,
  tag: Uint8Array,
): Promise<{ readonly mine: Tag | undefined; readonly elsewhere: boolean }> {
  const mine = await rows.get(TAGS, personaKey(personaId, tag));
  return { mine, elsewhere: mine === undefined && (await rows.list(TAGS, tag)).length > 0 };
}

/** Whether a thread is with the identity key that the conversation is with now. */
export function isWithPeer({ peerIdentity }: Pick<Conversation, 'peerIdentity'>, thread: Thread): boolean {
  return peerIdentity !== undefined && equalBytes(peerIdentity, thread.peerIdentity);
}

/** The thread that a message of a conversation would go on, or undefined. */
export async function usedThread(
  rows: Rows,
  { id, peerIdentity }: Pick<Conversation, 'id' | 'peerIdentity'>,
): Promise<Thread | undefined> {
  return peerIdentity && chooseThread(await listThreads(rows, id), peerIdentity);
}

/** The thread to send on to `peerIdentity`, or undefined where there is none. */
export function chooseThread(threads: readonly Thread[], peerIdentity: IdentityKey): Thread | undefined {
  return threads.filter((thread) => equalBytes(thread.peerIdentity, peerIdentity)).sort(byRank)[0];
}

function byRank(a: Thread, b: Thread): number {
  return (
    b.generation - a.generation ||
    Number(b.heard) - Number(a.heard) ||
    compareBytes(a.inviter, b.inviter) ||
    compareBytes(a.inviteId, b.inviteId)
  );
}

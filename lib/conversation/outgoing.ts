/**
 * Owns making one message: content, ciphertext, armour, and everything that is kept with it, inside the caller's step.
 * Does not own the step, nor the page's part of sending.
 * Invariant: session, thread, outbox, ledger and history are written together or not at all, so that a message key is used
 * once: whoever asks again under the same name gets what was made the first time.
 */
import { countText, decodeChunk, encodeArmour, MESSAGE_ID_BYTES, type MessageId } from '../armour/index.ts';
import { bytesOfLength, wipe } from '../bytes/index.ts';
import { type Content, decodeSentChain, encodeSentChain, type SentChain, sealContent } from '../content/index.ts';
import { sha256 } from '../crypto/index.ts';
import { encryptMessage, type SignalFailureCode } from '../signal/index.ts';
import type { WritableRows } from '../store/index.ts';
import { type Conversation, SESSIONS, type Thread } from './conversation-row.ts';
import { chunkDigest, saveConversation, saveEntry, saveLedgerEntry, saveOutgoing } from './entries.ts';
import { type ConversationFailureCode, refusal, storeDamaged } from './failure.ts';
import type { HistoryId, Outgoing } from './message-rows.ts';
import { encodeMessagePayload } from './payload.ts';
import type { Persona } from './persona-row.ts';
import type { SiteText } from './place.ts';
import type { Surroundings } from './surroundings.ts';
import { contextOf, saveThread, tagOf } from './thread.ts';

/** Who sends what, where. */
export interface Sending {
  readonly persona: Persona;
  readonly conversation: Conversation;
  readonly thread: Thread;
  readonly content: Content;
  readonly id: HistoryId;
  readonly site: SiteText;
  /** Whether the person carries it to the site; otherwise a page does. */
  readonly byHand?: boolean;
  /** Its place in the history, where it has one already. */
  readonly order?: number;
}

/**
 * Makes the message and keeps it in the outbox. Gives the conversation as it is kept now. Throws TooLong,
 * TextNotWellFormed, SessionNotFound or UntrustedIdentity.
 */
export async function queueContent(rows: WritableRows, around: Surroundings, sending: Sending): Promise<Conversation> {
  const { persona, conversation, thread, content, id, site } = sending;
  const link = requireChain(thread);
  const context = contextOf(conversation.site, thread.key, persona.identity.publicKey);
  const sealed = sealContent(content, context, link, sha256);
  if (!sealed.ok)
    throw refusal(sealed.failure.code === 'TextTooLong' ? 'TooLong' : 'TextNotWellFormed', sealed.failure);
  const { plaintext, chain } = sealed.value;
  const encrypted = encryptMessage({
    record: await rows.get(SESSIONS, conversation.id),
    plaintext,
    trustedIdentity: conversation.peerIdentity,
    nowMs: around.now(),
    random: around.random,
  });
  wipe(plaintext);
  if (!encrypted.ok) throw refusal(SIGNAL_CODES[encrypted.failure.code] ?? 'SessionNotFound', encrypted.failure);
  await rows.put(SESSIONS, conversation.id, conversation.id, encrypted.value.record);
  await saveThread(rows, { ...thread, sent: encodeSentChain(chain) });
  const tag = tagOf(thread.key, persona.identity.publicKey);
  const opening = conversation.openingInvite ?? thread.inviteId;
  const payload = encodeMessagePayload(tag, encrypted.value.message, opening);
  await saveEntry(rows, {
    id,
    conversationId: conversation.id,
    order: sending.order ?? conversation.nextOrder,
    at: around.now(),
    from: 'me',
    kind: content.kind === 'text' ? 'text' : 'control',
    text: content.kind === 'text' ? content.text : '',
    inviteId: thread.inviteId,
    generation: link.generation,
    sequence: link.sequence,
    raw: undefined,
    removed: false,
  });
  await saveArmour(rows, around, { conversation, id, payload, site, byHand: sending.byHand ?? false });
  return countEntry(rows, conversation);
}

/** Keeps `conversation` with one entry more. */
export async function countEntry(rows: WritableRows, conversation: Conversation): Promise<Conversation> {
  const counted = { ...conversation, nextOrder: conversation.nextOrder + 1 };
  await saveConversation(rows, counted);
  return counted;
}

/** What goes into the outbox. */
export interface ArmourToSave {
  readonly conversation: Conversation;
  readonly id: HistoryId;
  readonly payload: Uint8Array;
  readonly site: SiteText;
  /** What anybody can read, in front of the armour. */
  readonly sentence?: string;
  readonly byHand?: boolean;
}

/** Writes `payload` as armour, once and for all, into outbox and ledger. Throws TooLong. */
export async function saveArmour(rows: WritableRows, around: Surroundings, saving: ArmourToSave): Promise<void> {
  const { conversation, id, payload, site, sentence, byHand = false } = saving;
  const messageId: MessageId = bytesOfLength(around.random(MESSAGE_ID_BYTES), MESSAGE_ID_BYTES);
  const armour = encodeArmour(payload, { messageId, ...site });
  if (!armour.ok) throw refusal('TooLong', armour.failure);
  const { texts, chunkOf } = withSentence(armour.value, sentence, site);
  await saveOutgoing(rows, {
    id,
    conversationId: conversation.id,
    order: conversation.nextOrder,
    state: byHand ? 'byHand' : 'toSend',
    reason: undefined,
    texts,
    chunkOf,
    seen: [],
  });
  await saveLedgerEntry(rows, conversation.personaId, messageId, {
    historyId: id,
    conversationId: conversation.id,
    own: true,
    digests: armour.value.map((chunk) => chunkDigest(payloadOf(chunk))),
  });
}

/** In one text where the site takes that, or else as a text of its own. */
function withSentence(
  chunks: readonly string[],
  sentence: string | undefined,
  { limit }: SiteText,
): Pick<Outgoing, 'texts' | 'chunkOf'> {
  const indexes = chunks.map((_, index) => index);
  if (sentence === undefined) return { texts: chunks, chunkOf: indexes };
  const whole = `${sentence} ${chunks[0]}`;
  const fits = countText(whole, limit.unit) <= limit.amount - (limit.slack ?? 0);
  if (chunks.length === 1 && fits) return { texts: [whole], chunkOf: [0] };
  return { texts: [sentence, ...chunks], chunkOf: [undefined, ...indexes] };
}

function payloadOf(chunk: string): Uint8Array {
  const decoded = decodeChunk(chunk);
  if (!decoded.ok) throw new RangeError('a chunk of our own does not decode');
  return decoded.value.payload;
}

function requireChain(thread: Thread): SentChain {
  const chain = decodeSentChain(thread.sent);
  if (!chain.ok) throw storeDamaged(chain.failure);
  return chain.value;
}

/** What a refusal to encrypt means here. */
const SIGNAL_CODES: Partial<Record<SignalFailureCode, ConversationFailureCode>> = {
  UntrustedIdentity: 'UntrustedIdentity',
};

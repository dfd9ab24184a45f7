/**
 * Owns taking in a decrypted plaintext: it must be for this place and fit the chain, and becomes an entry of the history.
 * Does not own decrypting, nor the session record.
 */
import { wipe } from '../bytes/index.ts';
import {
  type ContentContext,
  type ContentFailureCode,
  decodeReceivedChain,
  encodeReceivedChain,
  openContent,
  type ReceivedContent,
} from '../content/index.ts';
import { sha256 } from '../crypto/index.ts';
import type { WritableRows } from '../store/index.ts';
import { queueMessage } from './backup-queue.ts';
import type { Conversation, Thread } from './conversation-row.ts';
import { historyIdOf, saveEntry } from './entries.ts';
import { type ConversationFailureCode, refusal, storeDamaged } from './failure.ts';
import { HISTORY, type HistoryEntry, type HistoryId } from './message-rows.ts';
import { countEntry } from './outgoing.ts';
import type { Page } from './place.ts';
import { firstShown, savePreview } from './preview-rows.ts';
import { sendAgain } from './resend.ts';
import { RESENT_LINE, RESTORED_LINE, takeResent } from './restored.ts';
import type { Surroundings } from './surroundings.ts';
import { contextOf, saveThread } from './thread.ts';

/** What was decrypted, and where. */
export interface Decrypted {
  readonly conversation: Conversation;
  readonly thread: Thread;
  /** Wiped here. */
  readonly plaintext: Uint8Array;
}

/** What was kept. */
export interface TakenContent {
  readonly id: HistoryId;
  /** As it is kept now. */
  readonly conversation: Conversation;
  readonly content: ReceivedContent;
}

/** Keeps what was said. Gives its entry and the conversation as it is kept now. Throws what `CODES` says. */
export async function takeContent(
  rows: WritableRows,
  around: Surroundings,
  { conversation, thread, plaintext }: Decrypted,
): Promise<TakenContent> {
  const context = contextOf(conversation.site, thread.key, thread.peerIdentity);
  const chain = decodeReceivedChain(thread.received);
  if (!chain.ok) throw storeDamaged(chain.failure);
  const opened = openContent(plaintext, context, chain.value, sha256);
  if (!opened.ok) throw refusal(CODES[opened.failure.code] ?? 'Damaged', opened.failure);
  const { content, generation, sequence, id: contentId } = opened.value;
  await saveThread(rows, { ...thread, received: encodeReceivedChain(opened.value.chain), heard: true });
  if (content.kind === 'unsend') await removeEntry(rows, historyIdOf(conversation.id, 'received', content.target));
  const id = historyIdOf(conversation.id, 'received', contentId);
  // Nobody asked for it: there is nothing of it to keep.
  const isUnasked = content.kind === 'resent' && !(await takeResent(rows, around, { conversation, thread, content }));
  const kept = isUnasked ? NOTHING : keptOf(content, plaintext, context);
  await saveEntry(rows, {
    id,
    conversationId: conversation.id,
    order: conversation.nextOrder,
    at: around.now(),
    from: 'them',
    ...kept,
    inviteId: thread.inviteId,
    generation,
    sequence,
    removed: false,
  });
  const preview = content.kind === 'text' ? firstShown(content.text, content.previews) : undefined;
  if (preview !== undefined) await savePreview(rows, { id, conversationId: conversation.id }, preview);
  wipe(plaintext);
  const ended = content.kind === 'control' && content.notice.type === 'end-session';
  const counted = await countEntry(rows, ended ? { ...conversation, state: 'ended' } : conversation);
  return { id, conversation: counted, content };
}

/** Where `taken` is the first word of a contact's restored browser: what it missed is sent again. */
export async function answerRestored(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  { conversation, thread, content }: TakenContent & { readonly thread: Thread },
): Promise<void> {
  if (content.kind !== 'control' || content.notice.type !== 'restored') return;
  const { after } = content.notice;
  await sendAgain(rows, around, { conversationId: conversation.id, inviteId: thread.inviteId, after, site: page.text });
}

const NOTHING = { kind: 'control', text: '', raw: undefined } as const;

/** What is kept of a content: the words of a text; of what this version can't show, all of it, for a later one. */
function keptOf(
  content: ReceivedContent,
  plaintext: Uint8Array,
  { hash, marks }: ContentContext,
): Pick<HistoryEntry, 'kind' | 'text' | 'raw'> {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', text: content.text, raw: undefined };
    case 'control':
      return { ...NOTHING, text: content.notice.type === 'restored' ? RESTORED_LINE : '' };
    case 'unsend':
      return NOTHING;
    case 'resent':
      return { kind: 'control', text: RESENT_LINE, raw: { plaintext: plaintext.slice(), hash, marks } };
    case 'unknown':
      return { kind: 'unknown', text: '', raw: { plaintext: plaintext.slice(), hash, marks } };
    default:
      return { kind: 'other', text: '', raw: { plaintext: plaintext.slice(), hash, marks } };
  }
}

/** Takes back what the same sender sent: only ids of received contents lead here. The words stay, with a mark. */
async function removeEntry(rows: WritableRows, id: HistoryId): Promise<void> {
  const entry = await rows.get(HISTORY, id);
  if (entry === undefined) return;
  await saveEntry(rows, { ...entry, removed: true });
  await queueMessage(rows, id);
}

/** What a refusal of the content means here. */
const CODES: Partial<Record<ContentFailureCode, ConversationFailureCode>> = {
  WrongSite: 'OtherConversation',
  WrongConversation: 'OtherConversation',
  Repeated: 'Replayed',
  TooOld: 'Replayed',
  ChainBroken: 'ChainBroken',
};

/**
 * Owns texts that wait for a session: in a chat that came out of a backup the contact is known and the keys are gone, so an
 * invite goes first, and the texts as soon as the contact's Sotto has answered it.
 * Does not own what becomes of them where the site does not take the invite (unsent.ts).
 *
 * Invariants: what waits is on disk before the invite leaves; it is encrypted once, in the step that opens the session or a
 * later one, and only for the identity key that was known when it was written.
 */
import type { Preview } from '../preview/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import type { Conversation } from './conversation-row.ts';
import { findConversation, saveEntry, saveOutgoing } from './entries.ts';
import { refusal } from './failure.ts';
import { openInviteOf } from './invite.ts';
import { HISTORY, type HistoryId, OUTBOX, type Outgoing } from './message-rows.ts';
import { listOutgoing } from './outbox.ts';
import { countEntry, queueContent } from './outgoing.ts';
import { findPersona } from './persona.ts';
import type { ConversationId, Page } from './place.ts';
import { findPreview, savePreview } from './preview-rows.ts';
import { leaveRoom } from './restored.ts';
import { blockOf } from './sendable.ts';
import type { Surroundings } from './surroundings.ts';
import { fitsSite, requireRoom, textContent } from './text-content.ts';
import { usedThread } from './thread.ts';

/** A text without a session to go on. */
export interface TextToHold {
  readonly conversation: Conversation;
  readonly id: HistoryId;
  readonly text: string;
  readonly preview: Preview | undefined;
  /** In front of the invite; readable to anybody. */
  readonly sentence: string | undefined;
}

/**
 * Keeps a text until there is a session, and sees to it that an invite is on its way. Gives the entry of the invite: that is
 * what is to be delivered first. Throws SessionNotFound where no contact is known, TooLong or TextNotWellFormed.
 */
export async function holdText(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  { conversation, id, text, preview, sentence }: TextToHold,
): Promise<HistoryId> {
  if (conversation.peerIdentity === undefined) throw refusal('SessionNotFound');
  requireRoom(textContent(text, preview), page.text);
  const invite = await openInviteOf(rows, around, page, conversation, sentence);
  const current = await leaveRoom(rows, (await findConversation(rows, conversation.id)) ?? conversation);
  await saveEntry(rows, {
    id,
    conversationId: current.id,
    order: current.nextOrder,
    at: around.now(),
    from: 'me',
    kind: 'text',
    text,
    // Until it is known on which thread it goes.
    inviteId: invite.inviteId,
    generation: 0,
    sequence: 0,
    raw: undefined,
    removed: false,
  });
  await saveOutgoing(rows, {
    id,
    conversationId: current.id,
    order: current.nextOrder,
    state: 'waiting',
    reason: undefined,
    texts: [],
    chunkOf: [],
    seen: [],
  });
  if (preview !== undefined) await savePreview(rows, { id, conversationId: current.id }, preview);
  await countEntry(rows, current);
  return invite.id;
}

/** Encrypts what waits, in its order, if the conversation of `page` may be written to and has a session by now. */
export async function sendWaiting(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  conversationId: ConversationId,
): Promise<void> {
  for (const { id } of await listWaiting(rows, conversationId)) {
    const conversation = await findConversation(rows, conversationId);
    const thread = conversation && (await usedThread(rows, conversation));
    const entry = await rows.get(HISTORY, id);
    if (conversation === undefined || thread === undefined) return;
    // Deleted meanwhile, by whatever way: what is behind it does not wait for it.
    if (entry === undefined) {
      await rows.delete(OUTBOX, id);
      continue;
    }
    if (blockOf(conversation, page.peer) !== undefined) return;
    const whole = textContent(entry.text, await findPreview(rows, entry));
    const content = fitsSite(whole, page.text) ? whole : textContent(entry.text, undefined);
    // A page with less room than the one on which it was written: it waits for that one.
    if (!fitsSite(content, page.text)) return;
    await queueContent(rows, around, {
      persona: await findPersona(rows, conversation.personaId),
      conversation,
      thread,
      content,
      id,
      site: page.text,
      order: entry.order,
    });
  }
}

/** What waits for a session in a conversation, in order. */
export async function listWaiting(rows: Rows, conversationId: ConversationId): Promise<Outgoing[]> {
  return (await listOutgoing(rows, conversationId)).filter(({ state }) => state === 'waiting');
}

/**
 * Owns sending a text: one step that encrypts and keeps it, under a name that the caller gives, so that asking again is
 * safe at any time.
 */
import { encodeUtf8 } from '../bytes/index.ts';
import type { Content } from '../content/index.ts';
import { Failure } from '../failure/index.ts';
import type { Preview } from '../preview/index.ts';
import type { WritableRows } from '../store/index.ts';
import type { Conversation } from './conversation-row.ts';
import { findConversation, historyIdOf, nameOfEntry } from './entries.ts';
import { refusal } from './failure.ts';
import { openInviteOf } from './invite.ts';
import { DRAFTS, HISTORY, type HistoryId, OUTBOX } from './message-rows.ts';
import { queueContent } from './outgoing.ts';
import { findPersona } from './persona.ts';
import { type Page, placeOf, type SiteText } from './place.ts';
import { savePreview } from './preview-rows.ts';
import { requireSendable } from './sendable.ts';
import { inSession, type Surroundings } from './surroundings.ts';
import { textContent } from './text-content.ts';
import { usedThread } from './thread.ts';
import { findUnsent } from './unsent.ts';
import { holdText, sendWaiting } from './waiting.ts';

/** What a person wrote. */
export interface TextToSend {
  /** As typed. */
  readonly text: string;
  /** The same for every try of one message: it is encrypted once. */
  readonly clientId: string;
  /** Of the link in the text: it travels inside the same content. */
  readonly preview?: Preview | undefined;
  /** Readable to anybody, in front of the invite that a restored chat begins with. */
  readonly sentence?: string | undefined;
}

/**
 * Encrypts `text` and keeps it in the outbox, unless that was done before: under this `clientId`, or for the same words
 * that the site did not take. In a restored chat that has no session yet the text is kept until it has one, and the entry is
 * that of the invite that leads to it. The draft is forgotten in the same step. A preview for which the message is too long
 * goes without its picture, then not at all. Gives the name of the entry that is to be delivered. Rejects with
 * SessionNotFound, UntrustedIdentity, ContactRenamed, TooLong or TextNotWellFormed, or a store's Failure; then nothing changed.
 */
export function sendText(around: Surroundings, page: Page, { preview, ...words }: TextToSend): Promise<string> {
  const { conversationId } = placeOf(page);
  return inSession(around, conversationId, async () => {
    for (const lighter of lighterAndLighter(preview)) {
      try {
        return await sendOnce(around, page, { ...words, preview: lighter });
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'TooLong') || lighter === undefined) throw error;
      }
    }
    throw new RangeError('the last one is without a preview');
  });
}

function lighterAndLighter(preview: Preview | undefined): (Preview | undefined)[] {
  if (preview === undefined) return [undefined];
  const { picture, ...words } = preview;
  return picture === undefined ? [preview, undefined] : [preview, words, undefined];
}

function sendOnce(around: Surroundings, page: Page, sending: TextToSend): Promise<string> {
  const { text, clientId, preview, sentence } = sending;
  const { conversationId } = placeOf(page);
  return around.store.transact(async (rows) => {
    let id = historyIdOf(conversationId, 'sent', encodeUtf8(clientId));
    if ((await rows.get(HISTORY, id)) === undefined) {
      const conversation = requireSendable(await findConversation(rows, conversationId), page.peer);
      const thread = await usedThread(rows, conversation);
      const unsent = thread && (await findUnsent(rows, conversationId, text, thread.inviteId));
      if (unsent !== undefined) id = unsent;
      else if (thread === undefined)
        id = await holdText(rows, around, page, { conversation, id, text, preview, sentence });
      else {
        await sendWaiting(rows, around, page, conversationId);
        const current = requireSendable(await findConversation(rows, conversationId), page.peer);
        await sendContent(rows, around, {
          conversation: current,
          content: textContent(text, preview),
          id,
          site: page.text,
        });
        if (preview !== undefined) await savePreview(rows, { id, conversationId }, preview);
      }
    } else if ((await rows.get(OUTBOX, id))?.state === 'waiting') {
      const conversation = requireSendable(await findConversation(rows, conversationId), page.peer);
      id = (await openInviteOf(rows, around, page, conversation, sentence)).id;
    }
    await rows.delete(DRAFTS, conversationId);
    return nameOfEntry(id);
  });
}

/**
 * Says goodbye: the other side learns that this session will not be read any more, and nothing is sent until a new invite
 * is accepted. Rejects as `sendText` does.
 */
export function endConversation(around: Surroundings, page: Page): Promise<void> {
  const { conversationId } = placeOf(page);
  return inSession(around, conversationId, () =>
    around.store.transact(async (rows) => {
      const conversation = requireSendable(await findConversation(rows, conversationId), page.peer);
      const content: Content = { kind: 'control', notice: { type: 'end-session' } };
      const id = historyIdOf(conversationId, 'end', encodeUtf8(String(conversation.nextOrder)));
      await sendContent(rows, around, {
        conversation: { ...conversation, state: 'ended' },
        content,
        id,
        site: page.text,
      });
    }),
  );
}

/** A message of a conversation that may send. */
export interface ContentToSend {
  readonly conversation: Conversation;
  readonly content: Content;
  readonly id: HistoryId;
  readonly site: SiteText;
  readonly byHand?: boolean;
}

/** Sends on the thread that both sides use. Throws as `queueContent` does. */
export async function sendContent(rows: WritableRows, around: Surroundings, sending: ContentToSend): Promise<void> {
  const { conversation } = sending;
  const thread = await usedThread(rows, conversation);
  if (thread === undefined) throw refusal('SessionNotFound');
  const persona = await findPersona(rows, conversation.personaId);
  await queueContent(rows, around, { ...sending, persona, thread });
}

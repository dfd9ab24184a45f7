/**
 * Owns encrypting and decrypting any text in the popup, so that every site works on day one: the person carries the text.
 * A message made by hand is a message like any other: it is kept, counted, and read on the page if it is put there.
 */
import { type AlphabetName, findArmour, MAX_CHUNKS } from '../armour/index.ts';
import { encodeUtf8 } from '../bytes/index.ts';
import type { Conversation } from './conversation-row.ts';
import { entryOfName, findConversation, historyIdOf, nameOfEntry } from './entries.ts';
import { refusal } from './failure.ts';
import { HISTORY, OUTBOX } from './message-rows.ts';
import { findPersona } from './persona.ts';
import type { ConversationId, Page } from './place.ts';
import type { Reading } from './reading.ts';
import { readSpans } from './receive.ts';
import { sendContent } from './send.ts';
import { blockOf } from './sendable.ts';
import { inSession, type Surroundings } from './surroundings.ts';

/** As long as one chunk can be: by hand there is no limit that we know of. */
const HAND_LIMIT = { amount: 30_000, unit: 'utf16', slack: 0 } as const;

/** What was made, or read. */
export interface ByHand {
  readonly entry: string;
  readonly text: string;
}

/**
 * The armour of `text` for a chosen contact: one line for each chunk. The same `clientId` gives the same armour. Rejects as
 * `sendText` does.
 */
export function encryptByHand(
  around: Surroundings,
  id: ConversationId,
  { text, clientId }: { readonly text: string; readonly clientId: string },
  alphabet: AlphabetName = 'base62',
): Promise<ByHand> {
  return inSession(around, id, () =>
    around.store.transact(async (rows) => {
      const entry = historyIdOf(id, 'hand', encodeUtf8(clientId));
      if ((await rows.get(OUTBOX, entry)) === undefined) {
        // The outbox of an earlier try is gone once its armour was seen on a page; then it is not needed by hand.
        if ((await rows.get(HISTORY, entry)) !== undefined) throw refusal('SendUnknown');
        const conversation = await findConversation(rows, id);
        const block = blockOf(conversation, undefined);
        if (conversation === undefined || block !== undefined) throw refusal(block ?? 'SessionNotFound');
        const content = { kind: 'text', text, previews: [] } as const;
        await sendContent(rows, around, {
          conversation,
          content,
          id: entry,
          site: { alphabet, limit: HAND_LIMIT },
          byHand: true,
        });
      }
      const made = await rows.get(OUTBOX, entry);
      if (made === undefined) throw refusal('SendUnknown');
      return { entry: nameOfEntry(entry), text: made.texts.join('\n') };
    }),
  );
}

/**
 * Reads the armour in `pasted` as messages of a chosen contact. Gives what each span is; the words of an entry are in the
 * history. Rejects with SessionNotFound where there is no such contact.
 */
export async function decryptByHand(around: Surroundings, id: ConversationId, pasted: string): Promise<Reading[]> {
  const page = await pageOfContact(around, id);
  const spans = findArmour(pasted).slice(0, MAX_CHUNKS);
  return readSpans(
    around,
    page,
    spans.map(({ start, end }) => pasted.slice(start, end)),
  );
}

/** The words of an entry, or undefined where it has none. */
export async function readWords({ store }: Surroundings, entry: string): Promise<string | undefined> {
  const id = entryOfName(entry);
  const found = id && (await store.read((rows) => rows.get(HISTORY, id)));
  return found?.kind === 'text' ? found.text : undefined;
}

/** The page that a contact was met on, as it was then: by hand there is none to ask. */
async function pageOfContact({ store }: Surroundings, id: ConversationId): Promise<Page> {
  return store.read(async (rows) => {
    const conversation: Conversation | undefined = await findConversation(rows, id);
    if (conversation === undefined) throw refusal('SessionNotFound');
    const { site, account } = await findPersona(rows, conversation.personaId);
    const { name, peer } = conversation;
    return { site, account, conversation: name, peer, text: { alphabet: 'base62', limit: HAND_LIMIT } };
  });
}

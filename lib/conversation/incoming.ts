/**
 * Owns reading one complete payload: which keys it is for, what they say, and everything that is kept with it, inside the
 * caller's step.
 * Does not own chunks (receive.ts).
 * Invariant: a refusal is thrown before anything is kept, or undoes the step; the one exception is that a changed identity
 * key, once proven, is remembered for the person to decide on.
 */

import { equalBytes } from '../bytes/index.ts';
import { encodePreKeyBundle } from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { openInvite } from './accept.ts';
import type { Conversation } from './conversation-row.ts';
import { beginConversation, findConversation } from './entries.ts';
import { refusal } from './failure.ts';
import { type Taken, takeFirstMessage } from './incoming-first.ts';
import { takeMessage } from './incoming-message.ts';
import { findInvite, inviteEntryId, isOfRestored, saveInvite, saveInviteEntry } from './invite.ts';
import { parseInvite, requireInvitePlace } from './invite-format.ts';
import { HISTORY, type HistoryId } from './message-rows.ts';
import { parsePayload } from './payload.ts';
import { preparePersona } from './persona.ts';
import { PERSONAS } from './persona-row.ts';
import { type Page, placeOf } from './place.ts';
import type { Surroundings } from './surroundings.ts';

/** Reads `payload`, which stood on `page`. Throws a ConversationFailureCode's Failure, or a store's. */
export async function takePayload(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  payload: Uint8Array,
): Promise<Taken> {
  const parsed = parsePayload(payload);
  switch (parsed.kind) {
    case 'invite':
      return { id: await takeInvite(rows, around, page, parsed.invite) };
    case 'first':
      return takeFirstMessage(rows, around, page, parsed);
    case 'message':
      return { id: await takeMessage(rows, around, page, parsed) };
  }
}

/**
 * An invite of the other side becomes an entry that can be accepted. Nothing else follows from seeing one, unless it is of
 * a contact's restored browser.
 */
async function takeInvite(rows: WritableRows, around: Surroundings, page: Page, bytes: Uint8Array): Promise<HistoryId> {
  const { now } = around;
  const { personaId, conversationId } = placeOf(page);
  const invite = parseInvite(bytes);
  const { inviteId, expiresAt, generation, bundle } = invite;
  const known = await findInvite(rows, personaId, inviteId);
  const entryId = inviteEntryId({ id: conversationId }, inviteId);
  // One of our own whose armour the site wrapped anew, or one that was read before.
  if (known !== undefined) {
    if (!equalBytes(known.conversationId, conversationId)) throw refusal('InviteForOtherConversation');
    if ((await rows.get(HISTORY, entryId)) !== undefined) return entryId;
  }
  // A restore has brought it already, and not yet whose identity signed it.
  if (known === undefined && (await rows.get(HISTORY, entryId))?.from === 'me') return entryId;
  if (known === undefined && (await isOwnIdentity(rows, page, bundle.identityKey))) throw refusal('InviteOwn');
  requireInvitePlace(invite, page);
  if (now() > expiresAt) throw refusal('InviteExpired');
  const found = (await findConversation(rows, conversationId)) ?? beginConversation(page);
  const kept = {
    inviteId,
    conversationId,
    own: false,
    expiresAt,
    generation,
    oneTimePreKey: undefined,
    used: false,
    bundle: encodePreKeyBundle(bundle),
  };
  await saveInvite(rows, personaId, kept);
  const conversation: Conversation = { ...found, state: stateAfterInvite(found), theirInvite: inviteId };
  await saveInviteEntry(rows, conversation, { id: entryId, from: 'them', inviteId, at: now() });
  if (await isOfRestored(rows, conversation, invite)) {
    const persona = await preparePersona(rows, around, page);
    const counted = { ...conversation, nextOrder: conversation.nextOrder + 1 };
    await openInvite(rows, around, { page, persona, conversation: counted, invite: kept, bundle });
  }
  return entryId;
}

/** An invite that our own identity signed, and that this persona does not remember. */
async function isOwnIdentity(rows: Rows, page: Page, identity: Uint8Array): Promise<boolean> {
  const persona = await rows.get(PERSONAS, placeOf(page).personaId);
  return persona !== undefined && equalBytes(persona.identity.publicKey, identity);
}

function stateAfterInvite({ state }: Conversation): Conversation['state'] {
  return state === 'inviting' || state === 'ended' ? 'invited' : state;
}

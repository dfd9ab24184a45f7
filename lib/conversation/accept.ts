/**
 * Owns accepting an invite: one click opens the session and answers at once, so that the large first messages are one each
 * way.
 * Invariant: accepting twice is accepting once; accepting an invite from another identity key than the known one opens
 * nothing, blocks sending, and waits for the person's decision outside of the page.
 */
import { equalBytes } from '../bytes/index.ts';
import { attempt } from '../failure/index.ts';
import { initiateSession, type PreKeyBundle, parsePreKeyBundle } from '../signal/index.ts';
import type { WritableRows } from '../store/index.ts';
import { type Conversation, type Invite, SESSIONS } from './conversation-row.ts';
import { entryOfName, findConversation, historyIdOf, saveConversation, withChangedKey } from './entries.ts';
import { type ConversationFailureCode, refusal, storeDamaged } from './failure.ts';
import { findInvite, saveInvite } from './invite.ts';
import { HISTORY } from './message-rows.ts';
import { queueContent } from './outgoing.ts';
import { preparePersona } from './persona.ts';
import type { Persona } from './persona-row.ts';
import { type Page, placeOf } from './place.ts';
import { openingContent } from './restored.ts';
import { inSession, type Surroundings } from './surroundings.ts';
import { beginThread, findThread } from './thread.ts';
import { sendWaiting } from './waiting.ts';

/**
 * Accepts the invite whose entry is called `name`, as `page` shows it. Rejects with InviteUnknown, InviteOwn, InviteExpired,
 * OtherConversation, TooLong or a store's Failure, and nothing changed; or with ContactKeyChanged, and then sending is
 * blocked until `acceptKey`.
 */
export async function acceptInvite(around: Surroundings, page: Page, name: string): Promise<void> {
  const { conversationId } = placeOf(page);
  const refused = await inSession(around, conversationId, () =>
    around.store.transact((rows) => acceptInStep(rows, around, page, name)),
  );
  if (refused !== undefined) throw refusal(refused);
}

async function acceptInStep(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  name: string,
): Promise<ConversationFailureCode | undefined> {
  const { personaId, conversationId } = placeOf(page);
  const id = entryOfName(name);
  const entry = id && (await rows.get(HISTORY, id));
  const invite = entry && (await findInvite(rows, personaId, entry.inviteId));
  const conversation = await findConversation(rows, conversationId);
  if (entry?.kind !== 'invite' || invite === undefined || conversation === undefined) throw refusal('InviteUnknown');
  if (!isOf(conversation, invite)) throw refusal('OtherConversation');
  if (invite.own || invite.bundle === undefined) throw refusal('InviteOwn');
  if (await findThread(rows, conversationId, invite.inviteId)) return undefined;
  if (around.now() > invite.expiresAt) throw refusal('InviteExpired');
  const persona = await preparePersona(rows, around, page);
  const bundle = parseKept(invite.bundle);
  if (equalBytes(bundle.identityKey, persona.identity.publicKey)) throw refusal('InviteOwn');
  const { peerIdentity } = conversation;
  if (peerIdentity !== undefined && !equalBytes(peerIdentity, bundle.identityKey)) {
    await saveConversation(rows, withChangedKey(conversation, bundle.identityKey));
    return 'ContactKeyChanged';
  }
  await openInvite(rows, around, { page, persona, conversation, invite, bundle });
  return undefined;
}

/** An invite that is accepted, and by whom. */
export interface Opening {
  readonly page: Page;
  readonly persona: Persona;
  readonly conversation: Conversation;
  readonly invite: Invite;
  readonly bundle: PreKeyBundle;
}

/** Opens the session and answers, inside the caller's step. */
export async function openInvite(
  rows: WritableRows,
  around: Surroundings,
  { page, persona, conversation, invite, bundle }: Opening,
): Promise<void> {
  const { identity, registrationId } = persona;
  const initiated = initiateSession({
    record: await rows.get(SESSIONS, conversation.id),
    identity,
    registrationId,
    bundle,
    trustedIdentity: conversation.peerIdentity,
    nowMs: around.now(),
    random: around.random,
  });
  if (!initiated.ok)
    throw initiated.failure.code === 'InvalidState' ? storeDamaged(initiated.failure) : refusal('Damaged');
  await rows.put(SESSIONS, conversation.id, conversation.id, initiated.value.record);
  const { inviteId, generation } = invite;
  const thread = await beginThread(rows, {
    personaId: conversation.personaId,
    conversationId: conversation.id,
    ownIdentity: identity.publicKey,
    peerIdentity: bundle.identityKey,
    inviter: bundle.identityKey,
    inviteId,
    generation,
  });
  await saveInvite(rows, conversation.personaId, { ...invite, used: true });
  const opening = await openingContent(rows, {
    ...conversation,
    state: 'private',
    heldState: undefined,
    peerIdentity: bundle.identityKey,
    pendingIdentity: undefined,
    openingInvite: inviteId,
    peer: conversation.peer ?? page.peer,
  });
  const id = historyIdOf(conversation.id, 'established', inviteId);
  await queueContent(rows, around, { persona, thread, ...opening, id, site: page.text });
  await sendWaiting(rows, around, page, conversation.id);
}

function isOf(conversation: Conversation, invite: Invite): boolean {
  return equalBytes(conversation.id, invite.conversationId);
}

/** A bundle that was read before it was kept. */
function parseKept(bytes: Uint8Array): PreKeyBundle {
  const parsed = attempt(() => parsePreKeyBundle(bytes));
  if (!parsed.ok) throw storeDamaged(parsed.failure);
  return parsed.value;
}

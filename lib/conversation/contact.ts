/**
 * Owns what a person decides about a contact: that the safety number was compared, that a changed key or a changed name is
 * accepted. All of it happens in the popup or home, never in a page.
 */
import { equalBytes } from '../bytes/index.ts';
import {
  createNumericFingerprint,
  type FingerprintSide,
  type IdentityKey,
  type ScannableFingerprint,
} from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import type { Conversation, ConversationState } from './conversation-row.ts';
import { ALL_CONVERSATIONS, CONVERSATIONS, type Invite } from './conversation-row.ts';
import { findConversation, saveConversation } from './entries.ts';
import { refusal } from './failure.ts';
import { findInvite } from './invite.ts';
import { findPersona } from './persona.ts';
import { type ConversationId, type Page, placeOf } from './place.ts';
import { inSession, type Surroundings } from './surroundings.ts';
import { giveBackWaiting } from './unsent.ts';

/** Our names are identity keys: 2 says that they are no phone numbers. */
const FINGERPRINT_VERSION = 2;

/** A contact, as popup and home show it. */
export interface Contact {
  readonly conversationId: ConversationId;
  readonly site: string;
  /** As the page called them when the chat began. */
  readonly name: string;
  readonly state: ConversationState;
  readonly verified: boolean;
}

/** What two people compare. */
export interface SafetyNumber {
  /** 60 digits, the same on both sides. */
  readonly digits: string;
  /** What this side shows to the other's camera. */
  readonly scannable: ScannableFingerprint;
  readonly verified: boolean;
}

/** Everybody with whom anything was begun. */
export async function listContacts({ store }: Surroundings): Promise<Contact[]> {
  const conversations = await store.read((rows) => rows.list(CONVERSATIONS, ALL_CONVERSATIONS));
  return conversations.map((conversation) => ({
    conversationId: conversation.id,
    site: conversation.site,
    name: nameOf(conversation),
    state: conversation.state,
    verified: isVerified(conversation),
  }));
}

/** The state of the conversation that `page` shows. */
export async function stateOf({ store }: Surroundings, page: Page): Promise<ConversationState | 'none'> {
  const conversation = await store.read((rows) => findConversation(rows, placeOf(page).conversationId));
  return conversation?.state ?? 'none';
}

/** How a contact is called. */
export function nameOf({ peer, name }: Conversation): string {
  return peer ?? name;
}

/** Whether the safety number of the key that is used now was compared. */
export function isVerified({ verifiedIdentity, peerIdentity }: Conversation): boolean {
  return verifiedIdentity !== undefined && peerIdentity !== undefined && equalBytes(verifiedIdentity, peerIdentity);
}

/**
 * The number for the key that is used, or for the changed one that waits. Rejects with SessionNotFound where there is no
 * key yet. About 10 ms of work.
 */
export async function readSafetyNumber({ store }: Surroundings, id: ConversationId): Promise<SafetyNumber> {
  const { conversation, own, theirs } = await store.read((rows) => requireKeys(rows, id));
  const side = (identityKey: IdentityKey): FingerprintSide => ({ identityKey, stableId: identityKey });
  const { displayable, scannable } = createNumericFingerprint({
    version: FINGERPRINT_VERSION,
    local: side(own),
    remote: side(theirs),
  });
  const pending = conversation.pendingIdentity !== undefined;
  return { digits: displayable, scannable, verified: !pending && isVerified(conversation) };
}

/**
 * Marks the key whose number was shown as `digits` as compared, or not. Rejects with SessionNotFound; with
 * ContactKeyChanged where another key has come since, so that nobody verifies what they did not see.
 */
export async function setVerified(
  around: Surroundings,
  id: ConversationId,
  { digits, verified }: { readonly digits: string; readonly verified: boolean },
): Promise<void> {
  await inSession(around, id, async () => {
    const shown = await readSafetyNumber(around, id);
    if (shown.digits !== digits) throw refusal('ContactKeyChanged');
    await changeConversation(around, id, (conversation) => ({
      ...conversation,
      verifiedIdentity: verified ? (conversation.pendingIdentity ?? conversation.peerIdentity) : undefined,
    }));
  });
}

/**
 * Accepts the changed identity key: from now on it is the contact's, and not verified unless it was compared before. The
 * invite or the answer that brought it is accepted or read once more; until then nothing is sent. Words that waited for the key
 * before are a draft again: they were written for nobody else. Rejects with
 * SessionNotFound where no key waits.
 */
export function acceptKey(around: Surroundings, id: ConversationId): Promise<void> {
  return inSession(around, id, () =>
    around.store.transact(async (rows) => {
      const conversation = await findConversation(rows, id);
      if (conversation?.pendingIdentity === undefined) throw refusal('SessionNotFound');
      await giveBackWaiting(rows, id);
      const own = await findOwnInvite(rows, conversation);
      await saveConversation(rows, {
        ...conversation,
        state: own !== undefined && !own.used ? 'inviting' : 'invited',
        peerIdentity: conversation.pendingIdentity,
        heldState: undefined,
        pendingIdentity: undefined,
      });
    }),
  );
}

/**
 * Refuses the changed identity key: the contact stays who they were, and sending goes on. Rejects with SessionNotFound where
 * no key waits.
 */
export function refuseKey(around: Surroundings, id: ConversationId): Promise<void> {
  return inSession(around, id, () =>
    changeConversation(around, id, (conversation) => {
      if (conversation.pendingIdentity === undefined) throw refusal('SessionNotFound');
      const state = conversation.heldState ?? 'private';
      return { ...conversation, state, heldState: undefined, pendingIdentity: undefined };
    }),
  );
}

/** The person looked: the contact has this name on the page now. Rejects with SessionNotFound. */
export function acceptName(around: Surroundings, page: Page): Promise<void> {
  const { conversationId } = placeOf(page);
  return inSession(around, conversationId, () =>
    changeConversation(around, conversationId, (conversation) => ({ ...conversation, peer: page.peer })),
  );
}

async function findOwnInvite(rows: Rows, { personaId, ownInvite }: Conversation): Promise<Invite | undefined> {
  return ownInvite && findInvite(rows, personaId, ownInvite);
}

async function requireKeys(
  rows: Rows,
  id: ConversationId,
): Promise<{ conversation: Conversation; own: IdentityKey; theirs: IdentityKey }> {
  const conversation = await findConversation(rows, id);
  const theirs = conversation?.pendingIdentity ?? conversation?.peerIdentity;
  if (conversation === undefined || theirs === undefined) throw refusal('SessionNotFound');
  const { identity } = await findPersona(rows, conversation.personaId);
  return { conversation, own: identity.publicKey, theirs };
}

async function changeConversation(
  { store }: Surroundings,
  id: ConversationId,
  change: (conversation: Conversation) => Conversation,
): Promise<void> {
  await store.transact(async (rows: WritableRows) => {
    const conversation = await findConversation(rows, id);
    if (conversation === undefined) throw refusal('SessionNotFound');
    await saveConversation(rows, change(conversation));
  });
}

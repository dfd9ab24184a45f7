/**
 * Owns reading a first message: an answer to an invite of ours, which opens the session, or another message of a session
 * whose other side has not heard from us yet.
 * Invariants: an invite opens one session; session, spent prekey, base-key memory and history are kept together.
 */
import { equalBytes } from '../bytes/index.ts';
import { decryptPreKeyMessage, type IdentityKey, type PreKeyReceipt } from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { type Conversation, type Invite, SESSIONS, type Thread } from './conversation-row.ts';
import { findConversation, historyIdOf, saveConversation, withChangedKey, withSession } from './entries.ts';
import { type ConversationFailureCode, refusal } from './failure.ts';
import { answerRestored, takeContent } from './incoming-content.ts';
import { requireThread, signalRefusal } from './incoming-message.ts';
import { findInvite, isAnswerable, isKnownElsewhere, saveInvite } from './invite.ts';
import type { HistoryId } from './message-rows.ts';
import { queueContent } from './outgoing.ts';
import type { Payload } from './payload.ts';
import { findPersona, savePersona } from './persona.ts';
import type { Persona } from './persona-row.ts';
import { type Page, placeOf } from './place.ts';
import { openingContent } from './restored.ts';
import type { Surroundings } from './surroundings.ts';
import { agreeKey, beginThread, findTag, findThread, tagOf } from './thread.ts';
import { sendWaiting } from './waiting.ts';

type FirstMessage = Extract<Payload, { kind: 'first' }>;

/** What a payload became: an entry, or a refusal that something was kept with. */
export type Taken = { readonly id: HistoryId } | { readonly refused: ConversationFailureCode };

/** Decrypts and keeps; the first one of a thread is answered at once. Refuses as `takeMessage`, or as an invite does. */
export async function takeFirstMessage(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  first: FirstMessage,
): Promise<Taken> {
  const { personaId } = placeOf(page);
  const { mine } = await findTag(rows, personaId, first.tag);
  const known = mine && (await requireThread(rows, page, mine));
  const invite = await findInvite(rows, personaId, first.inviteId);
  const conversation = known?.conversation ?? (await requireInvited(rows, around, page, first, invite));
  const persona = await findPersona(rows, personaId);
  const receipt = await decryptFirst(rows, around, { conversation, persona, invite, first });
  const { peerIdentity } = conversation;
  if (peerIdentity !== undefined && !equalBytes(peerIdentity, receipt.identityKey)) {
    wipePlaintext(receipt);
    if (known !== undefined) throw refusal('ContactKeyChanged');
    // Proven: whoever wrote this holds the other key and answered our invite. The message stays to be read later.
    await rememberChangedKey(rows, conversation, receipt.identityKey);
    return { refused: 'ContactKeyChanged' };
  }
  await rows.put(SESSIONS, conversation.id, conversation.id, receipt.record);
  await savePersona(rows, personaId, { ...persona, baseKeyMemory: receipt.baseKeyMemory });
  if (invite?.own && receipt.spent)
    await saveInvite(rows, personaId, { ...invite, oneTimePreKey: undefined, used: true });
  const thread = known?.thread ?? (await beginAnswered(rows, { conversation, persona, invite, first, receipt }));
  const taken = await takeContent(rows, around, {
    conversation: known ? conversation : { ...withSession(conversation), peerIdentity: receipt.identityKey },
    thread,
    plaintext: receipt.plaintext,
  });
  if (known === undefined) await answer(rows, around, page, { ...taken, persona, thread });
  await answerRestored(rows, around, page, { ...taken, thread });
  if (known === undefined) await sendWaiting(rows, around, page, conversation.id);
  return { id: taken.id };
}

/** Blocks sending until the person decides. */
async function rememberChangedKey(
  rows: WritableRows,
  conversation: Conversation,
  identity: IdentityKey,
): Promise<void> {
  const { pendingIdentity } = conversation;
  if (pendingIdentity !== undefined && equalBytes(pendingIdentity, identity)) return;
  await saveConversation(rows, withChangedKey(conversation, identity));
}

/** The conversation that our invite was made for, if it may still be answered. */
async function requireInvited(
  rows: Rows,
  { now }: Surroundings,
  page: Page,
  { inviteId }: FirstMessage,
  invite: Invite | undefined,
): Promise<Conversation> {
  if (invite === undefined) throw refusal((await isKnownElsewhere(rows, inviteId)) ? 'OtherConversation' : 'NotForYou');
  if (!equalBytes(invite.conversationId, placeOf(page).conversationId)) throw refusal('OtherConversation');
  if (!invite.own) throw refusal('NotForYou');
  if (!isAnswerable(invite, now())) throw refusal('InviteExpired');
  const conversation = await findConversation(rows, invite.conversationId);
  if (conversation === undefined) throw refusal('SessionLost');
  return conversation;
}

interface Answer {
  readonly conversation: Conversation;
  readonly persona: Persona;
  readonly invite: Invite | undefined;
  readonly first: FirstMessage;
}

async function decryptFirst(
  rows: Rows,
  { random }: Surroundings,
  { conversation, persona, invite, first }: Answer,
): Promise<PreKeyReceipt> {
  const { signedPreKeys, kemPreKeys, identity, registrationId, baseKeyMemory } = persona;
  const oneTime = invite?.oneTimePreKey;
  const decrypted = decryptPreKeyMessage({
    record: await rows.get(SESSIONS, conversation.id),
    message: first.message,
    // Whoever it is must prove it first; the caller then compares, so that a changed key can be shown.
    trustedIdentity: undefined,
    random,
    identity,
    registrationId,
    baseKeyMemory,
    preKeys: {
      oneTimePreKey: (id) => (oneTime?.id === id ? oneTime : undefined),
      signedPreKey: (id) => signedPreKeys.find((each) => each.id === id),
      kemPreKey: (id) => {
        const found = kemPreKeys.find((each) => each.id === id);
        return found && { keyPair: found.keyPair, lastResort: true };
      },
    },
  });
  if (!decrypted.ok) {
    // A used invite still leads to the session that it opened; it opens no other.
    if (decrypted.failure.code === 'PreKeyNotFound' && invite?.used) throw refusal('InviteUsed', decrypted.failure);
    throw signalRefusal(decrypted.failure);
  }
  const { spent } = decrypted.value;
  // Each of our invites has a one-time prekey of its own: who leaves it out did not answer an invite.
  if (spent !== undefined && spent.oneTimePreKeyId === undefined) throw refusal('Damaged');
  return decrypted.value;
}

async function beginAnswered(
  rows: WritableRows,
  { conversation, persona, invite, first, receipt }: Answer & { readonly receipt: PreKeyReceipt },
): Promise<Thread> {
  const { publicKey } = persona.identity;
  const key = agreeKey(first.inviteId, publicKey, receipt.identityKey);
  if (invite === undefined || !equalBytes(tagOf(key, receipt.identityKey), first.tag)) throw refusal('Damaged');
  return beginThread(rows, {
    personaId: conversation.personaId,
    conversationId: conversation.id,
    ownIdentity: publicKey,
    peerIdentity: receipt.identityKey,
    inviter: publicKey,
    inviteId: first.inviteId,
    generation: invite.generation,
  });
}

/** Ends the phase of large messages on the other side, without waiting for the person. */
async function answer(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  { conversation, persona, thread }: { conversation: Conversation; persona: Persona; thread: Thread },
): Promise<void> {
  // What was read changed the thread.
  const current = (await findThread(rows, conversation.id, thread.inviteId)) ?? thread;
  await queueContent(rows, around, {
    persona,
    ...(await openingContent(rows, conversation)),
    thread: current,
    id: historyIdOf(conversation.id, 'established', thread.inviteId),
    site: page.text,
  });
}

function wipePlaintext({ plaintext }: PreKeyReceipt): void {
  plaintext.fill(0);
}

/**
 * Owns asking for a private chat: an invite with a prekey bundle of our own, good for one peer and seven days.
 * Does not own what the invite looks like (invite-format.ts), nor answering one (accept.ts).
 */
import { bytesOfLength, equalBytes } from '../bytes/index.ts';
import { generateKeyPair, type OneTimePreKey, type PreKeyBundle } from '../signal/index.ts';
import type { Rows, WritableRows } from '../store/index.ts';
import { type Conversation, INVITES, type Invite, type InviteId } from './conversation-row.ts';
import { beginConversation, findConversation, historyIdOf, nameOfEntry, saveEntry } from './entries.ts';
import { encodeInvite } from './invite-format.ts';
import { type HistoryId, OUTBOX } from './message-rows.ts';
import { countEntry, saveArmour } from './outgoing.ts';
import { encodeInvitePayload } from './payload.ts';
import { personaKey, preparePersona, savePersona } from './persona.ts';
import type { Persona } from './persona-row.ts';
import { type Page, type PersonaId, placeOf } from './place.ts';
import { inSession, type Surroundings } from './surroundings.ts';
import { listThreads } from './thread.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long an invite may be accepted, by the inviter's clock. */
export const INVITE_LIFE_MS = 7 * DAY_MS;
/** An answer may be under way when the invite ends; clocks differ. */
const GRACE_MS = DAY_MS;
const INVITE_ID_BYTES = 16;
const MOST_GENERATION = 0xffff_ffff;
/** Seconds since 1970, in 2001: see `nextGeneration`. No chat was begun so often. */
const LEAST_RESTORED = 1_000_000_000;
/** The key of the sentence in front of an invite, in lib/text: what people without Sotto read. */
export const INVITE_SENTENCE = 'inviteSentence';

/**
 * Puts an invite for this conversation into the outbox: `sentence`, readable to anybody, and a block of armour. One that is
 * open already is given again, never made twice. Gives the name of its entry. Rejects with TooLong or a store's Failure;
 * then nothing changed.
 */
export function invite(around: Surroundings, page: Page, sentence: string): Promise<string> {
  const { conversationId } = placeOf(page);
  return inSession(around, conversationId, () =>
    around.store.transact(async (rows) => {
      const found = (await findConversation(rows, conversationId)) ?? beginConversation(page);
      return nameOfEntry((await openInviteOf(rows, around, page, found, sentence)).id);
    }),
  );
}

/** Our open invite to a conversation: the one there is, or a new one in the outbox. Throws TooLong. */
export async function openInviteOf(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  found: Conversation,
  sentence: string | undefined,
): Promise<{ readonly id: HistoryId; readonly inviteId: InviteId }> {
  const inviteId =
    (await findOpenInvite(rows, around, found)) ?? (await makeInvite(rows, around, page, found, sentence));
  return { id: inviteEntryId(found, inviteId), inviteId };
}

/** Whether our open invite to the conversation of `page` is not out, since the site did not take it. */
export function isInviteUnsent({ store }: Surroundings, page: Page): Promise<boolean> {
  return store.read(async (rows) => {
    const conversation = await findConversation(rows, placeOf(page).conversationId);
    if (conversation?.ownInvite === undefined) return false;
    return (await rows.get(OUTBOX, inviteEntryId(conversation, conversation.ownInvite)))?.state === 'failed';
  });
}

/** The invite of a persona, own or theirs, or undefined. */
export function findInvite(rows: Rows, personaId: PersonaId, inviteId: InviteId): Promise<Invite | undefined> {
  return rows.get(INVITES, personaKey(personaId, inviteId));
}

/** Whether another persona of this installation knows this invite. */
export async function isKnownElsewhere(rows: Rows, inviteId: InviteId): Promise<boolean> {
  return (await rows.list(INVITES, inviteId)).length > 0;
}

/** Keeps `invite`. */
export function saveInvite(rows: WritableRows, personaId: PersonaId, kept: Invite): Promise<void> {
  return rows.put(INVITES, personaKey(personaId, kept.inviteId), kept.inviteId, kept);
}

/** Whether an answer to an own invite still counts at `now`. */
export function isAnswerable({ expiresAt }: Invite, now: number): boolean {
  return now <= expiresAt + GRACE_MS;
}

/** The entry of an invite. */
export function inviteEntryId(conversation: Pick<Conversation, 'id'>, inviteId: InviteId): HistoryId {
  return historyIdOf(conversation.id, 'invite', inviteId);
}

async function findOpenInvite(
  rows: Rows,
  { now }: Surroundings,
  conversation: Conversation,
): Promise<InviteId | undefined> {
  const { personaId, ownInvite, state } = conversation;
  const open = ownInvite && (await findInvite(rows, personaId, ownInvite));
  if (open === undefined || open.used || now() > open.expiresAt || state === 'ended') return undefined;
  return open.inviteId;
}

async function makeInvite(
  rows: WritableRows,
  around: Surroundings,
  page: Page,
  found: Conversation,
  sentence: string | undefined,
): Promise<InviteId> {
  const { random, now } = around;
  const persona = await preparePersona(rows, around, page);
  const inviteId: InviteId = bytesOfLength(random(INVITE_ID_BYTES), INVITE_ID_BYTES);
  const oneTimePreKey = { id: persona.nextPreKeyId, keyPair: generateKeyPair(random) };
  await savePersona(rows, found.personaId, { ...persona, nextPreKeyId: persona.nextPreKeyId + 1 });
  const generation = await nextGeneration(rows, found, now());
  const expiresAt = now() + INVITE_LIFE_MS;
  const said = { inviteId, generation, expiresAt, bundle: bundleOf(persona, oneTimePreKey) };
  const payload = encodeInvitePayload(encodeInvite(said, page, persona.identity, random));
  await forgetInvite(rows, found, found.ownInvite);
  await saveInvite(rows, found.personaId, {
    inviteId,
    conversationId: found.id,
    own: true,
    expiresAt,
    generation,
    oneTimePreKey,
    used: false,
    bundle: undefined,
  });
  const conversation: Conversation = {
    ...found,
    // A private chat goes on while the other side has not answered.
    state: found.state === 'private' || found.state === 'keyChanged' ? found.state : 'inviting',
    peer: found.peer ?? page.peer,
    ownInvite: inviteId,
  };
  const id = inviteEntryId(conversation, inviteId);
  await saveInviteEntry(rows, conversation, { id, from: 'me', inviteId, at: now() });
  const words = sentence === undefined ? {} : { sentence };
  await saveArmour(rows, around, { conversation, id, payload, site: page.text, ...words });
  return inviteId;
}

/** Keeps the entry of an invite, own or theirs, and the conversation with it. */
export async function saveInviteEntry(
  rows: WritableRows,
  conversation: Conversation,
  entry: { readonly id: HistoryId; readonly from: 'me' | 'them'; readonly inviteId: InviteId; readonly at: number },
): Promise<void> {
  await saveEntry(rows, {
    ...entry,
    conversationId: conversation.id,
    order: conversation.nextOrder,
    kind: 'invite',
    text: '',
    generation: 0,
    sequence: 0,
    raw: undefined,
    removed: false,
  });
  await countEntry(rows, conversation);
}

/**
 * Whether an invite was made by a restored browser of a contact who is known by this very key and was written to before: it
 * is answered without a press, since nothing about whom one talks to is new. Every generation that was counted from 0 is
 * below; one that this side knows already is not gone back to.
 */
export async function isOfRestored(
  rows: Rows,
  conversation: Conversation,
  { generation, bundle }: { readonly generation: number; readonly bundle: Pick<PreKeyBundle, 'identityKey'> },
): Promise<boolean> {
  const { id, state, peerIdentity } = conversation;
  if (state !== 'private' || peerIdentity === undefined || !equalBytes(peerIdentity, bundle.identityKey)) return false;
  const threads = await listThreads(rows, id);
  return generation >= LEAST_RESTORED && threads.every((thread) => thread.generation < generation);
}

/** An invite that was never answered gives up its one-time prekey when a newer one takes its place. */
async function forgetInvite(rows: WritableRows, { personaId }: Conversation, inviteId?: InviteId): Promise<void> {
  const old = inviteId && (await findInvite(rows, personaId, inviteId));
  if (old && !old.used) await saveInvite(rows, personaId, { ...old, oneTimePreKey: undefined, used: true });
}

/**
 * One more than every thread that is known here. Where the contact is known and no thread is, the conversation was restored
 * from a backup: seconds since 1970 are above all that was counted before, and above what an earlier restore took.
 */
async function nextGeneration(rows: Rows, { id, peerIdentity }: Conversation, now: number): Promise<number> {
  const generations = (await listThreads(rows, id)).map(({ generation }) => generation);
  const least = generations.length === 0 && peerIdentity !== undefined ? Math.floor(now / 1000) : -1;
  return Math.min(MOST_GENERATION, 1 + Math.max(least, ...generations));
}

function bundleOf(persona: Persona, oneTimePreKey: OneTimePreKey): PreKeyBundle {
  const [signed] = persona.signedPreKeys;
  const [kem] = persona.kemPreKeys;
  if (signed === undefined || kem === undefined) throw new RangeError('a persona in use has prekeys');
  return {
    registrationId: persona.registrationId,
    identityKey: persona.identity.publicKey,
    signedPreKey: { id: signed.id, publicKey: signed.keyPair.publicKey, signature: signed.signature },
    kemPreKey: { id: kem.id, publicKey: kem.keyPair.publicKey, signature: kem.signature },
    oneTimePreKey: { id: oneTimePreKey.id, publicKey: oneTimePreKey.keyPair.publicKey },
  };
}

/**
 * Owns taking records of a backup into an installation, the newest first: what is there already is newer and stays.
 * Does not own reading the log (lib/backup).
 *
 * Invariants: nothing that is taken holds or begins a session: a restored conversation is one whose contact is known and
 * whose keys are gone, and a new invite begins it again, with the same identity. What is taken is not queued, since the log
 * has it; but what a file brought is.
 */
import {
  BackupFailure,
  type BackupRecord,
  type ContactRecord,
  goesWith,
  type LogKeys,
  logKeysOf,
  type MessageRecord,
  openIdentity,
  type PersonaRecord,
  type PreviewRecord,
  type RootKey,
  recordKey,
  type TombstoneRecord,
} from '../backup/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import type { WritableRows } from '../store/index.ts';
import { forgetEntry } from './backup-forget.ts';
import { PreparedRows } from './backup-prepared.ts';
import { queueContact, queueMessage, queuePersona, queuePreview } from './backup-queue.ts';
import { GONE, getSingle, MARKS, type Mark, putSingle, RESTORE } from './backup-rows.ts';
import { ALL_CONVERSATIONS, CONVERSATIONS, type Conversation } from './conversation-row.ts';
import { ledgerKey } from './entries.ts';
import { HISTORY, LEDGER } from './message-rows.ts';
import { savePersona } from './persona.ts';
import { PERSONAS, type Persona } from './persona-row.ts';
import { PREVIEWS } from './preview-row.ts';
import { noteRestored } from './restored.ts';

/** What came of taking some records. */
export interface Taken {
  /** Identities that this browser has another one for. */
  readonly conflicts: number;
  /** Records that did not open. */
  readonly damaged: number;
  /** Contacts and texts that were not known here, and texts that were. */
  readonly contacts: number;
  readonly messages: number;
  readonly known: number;
}

/**
 * Takes `records`, of which the newest is the first. With `queue` they come from a file: what of them is new here waits for the
 * backup from then on, if there is one; it draws the nonces of identities that are sealed anew.
 */
export async function takeRecords(
  step: WritableRows,
  root: RootKey,
  records: readonly BackupRecord[],
  queue?: RandomSource,
): Promise<Taken> {
  const keys = logKeysOf(root);
  const rows = new PreparedRows(step);
  const ids = records.flatMap((record) => (record.kind === 'message' ? [record.historyId] : []));
  await rows.prepare(HISTORY, ids);
  await rows.prepare(MARKS, ids);
  const taken = { conflicts: 0, damaged: 0, contacts: 0, messages: 0, known: 0 };
  const before = (await getSingle(rows, GONE)) ?? [];
  const gone = new Set(before);
  for (const record of records) {
    if (record.kind !== 'tombstone' && goesWith(record).some((key) => gone.has(key))) continue;
    switch (record.kind) {
      case 'persona': {
        const came = await takePersona(rows, keys, record, queue);
        if (came === 'conflict') taken.conflicts++;
        if (came === 'damaged') taken.damaged++;
        break;
      }
      case 'contact':
        if (await takeContact(rows, record, queue !== undefined)) taken.contacts++;
        break;
      case 'message': {
        const isNew = await takeMessage(rows, record, queue !== undefined);
        if (record.shape === 'text') taken[isNew ? 'messages' : 'known']++;
        break;
      }
      case 'preview':
        await takePreview(rows, record, queue !== undefined);
        break;
      case 'tombstone':
        gone.add(recordKey(record));
        await takeTombstone(rows, record);
        break;
      case 'settings':
        // Nothing of this version writes any.
        break;
    }
  }
  const isRestoring = (await getSingle(rows, RESTORE))?.finished === false;
  if (isRestoring && gone.size > before.length) await putSingle(rows, GONE, [...gone]);
  return taken;
}

async function takePersona(
  rows: WritableRows,
  keys: LogKeys,
  { personaId, site, account, registrationId, identity }: PersonaRecord,
  queue: RandomSource | undefined,
): Promise<'taken' | 'conflict' | 'damaged'> {
  const found = await rows.get(PERSONAS, personaId);
  if (found !== undefined) return equalBytes(found.identity.publicKey, identity.publicKey) ? 'taken' : 'conflict';
  try {
    const persona: Persona = {
      site,
      account,
      identity: openIdentity(keys, personaId, identity),
      registrationId,
      // Made anew when the first invite needs them.
      signedPreKeys: [],
      kemPreKeys: [],
      nextPreKeyId: 1,
      baseKeyMemory: undefined,
    };
    await savePersona(rows, personaId, persona);
    if (queue !== undefined) await queuePersona(rows, personaId, persona, queue);
    return 'taken';
  } catch (error) {
    if (error instanceof BackupFailure) return 'damaged';
    throw error;
  }
}

/** Whether anything of the contact was not known here. */
async function takeContact(rows: WritableRows, record: ContactRecord, queue: boolean): Promise<boolean> {
  const { conversationId, personaId, site, name, peer, peerIdentity, verifiedIdentity, ended } = record;
  const found = await rows.get(CONVERSATIONS, conversationId);
  const marks = await rows.list(MARKS, conversationId);
  const entries = await rows.list(HISTORY, conversationId);
  const nextOrder = entries.reduce((most, { order }) => Math.max(most, order + 1), found?.nextOrder ?? 0);
  // There is no session: who writes begins one. Nobody is written to by chance who was said goodbye to.
  const restored = peerIdentity === undefined || ended ? 'ended' : 'private';
  const begun: Conversation = found ?? {
    id: conversationId,
    personaId,
    site,
    name,
    peer,
    state: restored,
    heldState: undefined,
    peerIdentity: undefined,
    verifiedIdentity: undefined,
    pendingIdentity: undefined,
    openingInvite: undefined,
    ownInvite: undefined,
    theirInvite: undefined,
    nextOrder,
  };
  // Whom we talk to here already is newer than what the backup says.
  const isNews = begun.peerIdentity === undefined && peerIdentity !== undefined;
  const known: Partial<Conversation> = isNews
    ? // What was read here before may have been our own invite, taken for theirs, under a name that stood there by chance.
      { name, peer, peerIdentity, verifiedIdentity, state: restored, theirInvite: undefined }
    : {};
  if (isNews) await noteRestored(rows, conversationId);
  const now = { ...begun, ...known, nextOrder };
  if (queue) await queueContact(rows, now);
  await rows.put(CONVERSATIONS, conversationId, ALL_CONVERSATIONS, now);
  const own = new Map(entries.map(({ id, from }) => [id.join(), from === 'me']));
  for (const mark of marks) await keepInLedger(rows, personaId, mark, own.get(mark.historyId.join()) ?? false);
  return found === undefined || isNews;
}

/** Whether it was not known here. */
async function takeMessage(rows: WritableRows, record: MessageRecord, queue: boolean): Promise<boolean> {
  const { historyId: id, conversationId, order, at, from, shape, text, inviteId, unread, armour } = record;
  const { generation, sequence, removed } = record;
  const found = await rows.get(HISTORY, id);
  // Before the identity was here, an invite of our own that stood on a page was taken for one of theirs.
  const mistaken = found?.kind === 'invite' && shape === 'invite' && found.from !== from;
  if (found === undefined || mistaken) {
    const raw = unread && { plaintext: unread.content, hash: unread.hash, marks: unread.marks };
    const words = { kind: shape, text, inviteId, generation, sequence, raw, removed };
    await rows.put(HISTORY, id, conversationId, { id, conversationId, order, at, from, ...words });
  }
  const conversation = await rows.get(CONVERSATIONS, conversationId);
  if (conversation !== undefined && conversation.nextOrder <= order) {
    await rows.put(CONVERSATIONS, conversationId, ALL_CONVERSATIONS, { ...conversation, nextOrder: order + 1 });
  }
  if (armour !== undefined && (await rows.get(MARKS, id)) === undefined) {
    const mark: Mark = { historyId: id, conversationId, ...armour };
    await rows.put(MARKS, id, conversationId, mark);
    // Until its contact is there, nobody knows whose ledger it belongs to; the contact's record sees to it.
    if (conversation !== undefined) await keepInLedger(rows, conversation.personaId, mark, from === 'me');
  }
  if (queue && found === undefined) await queueMessage(rows, id);
  return found === undefined;
}

/** Another browser deleted a message, or all that was said with a contact; what was said since stays, and so does the contact. */
async function takeTombstone(rows: WritableRows, { of, id, at }: TombstoneRecord): Promise<void> {
  const found = of === 'message' ? [await rows.get(HISTORY, id)] : of === 'contact' ? await rows.list(HISTORY, id) : [];
  for (const entry of found) if (entry !== undefined && entry.at <= at) await forgetEntry(rows, entry.id);
}

/** What it claims is looked at again wherever it is shown (preview-rows.ts). */
async function takePreview(rows: WritableRows, record: PreviewRecord, queue: boolean): Promise<void> {
  const { historyId: id, conversationId, url, title, description, siteName, picture } = record;
  if ((await rows.get(PREVIEWS, id)) !== undefined) return;
  const preview = { url, title, description, siteName, picture };
  await rows.put(PREVIEWS, id, conversationId, preview);
  if (queue) await queuePreview(rows, { id, conversationId }, preview);
}

async function keepInLedger(
  rows: WritableRows,
  personaId: Conversation['personaId'],
  { historyId, conversationId, messageId, digests }: Mark,
  own: boolean,
): Promise<void> {
  const key = ledgerKey(personaId, messageId);
  if ((await rows.get(LEDGER, key)) !== undefined) return;
  await rows.put(LEDGER, key, conversationId, { historyId, conversationId, own, digests });
}

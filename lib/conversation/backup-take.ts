/**
 * Owns taking records of a backup into an installation, the newest first: what is there already is newer and stays.
 * Does not own reading the log (lib/backup).
 *
 * Invariants: nothing that is taken holds or begins a session: a restored conversation is one whose contact is known and
 * whose keys are gone, and a new invite begins it again, with the same identity. What is taken is not queued: the log has it.
 */
import {
  BackupFailure,
  type BackupRecord,
  type ContactRecord,
  type LogKeys,
  logKeysOf,
  type MessageRecord,
  openIdentity,
  type PersonaRecord,
  type RootKey,
} from '../backup/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { WritableRows } from '../store/index.ts';
import { MARKS, type Mark } from './backup-rows.ts';
import { ALL_CONVERSATIONS, CONVERSATIONS, type Conversation } from './conversation-row.ts';
import { ledgerKey } from './entries.ts';
import { HISTORY, LEDGER } from './message-rows.ts';
import { savePersona } from './persona.ts';
import { PERSONAS } from './persona-row.ts';

/** What came of taking some records. */
export interface Taken {
  /** Identities that this browser has another one for. */
  readonly conflicts: number;
  /** Records that did not open. */
  readonly damaged: number;
}

/** Takes `records`, of which the newest is the first. */
export async function takeRecords(rows: WritableRows, root: RootKey, records: readonly BackupRecord[]): Promise<Taken> {
  const keys = logKeysOf(root);
  let conflicts = 0;
  let damaged = 0;
  for (const record of records) {
    switch (record.kind) {
      case 'persona': {
        const came = await takePersona(rows, keys, record);
        if (came === 'conflict') conflicts++;
        if (came === 'damaged') damaged++;
        break;
      }
      case 'contact':
        await takeContact(rows, record);
        break;
      case 'message':
        await takeMessage(rows, record);
        break;
      default:
        // Nothing of this version writes settings or takes anything away for good.
        break;
    }
  }
  return { conflicts, damaged };
}

async function takePersona(
  rows: WritableRows,
  keys: LogKeys,
  { personaId, site, account, registrationId, identity }: PersonaRecord,
): Promise<'taken' | 'conflict' | 'damaged'> {
  const found = await rows.get(PERSONAS, personaId);
  if (found !== undefined) return equalBytes(found.identity.publicKey, identity.publicKey) ? 'taken' : 'conflict';
  try {
    await savePersona(rows, personaId, {
      site,
      account,
      identity: openIdentity(keys, personaId, identity),
      registrationId,
      // Made anew when the first invite needs them.
      signedPreKeys: [],
      kemPreKeys: [],
      nextPreKeyId: 1,
      baseKeyMemory: undefined,
    });
    return 'taken';
  } catch (error) {
    if (error instanceof BackupFailure) return 'damaged';
    throw error;
  }
}

async function takeContact(rows: WritableRows, record: ContactRecord): Promise<void> {
  const { conversationId, personaId, site, name, peer, peerIdentity, verifiedIdentity } = record;
  const found = await rows.get(CONVERSATIONS, conversationId);
  const marks = await rows.list(MARKS, conversationId);
  const entries = await rows.list(HISTORY, conversationId);
  const nextOrder = entries.reduce((most, { order }) => Math.max(most, order + 1), found?.nextOrder ?? 0);
  const begun: Conversation = found ?? {
    id: conversationId,
    personaId,
    site,
    name,
    peer,
    // There is no session: an invite begins the next one.
    state: 'ended',
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
  const known: Partial<Conversation> =
    begun.peerIdentity === undefined && peerIdentity !== undefined
      ? // What was read here before may have been our own invite, taken for theirs, under a name that stood there by chance.
        { name, peer, peerIdentity, verifiedIdentity, state: 'ended', theirInvite: undefined }
      : {};
  await rows.put(CONVERSATIONS, conversationId, ALL_CONVERSATIONS, { ...begun, ...known, nextOrder });
  const own = new Map(entries.map(({ id, from }) => [id.join(), from === 'me']));
  for (const mark of marks) await keepInLedger(rows, personaId, mark, own.get(mark.historyId.join()) ?? false);
}

async function takeMessage(rows: WritableRows, record: MessageRecord): Promise<void> {
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
  if (armour === undefined || (await rows.get(MARKS, id)) !== undefined) return;
  const mark: Mark = { historyId: id, conversationId, ...armour };
  await rows.put(MARKS, id, conversationId, mark);
  // Until its contact is there, nobody knows whose ledger it belongs to; the contact's record sees to it.
  if (conversation !== undefined) await keepInLedger(rows, conversation.personaId, mark, from === 'me');
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

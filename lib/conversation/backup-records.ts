/**
 * Owns what of the kept rows becomes a record of the backup. Each field is named here; no row is passed on as it is.
 * NEVER ratchet, prekey or sender-key state: sessions, threads, tags, invites and prekeys are not read in this file.
 */
import {
  type ContactRecord,
  logKeysOf,
  type MessageRecord,
  type PersonaRecord,
  type PreviewRecord,
  type RootKey,
  sealIdentity,
} from '../backup/index.ts';
import type { Bytes } from '../bytes/index.ts';
import type { RandomSource } from '../crypto/index.ts';
import type { Mark } from './backup-rows.ts';
import type { Conversation } from './conversation-row.ts';
import type { HistoryEntry } from './message-rows.ts';
import type { Persona } from './persona-row.ts';
import type { PersonaId } from './place.ts';
import type { KeptPreview } from './preview-row.ts';

/** The record of an identity, its private half sealed under a key of the backup. */
export function personaRecord(
  personaId: PersonaId,
  { site, account, registrationId, identity }: Persona,
  root: RootKey,
  random: RandomSource,
): PersonaRecord {
  const sealed = sealIdentity(logKeysOf(root), personaId, identity, random);
  return { kind: 'persona', personaId, site, account, registrationId, identity: sealed };
}

/** The record of whom a conversation is with. */
export function contactRecord(conversation: Conversation): ContactRecord {
  const { id, personaId, site, name, peer, peerIdentity, verifiedIdentity, state } = conversation;
  return {
    kind: 'contact',
    conversationId: id,
    personaId,
    site,
    name,
    peer,
    peerIdentity,
    verifiedIdentity,
    ended: state === 'ended',
  };
}

/** The record of an entry of the history. */
export function messageRecord(entry: HistoryEntry, mark: Mark | undefined): MessageRecord {
  const { id, conversationId, order, at, from, kind, text, inviteId, generation, sequence, raw, removed } = entry;
  return {
    kind: 'message',
    historyId: id,
    conversationId,
    order,
    at,
    from,
    shape: kind,
    text,
    inviteId,
    generation,
    sequence,
    unread: raw && {
      content: raw.plaintext as Bytes<'PaddedContent'>,
      hash: raw.hash as Bytes<'ContentHash'>,
      marks: raw.marks as Bytes<'ContentMarks'>,
    },
    removed,
    armour: mark && { messageId: mark.messageId, digests: mark.digests },
  };
}

/** The record of the preview of an entry. */
export function previewRecord(
  { id, conversationId }: Pick<HistoryEntry, 'id' | 'conversationId'>,
  { url, title, description, siteName, picture }: KeptPreview,
): PreviewRecord {
  return { kind: 'preview', historyId: id, conversationId, url, title, description, siteName, picture };
}

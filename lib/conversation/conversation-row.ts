/**
 * Owns how a conversation is kept: its state, whom it is with, its threads and the invites to it.
 * A thread is what one accepted invite began: one agreed key, one chain of contents each way. There is more than one where
 * invites crossed, or where a chat was begun again; see thread.ts for which of them is used.
 */
import type { Bytes } from '../bytes/index.ts';
import { encodeUtf8, SecretBytes } from '../bytes/index.ts';
import type { IdentityKey, OneTimePreKey, SessionRecord } from '../signal/index.ts';
import { type RowTable, row } from '../store/index.ts';
import { identityKey, oneTimePreKey } from './persona-row.ts';
import type { ConversationId, PersonaId } from './place.ts';

/** 16 random bytes that name an invite. */
export type InviteId = Bytes<'InviteId'>;
/** 32 bytes that both sides call the conversation, inside its contents. */
export type AgreedKey = Bytes<'AgreedKey'>;
/** 8 bytes in front of a message: which thread it belongs to, and in which direction. */
export type MessageTag = Bytes<'MessageTag'>;

/**
 * - inviting: we asked. invited: they asked. private: there is a session.
 * - keyChanged: somebody with another identity key answers: nothing is sent until the person accepts it.
 * - ended: one side ended it.
 */
export type ConversationState = 'inviting' | 'invited' | 'private' | 'keyChanged' | 'ended';

/** One conversation of one persona. */
export interface Conversation {
  readonly id: ConversationId;
  readonly personaId: PersonaId;
  readonly site: string;
  /** What the page called it, and the person, when the private chat began. */
  readonly name: string;
  readonly peer: string | undefined;
  readonly state: ConversationState;
  /** While it is keyChanged: what it was before. */
  readonly heldState: ConversationState | undefined;
  readonly peerIdentity: IdentityKey | undefined;
  /** The identity key whose safety number was compared: another one is not verified. */
  readonly verifiedIdentity: IdentityKey | undefined;
  /** The identity key that waits for the person's decision. */
  readonly pendingIdentity: IdentityKey | undefined;
  /** The invite by whose bundle we began the latest session. */
  readonly openingInvite: InviteId | undefined;
  /** Our own open invite, and the latest that we read from the other side. */
  readonly ownInvite: InviteId | undefined;
  readonly theirInvite: InviteId | undefined;
  readonly nextOrder: number;
}

/** What one accepted invite began. */
export interface Thread {
  readonly conversationId: ConversationId;
  readonly inviteId: InviteId;
  /** 0 for the first invite; one more than every thread that the inviter knew. */
  readonly generation: number;
  /** Whose invite it was. */
  readonly inviter: IdentityKey;
  readonly peerIdentity: IdentityKey;
  readonly key: AgreedKey;
  /** Encoded chains of contents. */
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** Whether anything came on it: then the other side has it, too. */
  readonly heard: boolean;
}

/** What a tag leads to. */
export interface Tag {
  readonly conversationId: ConversationId;
  readonly inviteId: InviteId;
  /** Whether it is on what we send. */
  readonly own: boolean;
}

/** An invite that was made or read. */
export interface Invite {
  readonly inviteId: InviteId;
  readonly conversationId: ConversationId;
  readonly own: boolean;
  readonly expiresAt: number;
  readonly generation: number;
  /** Of an own one, until it is used. */
  readonly oneTimePreKey: OneTimePreKey | undefined;
  readonly used: boolean;
  /** Of theirs: the encoded prekey bundle. */
  readonly bundle: Uint8Array | undefined;
}

/** All conversations of this installation belong to one group. */
export const ALL_CONVERSATIONS = encodeUtf8('all');

const id = <Name extends string>() => row.fixed<Name>(16);
const anyBytes: row.RowCodec<Uint8Array> = row.bytes<'Any'>() as row.RowCodec<Uint8Array>;

const state = row.oneOf('inviting', 'invited', 'private', 'keyChanged', 'ended');

export const CONVERSATIONS: RowTable<Conversation> = {
  name: 'conversations',
  version: 1,
  codec: row.record<Conversation>({
    id: id<'ConversationId'>(),
    personaId: id<'PersonaId'>(),
    site: row.text,
    name: row.text,
    peer: row.optional(row.text),
    state,
    heldState: row.optional(state),
    peerIdentity: row.optional(identityKey),
    verifiedIdentity: row.optional(identityKey),
    pendingIdentity: row.optional(identityKey),
    openingInvite: row.optional(id<'InviteId'>()),
    ownInvite: row.optional(id<'InviteId'>()),
    theirInvite: row.optional(id<'InviteId'>()),
    nextOrder: row.uint53,
  }),
};

export const THREADS: RowTable<Thread> = {
  name: 'threads',
  version: 1,
  codec: row.record<Thread>({
    conversationId: id<'ConversationId'>(),
    inviteId: id<'InviteId'>(),
    generation: row.uint32,
    inviter: identityKey,
    peerIdentity: identityKey,
    key: row.fixed<'AgreedKey'>(32),
    sent: anyBytes,
    received: anyBytes,
    heard: row.flag,
  }),
};

export const TAGS: RowTable<Tag> = {
  name: 'tags',
  version: 1,
  codec: row.record<Tag>({ conversationId: id<'ConversationId'>(), inviteId: id<'InviteId'>(), own: row.flag }),
};

export const INVITES: RowTable<Invite> = {
  name: 'invites',
  version: 1,
  codec: row.record<Invite>({
    inviteId: id<'InviteId'>(),
    conversationId: id<'ConversationId'>(),
    own: row.flag,
    expiresAt: row.uint53,
    generation: row.uint32,
    oneTimePreKey: row.optional(oneTimePreKey),
    used: row.flag,
    bundle: row.optional(anyBytes),
  }),
};

/** A session record is bytes already: they are kept as they are. */
export const SESSIONS: RowTable<SessionRecord> = {
  name: 'sessions',
  version: 1,
  codec: {
    write: (writer, record) => writer.prefixed(record.reveal()),
    read: (reader) => SecretBytes.of<'SessionRecord'>(reader.takePrefixed()),
  },
};

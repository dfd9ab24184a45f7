/**
 * Owns what is backed up, and its bytes: identity keys with their registration ids, contacts with the keys that were
 * verified, settings of conversations, readable history with its link previews, and that something was deleted.
 *
 * NEVER ratchet, prekey or sender-key state. An older sending chain that goes on uses message keys twice; an older receiving
 * chain can not read on; and every key of it opens messages that the site has kept. The types say so: a record holds plain
 * values, named public bytes and one kind of secret, the identity key; `OnlyPlain` does not compile otherwise.
 *
 * Bytes of a record: kind (1) | version of the kind, 1 (1) | its fields in the order below. Text is UTF-8 of its JSON string,
 * with its length in front (4), so that any text comes back as it was; an optional field has a flag in front (1).
 */
import { ByteReader, type Bytes, ByteWriter, decodeUtf8, encodeUtf8, type SecretBytes } from '../bytes/index.ts';
import type { X25519PublicKey } from '../crypto/index.ts';
import { refusal } from './failure.ts';
import { identityCodec, type SealedIdentity } from './identity-section.ts';

/** One identity of the person: an account on a site. */
export interface PersonaRecord {
  readonly kind: 'persona';
  /** 16 bytes. */
  readonly personaId: Bytes<'PersonaId'>;
  readonly site: string;
  readonly account: string | undefined;
  readonly registrationId: number;
  /** Sealed once more: who shows or merges a history need not hold it in the clear. */
  readonly identity: SealedIdentity;
}

/** Whom a conversation is with. */
export interface ContactRecord {
  readonly kind: 'contact';
  /** 16 bytes. */
  readonly conversationId: Bytes<'ConversationId'>;
  readonly personaId: Bytes<'PersonaId'>;
  readonly site: string;
  readonly name: string;
  readonly peer: string | undefined;
  readonly peerIdentity: X25519PublicKey | undefined;
  /** The key whose safety number was compared. */
  readonly verifiedIdentity: X25519PublicKey | undefined;
  /** Whether the private chat was ended by one of the two. */
  readonly ended: boolean;
}

/** What a person chose for a conversation, by name; names and values are the conversation room's. */
export interface SettingsRecord {
  readonly kind: 'settings';
  readonly conversationId: Bytes<'ConversationId'>;
  readonly entries: readonly { readonly name: string; readonly value: string }[];
}

/** Where an entry of the history stands on the site: what its armour is recognised by. No key opens anything with it. */
export interface ArmourMark {
  /** 8 to 16 bytes. */
  readonly messageId: Bytes<'ArmourMessageId'>;
  /** 8 bytes of each chunk. */
  readonly digests: readonly Bytes<'ChunkDigest'>[];
}

/** An entry of the history, as it can be read. */
export interface MessageRecord {
  readonly kind: 'message';
  /** 16 bytes. */
  readonly historyId: Bytes<'HistoryId'>;
  readonly conversationId: Bytes<'ConversationId'>;
  readonly order: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: 'me' | 'them';
  readonly shape: 'text' | 'invite' | 'control' | 'other' | 'unknown';
  readonly text: string;
  /** 16 bytes. */
  readonly inviteId: Bytes<'InviteId'>;
  readonly generation: number;
  readonly sequence: number;
  /** Of what this version can't show: the decrypted content, what it was bound to, and its marks. */
  readonly unread:
    | {
        readonly content: Bytes<'PaddedContent'>;
        readonly hash: Bytes<'ContentHash'>;
        readonly marks: Bytes<'ContentMarks'>;
      }
    | undefined;
  readonly removed: boolean;
  readonly armour: ArmourMark | undefined;
}

/** The link preview of an entry, beside it, so that words are read and written without pictures. */
export interface PreviewRecord {
  readonly kind: 'preview';
  /** Of its message. */
  readonly historyId: Bytes<'HistoryId'>;
  readonly conversationId: Bytes<'ConversationId'>;
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
  /** WebP. Left out where it is longer than {@link MOST_PICTURE_LENGTH}. */
  readonly picture: Bytes<'Picture'> | undefined;
}

/** That something is not to come back: with a message its preview, with a contact what was said. */
export interface TombstoneRecord {
  readonly kind: 'tombstone';
  readonly of: 'persona' | 'contact' | 'settings' | 'message';
  /** 16 bytes: of what is gone. */
  readonly id: Bytes<'RecordedId'>;
  /** When it was deleted, in milliseconds since 1970. */
  readonly at: number;
}

export type BackupRecord =
  | PersonaRecord
  | ContactRecord
  | SettingsRecord
  | MessageRecord
  | PreviewRecord
  | TombstoneRecord;

type PlainName =
  | 'PersonaId'
  | 'ConversationId'
  | 'HistoryId'
  | 'InviteId'
  | 'RecordedId'
  | 'X25519PublicKey'
  | 'SealedIdentity'
  | 'ArmourMessageId'
  | 'ChunkDigest'
  | 'PaddedContent'
  | 'ContentHash'
  | 'ContentMarks'
  | 'Picture';
/** `true` where a value is made of nothing but what a record may hold. */
export type OnlyPlain<Value> = Value extends string | number | boolean | undefined
  ? true
  : Value extends SecretBytes<string>
    ? false
    : Value extends Uint8Array
      ? Value extends Bytes<PlainName>
        ? true
        : false
      : Value extends readonly (infer Item)[]
        ? OnlyPlain<Item>
        : Value extends object
          ? false extends { [Key in keyof Value]-?: OnlyPlain<Value[Key]> }[keyof Value]
            ? false
            : true
          : false;
// A record that holds a secret, or bytes of another name, ends the compilation here.
const onlyPlain: false extends OnlyPlain<BackupRecord> ? never : true = true;

/** A record as bytes; none is longer than {@link MOST_RECORD_LENGTH}. */
export type EncodedRecord = Bytes<'BackupRecord'>;
/** In bytes: with room to spare for the longest message that a site takes, and one fits into a segment. */
export const MOST_RECORD_LENGTH = 512 * 1024;
/** In bytes: more than any picture that this version makes or shows. */
export const MOST_PICTURE_LENGTH = 64 * 1024;
const MOST_ENTRIES = 64;
const MOST_CHUNKS = 64;
const VERSION = 1;
const ID = 16;
const KEY = 32;
const DIGEST = 8;
const KINDS = ['persona', 'contact', 'settings', 'message', 'tombstone', 'preview'] as const;
const SIDES = ['me', 'them'] as const;
const SHAPES = ['text', 'invite', 'control', 'other', 'unknown'] as const;
const GONE = ['persona', 'contact', 'settings', 'message'] as const;

/** The bytes of a record. Fields that are not named above are not written. Throws RangeError for one that is too long. */
export function encodeRecord(record: BackupRecord): EncodedRecord {
  const writer = new ByteWriter(512).uint8(KINDS.indexOf(record.kind) + 1).uint8(VERSION);
  switch (record.kind) {
    case 'persona':
      writePersona(writer, record);
      break;
    case 'contact':
      writeContact(writer, record);
      break;
    case 'settings':
      id(writer, record.conversationId);
      if (record.entries.length > MOST_ENTRIES) throw new RangeError('more settings than a record may hold');
      writer.list(record.entries, ({ name, value }) => text(text(writer, name), value));
      break;
    case 'message':
      writeMessage(writer, record);
      break;
    case 'preview':
      writePreview(writer, record);
      break;
    case 'tombstone':
      id(writer.uint8(GONE.indexOf(record.of)), record.id).uint53(record.at);
  }
  const bytes = writer.finish();
  if (bytes.length > MOST_RECORD_LENGTH) throw new RangeError('a record is too long');
  return bytes as EncodedRecord;
}

/** The record of its bytes. Throws RecordDamaged; UpdateNeeded for a kind or a version of later times. */
export function decodeRecord(bytes: Uint8Array): BackupRecord {
  const reader = new ByteReader(bytes, damaged);
  const kind = KINDS[reader.uint8() - 1];
  const version = reader.uint8();
  if (bytes[0] === 0 || version === 0) throw damaged();
  if (kind === undefined || version !== VERSION) throw refusal('UpdateNeeded');
  const record = readers[kind](reader);
  reader.end();
  return record;
}

/** What a record is about: of two with one key the newer one counts, and a tombstone has the key of what is gone. */
export function recordKey(record: BackupRecord): string {
  const [of, about] =
    record.kind === 'tombstone'
      ? [record.of, record.id]
      : record.kind === 'persona'
        ? [record.kind, record.personaId]
        : [record.kind, 'historyId' in record ? record.historyId : record.conversationId];
  return `${of}:${about.join()}`;
}

function writePersona(writer: ByteWriter, { personaId, site, account, registrationId, identity }: PersonaRecord): void {
  text(id(writer, personaId), site).optional(account, (value) => text(writer, value));
  identityCodec.write(writer.uint32(registrationId), identity);
}

function writeContact(writer: ByteWriter, record: ContactRecord): void {
  text(text(id(id(writer, record.conversationId), record.personaId), record.site), record.name);
  writer.optional(record.peer, (value) => text(writer, value));
  writer.optional(record.peerIdentity, (value) => fixed(writer, value, KEY));
  writer.optional(record.verifiedIdentity, (value) => fixed(writer, value, KEY)).flag(record.ended);
}

function writeMessage(writer: ByteWriter, record: MessageRecord): void {
  id(id(writer, record.historyId), record.conversationId).uint53(record.order).uint53(record.at);
  text(writer.uint8(SIDES.indexOf(record.from)).uint8(SHAPES.indexOf(record.shape)), record.text);
  id(writer, record.inviteId).uint32(record.generation).uint32(record.sequence);
  writer.optional(record.unread, ({ content, hash, marks }) => writer.prefixed(content).prefixed(hash).prefixed(marks));
  writer.flag(record.removed).optional(record.armour, ({ messageId, digests }) => {
    writer.prefixed(messageId).list(digests, (digest) => fixed(writer, digest, DIGEST));
  });
}

function writePreview(writer: ByteWriter, record: PreviewRecord): void {
  const { historyId, conversationId, url, title, description, siteName, picture } = record;
  id(id(writer, historyId), conversationId);
  for (const words of [url, title, description, siteName]) text(writer, words);
  writer.optional(picture && picture.length <= MOST_PICTURE_LENGTH ? picture : undefined, (bytes) =>
    writer.prefixed(bytes),
  );
}

const readers: { readonly [Kind in BackupRecord['kind']]: (reader: ByteReader) => BackupRecord } = {
  persona: (reader) => ({
    kind: 'persona',
    personaId: reader.take(ID) as Bytes<'PersonaId'>,
    site: readText(reader),
    account: reader.optional(() => readText(reader)),
    registrationId: reader.uint32(),
    identity: identityCodec.read(reader),
  }),
  contact: (reader) => ({
    kind: 'contact',
    conversationId: reader.take(ID) as Bytes<'ConversationId'>,
    personaId: reader.take(ID) as Bytes<'PersonaId'>,
    site: readText(reader),
    name: readText(reader),
    peer: reader.optional(() => readText(reader)),
    peerIdentity: reader.optional(() => reader.take(KEY) as X25519PublicKey),
    verifiedIdentity: reader.optional(() => reader.take(KEY) as X25519PublicKey),
    ended: reader.flag(),
  }),
  settings: (reader) => ({
    kind: 'settings',
    conversationId: reader.take(ID) as Bytes<'ConversationId'>,
    entries: reader.list(MOST_ENTRIES, () => ({ name: readText(reader), value: readText(reader) })),
  }),
  message: (reader) => ({
    kind: 'message',
    historyId: reader.take(ID) as Bytes<'HistoryId'>,
    conversationId: reader.take(ID) as Bytes<'ConversationId'>,
    order: reader.uint53(),
    at: reader.uint53(),
    from: oneOf(SIDES, reader),
    shape: oneOf(SHAPES, reader),
    text: readText(reader),
    inviteId: reader.take(ID) as Bytes<'InviteId'>,
    generation: reader.uint32(),
    sequence: reader.uint32(),
    unread: reader.optional(() => ({
      content: reader.takePrefixed() as Bytes<'PaddedContent'>,
      hash: reader.takePrefixed() as Bytes<'ContentHash'>,
      marks: reader.takePrefixed() as Bytes<'ContentMarks'>,
    })),
    removed: reader.flag(),
    armour: reader.optional(() => ({
      messageId: reader.takePrefixed() as Bytes<'ArmourMessageId'>,
      digests: reader.list(MOST_CHUNKS, () => reader.take(DIGEST) as Bytes<'ChunkDigest'>),
    })),
  }),
  preview: (reader) => ({
    kind: 'preview',
    historyId: reader.take(ID) as Bytes<'HistoryId'>,
    conversationId: reader.take(ID) as Bytes<'ConversationId'>,
    url: readText(reader),
    title: readText(reader),
    description: readText(reader),
    siteName: readText(reader),
    picture: reader.optional(() => reader.takePrefixed() as Bytes<'Picture'>),
  }),
  tombstone: (reader) => ({
    kind: 'tombstone',
    of: oneOf(GONE, reader),
    id: reader.take(ID) as Bytes<'RecordedId'>,
    at: reader.uint53(),
  }),
};

function id(writer: ByteWriter, bytes: Uint8Array): ByteWriter {
  return fixed(writer, bytes, ID);
}

function fixed(writer: ByteWriter, bytes: Uint8Array, length: number): ByteWriter {
  if (bytes.length !== length) throw new RangeError('a field has one length');
  return writer.raw(bytes);
}

function text(writer: ByteWriter, value: string): ByteWriter {
  return writer.prefixed(encodeUtf8(JSON.stringify(value)));
}

function readText(reader: ByteReader): string {
  const json = decodeUtf8(reader.takePrefixed());
  let value: unknown;
  try {
    value = json === undefined ? undefined : JSON.parse(json);
  } catch {
    throw damaged();
  }
  // One text has one spelling: JSON has several for some.
  if (typeof value !== 'string' || JSON.stringify(value) !== json) throw damaged();
  return value;
}

function oneOf<const Word extends string>(words: readonly Word[], reader: ByteReader): Word {
  const word = words[reader.uint8()];
  if (word === undefined) throw damaged();
  return word;
}

function damaged() {
  return refusal('RecordDamaged');
}

/** @internal For the test of the invariant at the top. */
export { onlyPlain };

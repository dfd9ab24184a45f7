/**
 * Owns the model: what a message can say. Does not own how it is spelt (`kinds.ts`), nor who may say it: that an edit or
 * an unsend comes from the author of its target is checked by the room that knows the history.
 * Every value here is plain data. Text is exactly what was typed; names, titles and addresses come from the peer and are
 * hints to be drawn as text, never markup, paths or facts.
 */
import type { Bytes, SecretBytes } from '../bytes/index.ts';
import type { ContentId } from './hash.ts';
import type { ContentVersion } from './version.ts';

/** Words, with what was said about the links in them and the message that they answer. */
export interface TextContent {
  readonly kind: 'text';
  readonly text: string;
  readonly reply?: ContentId;
  readonly previews: readonly LinkPreview[];
  /** Seconds from reading to removal: the timer that was on when this was sent. Absent: it stays. */
  readonly expiresAfter?: number;
}

/** One emoji put on, or taken off, a message. */
export interface ReactionContent {
  readonly kind: 'reaction';
  readonly target: ContentId;
  readonly emoji: string;
  readonly removed: boolean;
}

/** New words (and previews) for a text or a caption that the same sender sent. It keeps reply and timer of its target. */
export interface EditContent {
  readonly kind: 'edit';
  readonly target: ContentId;
  readonly text: string;
  readonly previews: readonly LinkPreview[];
}

/** Asks to remove a message that the same sender sent. */
export interface UnsendContent {
  readonly kind: 'unsend';
  readonly target: ContentId;
}

/** Sets how long messages of this conversation stay after they are read, in seconds; 0 is for ever. */
export interface TimerContent {
  readonly kind: 'timer';
  readonly seconds: number;
}

/** One to eight files, and a caption, which may be empty. */
export interface AttachmentContent {
  readonly kind: 'attachment';
  readonly attachments: readonly Attachment[];
  readonly text: string;
  readonly reply?: ContentId;
  readonly expiresAfter?: number;
}

/**
 * Texts that the sender said before and says again, since the other side restored its messages from a backup and asked for
 * them. Since 1.1.
 */
export interface ResentContent {
  readonly kind: 'resent';
  /** 0 to 50, in the order in which they were said. */
  readonly messages: readonly ResentMessage[];
  /** How many older ones there was no room for. */
  readonly left: number;
}

/** One text that is said again. Previews and replies do not come again. */
export interface ResentMessage extends ContentPosition {
  /** When it was said, in seconds since 1970, by its sender's clock. */
  readonly sentAt: number;
  readonly text: string;
  /** Where it stands on the site, so that the other side knows it again there. */
  readonly armour?: ResentArmour;
}

/** The armour in which a text was said first. */
export interface ResentArmour {
  /** 8 bytes: its message id. */
  readonly id: Bytes<'ArmourMessageId'>;
  /** The first 8 bytes of the SHA-256 of each chunk's payload: 1 to 64. */
  readonly digests: readonly Bytes<'ChunkDigest'>[];
}

/** A content of one sender, by its place: the invite that began its thread (16 bytes), generation and sequence. */
export interface ContentPosition {
  readonly thread: Bytes<'InviteId'>;
  readonly generation: number;
  readonly sequence: number;
}

/** What the two extensions say to each other; no bubble is drawn for it. */
export interface ControlContent {
  readonly kind: 'control';
  readonly notice: ControlNotice;
}

/** Something that only a newer version can read. It keeps its place in the chain, and the UI says what is needed. */
export interface UnknownContent {
  readonly kind: 'unknown';
  readonly neededVersion: ContentVersion;
}

/** What can be sent. */
export type Content =
  | TextContent
  | ReactionContent
  | EditContent
  | UnsendContent
  | TimerContent
  | AttachmentContent
  | ControlContent
  | ResentContent;

/** What can be received. */
export type ReceivedContent = Content | UnknownContent;

/** What a page said about itself, as its sender's extension read it. `url` is serialised: ASCII, http or https. */
export interface LinkPreview {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly picture?: PreviewPicture;
  /** What the page calls its site: its own word, never the host. */
  readonly siteName?: string;
}

/** The picture of a preview: 1 byte to 32 KiB. The type is what its sender says: check before drawing. */
export interface PreviewPicture {
  readonly type: PictureType;
  readonly bytes: Uint8Array;
}

/** The pictures that every browser draws and that carry no script. */
export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp';

/** How to fetch, open and check one file: 32-byte key, 32-byte SHA-256 of the encrypted file, size in bytes in clear. */
export interface Attachment {
  readonly key: SecretBytes<'AttachmentKey'>;
  readonly digest: Bytes<'AttachmentDigest'>;
  readonly size: number;
  readonly name: string;
  /** A media type such as `image/png`, lower case, without parameters. */
  readonly type: string;
}

/**
 * - session-established: the answer to a first message, so that the phase of large messages ends at once.
 * - identity-changed: the sender's identity key is now the one with this fingerprint (16 to 64 bytes): a hint to ask the
 *   person, never a reason to trust it.
 * - end-session: the sender will not read this session any more.
 * - receipt: the sender has received or read these messages (1 to 64).
 * - restored: the sender's browser is a new one that was restored from a backup; `after` is the newest content of the other
 *   side that it has, absent where it has none: what was said after it may be sent again. Since 1.1.
 */
export type ControlNotice =
  | { readonly type: 'session-established' }
  | { readonly type: 'identity-changed'; readonly fingerprint: Uint8Array }
  | { readonly type: 'end-session' }
  | { readonly type: 'receipt'; readonly state: ReceiptState; readonly ids: readonly ContentId[] }
  | { readonly type: 'restored'; readonly after?: ContentPosition };

/** How far a message got. */
export type ReceiptState = 'received' | 'read';

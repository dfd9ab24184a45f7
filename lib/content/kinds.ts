/**
 * Owns the table of kinds: the number of each, its fields, and which of the common parts (reply, previews, timer) may
 * stand beside it. Numbers are for ever; what a kind means never changes within a major version.
 */
import { bytesOf, flag, secretOf, text, textLike, uint32 } from './codec.ts';
import type { Attachment, Content, ReceivedContent } from './content.ts';
import { controlNotice } from './control.ts';
import { refusal } from './failure.ts';
import { HASH_BYTES } from './hash.ts';
import * as limits from './limits.ts';
import { many, nested, one, optional } from './message.ts';
import { linkPreview } from './preview.ts';
import { resentMessages } from './resent.ts';
import { encodeVariant, readVariant, type Variant, variant } from './variant.ts';
import { type ContentVersion, CURRENT_VERSION, isNewer, NewerSchema, versionNumber } from './version.ts';
import type { WireField } from './wire.ts';

/** Kinds are numbered from here; below are the fields of the envelope. */
export const FIRST_KIND = 7;

type Kind = Content['kind'];
type Fields<Name extends Kind> = Omit<Extract<Content, { kind: Name }>, 'kind'>;

/** RFC 6838, section 4.2, in the lower case that browsers give. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
/** 2^32 - 1: 4 GiB, far above what a chat site takes. */
const MAX_SIZE = 0xffffffff;

/** As many as a sequence counts. */
const MAX_LEFT = 0xffffffff;

const contentId = bytesOf<'ContentId'>(HASH_BYTES);
const words = text(limits.MAX_TEXT_BYTES);
const reply = optional(32, contentId);
const previews = many(33, linkPreview, 0, limits.MAX_PREVIEWS);
const expiresAfter = optional(34, uint32(1, limits.MAX_TIMER_SECONDS));

const attachment = nested<Attachment>({
  key: one(1, secretOf<'AttachmentKey'>(32)),
  digest: one(2, bytesOf<'AttachmentDigest'>(32)),
  size: one(3, uint32(0, MAX_SIZE)),
  name: one(4, text(limits.MAX_NAME_BYTES)),
  type: one(5, textLike(MEDIA_TYPE, limits.MAX_MEDIA_TYPE_BYTES)),
});

const KINDS: { readonly [Name in Kind]: Variant } = {
  text: variant<Fields<'text'>, 'text'>(7, { text: one(1, words) }, { reply, previews, expiresAfter }),
  reaction: variant<Fields<'reaction'>, 'target' | 'emoji' | 'removed'>(
    8,
    { target: one(1, contentId), emoji: one(2, text(limits.MAX_EMOJI_BYTES)), removed: one(3, flag) },
    {},
  ),
  edit: variant<Fields<'edit'>, 'target' | 'text'>(9, { target: one(1, contentId), text: one(2, words) }, { previews }),
  unsend: variant<Fields<'unsend'>, 'target'>(10, { target: one(1, contentId) }, {}),
  timer: variant<Fields<'timer'>, 'seconds'>(11, { seconds: one(1, uint32(0, limits.MAX_TIMER_SECONDS)) }, {}),
  attachment: variant<Fields<'attachment'>, 'attachments' | 'text'>(
    12,
    { attachments: many(1, attachment, 1, limits.MAX_ATTACHMENTS), text: one(2, words) },
    { reply, expiresAfter },
  ),
  control: variant<Fields<'control'>, 'notice'>(13, { notice: one(1, controlNotice) }, {}),
  resent: variant<Fields<'resent'>, 'messages' | 'left'>(
    14,
    { messages: resentMessages, left: one(2, uint32(0, MAX_LEFT)) },
    {},
  ),
};

/**
 * The fields of `content`, from number 7 up. Throws TextTooLong or TextNotWellFormed for text, RangeError for any other
 * part outside its bounds.
 */
export function encodeContent(content: Content): Uint8Array {
  return encodeVariant(KINDS[content.kind], content);
}

/** The lowest version that can read `content`: a plain text will say 1.0 for as long as 1.0 can read it. */
export function neededVersion(content: Content): ContentVersion {
  const isRestoring = content.kind === 'control' && content.notice.type === 'restored';
  return { major: 1, minor: content.kind === 'resent' || isRestoring ? 1 : 0 };
}

/** The content that `fields` (from number 7 up) spell, or `unknown` where only `version` can tell. Throws Malformed. */
export function decodeContent(fields: readonly WireField[], version: ContentVersion): ReceivedContent {
  const unknown = { kind: 'unknown', neededVersion: version } as const;
  // Another major version may have given every number here another meaning.
  if (version.major !== CURRENT_VERSION.major) return unknown;
  try {
    const { name, fields: parts } = readVariant(KINDS, fields, isNewer(version));
    const content = { kind: name, ...parts } as Content;
    // Its writer says what a reader needs: less than that is no spelling of ours.
    if (versionNumber(version) < versionNumber(neededVersion(content))) throw refusal('Malformed');
    return content;
  } catch (error) {
    if (error instanceof NewerSchema) return unknown;
    throw error;
  }
}

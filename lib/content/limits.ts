/** Owns the bounds of a content's parts, in bytes of UTF-8 where it is text. Within a major version none may grow. */

/** 64 KiB: what the most generous site takes as one message, and far more than anyone types. */
export const MAX_TEXT_BYTES = 65_536;
/** A reaction is one emoji; the longest joined sequence in Unicode is 35 bytes, flags of subdivisions 28. */
export const MAX_EMOJI_BYTES = 64;
/** A text with more links than this gets no more pictures: they are what makes a message large. */
export const MAX_PREVIEWS = 4;
/** What browsers and servers agree to call an address. */
export const MAX_URL_BYTES = 2048;
/** Two lines of a preview's head, in any script. */
export const MAX_TITLE_BYTES = 512;
/** A short paragraph, in any script. */
export const MAX_DESCRIPTION_BYTES = 1024;
/** What a page calls the site that it belongs to. */
export const MAX_SITE_NAME_BYTES = 256;
/** 32 KiB: a preview's picture at thumbnail size. It goes through the chat as text, so small is kind. */
export const MAX_PICTURE_BYTES = 32_768;
/** What people pick in one go; each is a descriptor of some 200 bytes. */
export const MAX_ATTACHMENTS = 8;
/** The longest file name of the usual file systems. */
export const MAX_NAME_BYTES = 255;
/** RFC 6838, section 4.2: type and subtype of at most 127 letters, and the stroke between. */
export const MAX_MEDIA_TYPE_BYTES = 255;
/** Messages that one receipt speaks of: a screenful, 2 KiB. */
export const MAX_RECEIPT_IDS = 64;
/** A year: a longer timer is no timer. */
export const MAX_TIMER_SECONDS = 31_536_000;
/** Texts that are sent again after a restore: a few screenfuls. */
export const MAX_RESENT = 50;
/** 32 KiB: bytes of all texts that are sent again together, and so of each. */
export const MAX_RESENT_BYTES = 32_768;
/** Chunks of armour in which one message stands at most. */
export const MAX_RESENT_CHUNKS = 64;
/** From a 16-byte to a 64-byte fingerprint of an identity key. */
export const MIN_FINGERPRINT_BYTES = 16;
export const MAX_FINGERPRINT_BYTES = 64;

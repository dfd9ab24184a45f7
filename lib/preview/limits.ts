/** Owns the bounds of a preview and of the work that is spent on one. */

/** What browsers and servers agree to call an address, in characters of the serialised form, all of them ASCII. */
export const MAX_URL_LENGTH = 2048;
/** Of a text only this much is looked through for a link, in UTF-16 units: as much as the largest message holds. */
export const MAX_SEARCHED_TEXT = 65_536;

/** Redirects that are followed: http to https, to www, to the language, and two to spare. */
export const MAX_REDIRECTS = 5;
/** Everything together, in milliseconds. */
export const DEADLINE_MS = 5000;
/** 512 KiB of HTML after decompression: heads with a shop's inline scripts in them stay below. */
export const MAX_HTML_BYTES = 524_288;
/** 2 MiB of picture as it is served. */
export const MAX_SOURCE_BYTES = 2_097_152;
/**
 * 8 MiPixel, a 4K picture: 32 MiB as it lies decoded in memory, and half as much again while it is being decoded.
 */
export const MAX_SOURCE_PIXELS = 8_388_608;
/** No side longer than this: a strip of one pixel's height is no picture. */
export const MAX_SOURCE_SIDE = 16_384;
/** Type and size must stand in the first 256 KiB: what cameras put in front of a JPEG's size is less. */
export const MAX_SNIFFED_BYTES = 262_144;

/** Bytes of UTF-8; the same as in lib/content for what it has. */
export const MAX_TITLE_BYTES = 512;
export const MAX_DESCRIPTION_BYTES = 1024;
export const MAX_SITE_NAME_BYTES = 256;

/** A side of the picture that travels, in pixels: a card in a chat is some 360 wide. */
export const MAX_PICTURE_SIDE = 400;
/** Below this it shows nothing any more. */
export const MIN_PICTURE_SIDE = 48;
/** 24 KiB where the site leaves room. */
export const MAX_PICTURE_BYTES = 24_576;
/** Where fewer bytes are left there is no picture: an empty WebP of 48 pixels is 100 bytes, one that shows something 500. */
export const MIN_PICTURE_BYTES = 512;

/** How long a message waits for a preview that is nearly there, in milliseconds: as long as sending may take anyway. */
export const MAX_WAIT_MS = 300;
/** Finished previews that are kept in memory, and for how long in milliseconds. */
export const MAX_CACHED = 16;
export const CACHE_MS = 600_000;

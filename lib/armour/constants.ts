/**
 * Owns the fixed words of the armour and its bounds: docs/armour.md is the same in prose.
 * Invariants: imports nothing, since content scripts reach it; a marking word holds its first character once, so that a
 * reader never has to step back.
 */

/** The two ways to write bytes as letters. */
export type AlphabetName = 'base62' | 'han14';

/**
 * What begins every base62 marking word. In a body it is always followed by STUFFING, so that no body can hold a marking
 * word, whatever its bytes. Its three characters differ, so two of it never overlap.
 */
export const STEM = 'qZ7';

/** Follows the stem in a body; no marking word has it there. */
export const STUFFING = '0';

/**
 * The characters that open and close a chunk of each alphabet.
 * base62: six letters and digits without a meaning: by chance once in 62^6 = 5.7 * 10^10 places of random letters. The
 * first is a letter, so that no site takes the line for a command, a list or a quotation.
 * han14: rare Han that lie outside the alphabet (above U+8DFF), of four different radicals, not adjacent in any list, in
 * the block every font has (up to U+9FA5): by chance once in 20992^3 = 9 * 10^12 places of random Han.
 */
export const MARKS = {
  base62: { sentinel: `${STEM}Vx4`, end: `${STEM}W` },
  han14: { sentinel: '\u9e08\u97c4\u93d5', end: '\u9f43' },
} as const satisfies Record<AlphabetName, { sentinel: string; end: string }>;

/** The first Han of the alphabet, the beginning of the block CJK Unified Ideographs: value 0. */
export const HAN_BASE = 0x4e00;

/** Bits a Han letter carries: 2^14 letters, U+4E00 to U+8DFF, all in one block. */
export const HAN_BITS = 14;

/** Chunks of a message, at most: more rows than that would bury a chat, and a file upload serves better. */
export const MAX_CHUNKS = 64;

/** Payload bytes of a chunk, at most: more than any message box with a known limit below 20 000 characters takes. */
export const MAX_CHUNK_PAYLOAD = 16_384;

/**
 * Letters between sentinel and end mark, at most. The fullest chunk has 16 384 + 18 bytes: 22 041 letters of base62, at
 * most a third more by stuffing.
 */
export const MAX_BODY_LETTERS = 29_388;

/** Characters that are searched in one text, in UTF-16 units: far more than a row of a chat holds. */
export const MAX_SCANNED = 1 << 20;

/** Spans that are reported of one text: sixteen messages of the most chunks. */
export const MAX_SPANS = 1024;

/**
 * Owns base62: blocks of 32 bytes as 43 letters (62^43 > 2^256), a shorter last block as the fewest letters that hold its
 * bytes. Letters 0-9, A-Z, a-z; bytes and letters most significant first.
 * Invariants: canonical, so that exactly one text is the encoding of given bytes; linear time, since no number is larger
 * than a block.
 */
import { base62Value } from './detect-letter.ts';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BLOCK_BYTES = 32;

/** The letters of a block of each number of bytes. Every byte needs at least one more, so lengths are never ambiguous. */
const BLOCK_LETTERS = Array.from({ length: BLOCK_BYTES + 1 }, (_, bytes) => Math.ceil((8 * bytes) / Math.log2(62)));
const FULL_BLOCK_LETTERS = BLOCK_LETTERS[BLOCK_BYTES]!;

/** The text of `bytes`: 43 letters for every 32 bytes. */
export function encodeBase62(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    text += encodeBlock(bytes.slice(start, start + BLOCK_BYTES));
  }
  return text;
}

/** The bytes, or undefined for any text that {@link encodeBase62} does not make. */
export function decodeBase62(text: string): Uint8Array | undefined {
  const blocks = Math.floor(text.length / FULL_BLOCK_LETTERS);
  const last = BLOCK_LETTERS.indexOf(text.length % FULL_BLOCK_LETTERS);
  if (last < 0) return undefined;
  const bytes = new Uint8Array(blocks * BLOCK_BYTES + last);
  for (let i = 0; i * BLOCK_BYTES < bytes.length; i++) {
    const letters = text.slice(i * FULL_BLOCK_LETTERS, (i + 1) * FULL_BLOCK_LETTERS);
    if (!decodeBlock(letters, bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))) return undefined;
  }
  return bytes;
}

/** The most bytes whose text has at most `letters` letters. */
export function base62Capacity(letters: number): number {
  const rest = letters % FULL_BLOCK_LETTERS;
  const last = BLOCK_LETTERS.findLastIndex((needed) => needed <= rest);
  return Math.floor(letters / FULL_BLOCK_LETTERS) * BLOCK_BYTES + last;
}

/** Divides the block by 62, over and over: each remainder is a letter. Overwrites `block`. */
function encodeBlock(block: Uint8Array): string {
  let text = '';
  for (let letter = BLOCK_LETTERS[block.length]!; letter > 0; letter--) {
    let remainder = 0;
    for (let i = 0; i < block.length; i++) {
      const value = (remainder << 8) | block[i]!;
      block[i] = Math.floor(value / 62);
      remainder = value % 62;
    }
    text = LETTERS[remainder]! + text;
  }
  return text;
}

/** Fills `block`, which is all zero; false for a foreign letter or a value that the block can't hold. */
function decodeBlock(letters: string, block: Uint8Array): boolean {
  for (let letter = 0; letter < letters.length; letter++) {
    let carry = base62Value(letters.charCodeAt(letter));
    if (carry < 0) return false;
    for (let i = block.length - 1; i >= 0; i--) {
      const value = block[i]! * 62 + carry;
      block[i] = value & 0xff;
      carry = value >> 8;
    }
    if (carry !== 0) return false;
  }
  return true;
}

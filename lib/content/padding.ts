/**
 * Owns padding: every content is filled up to one of a few sizes, so that its length tells the site the size alone.
 * Source: ISO/IEC 7816-4: 0x80, then zeros. Invariants: one spelling for each content; removal checks all of it. The
 * plaintext is authentic when it comes here, so what this check takes tells nobody anything.
 */
import { refusal } from './failure.ts';

/**
 * Each size is 16 k - 1: the cipher adds 1 to 16 bytes to reach a multiple of 16, so no byte is wasted.
 * 127 and 351: with ratchet header and base62 armour these fit one and two lines of 350 letters, the least any site
 * takes, as far as lines go: a smaller size would save none. From 511 on four steps a doubling, so that padding adds at
 * most a quarter.
 * 262 143: above the largest content that the limits allow.
 */
export const PADDED_SIZES: readonly number[] = [127, 351, ...steps(512, 262_144)];

/** `content` filled up to the least size that holds it and one byte. Throws RangeError above 262 142 bytes. */
export function padContent(content: Uint8Array): Uint8Array {
  const size = sizeFor(content.length);
  if (size === undefined) throw new RangeError('content too large');
  const padded = new Uint8Array(size);
  padded.set(content);
  padded[content.length] = 0x80;
  return padded;
}

/** The content, as a view of `padded`. Throws BadPadding for any other size or filling. */
export function unpadContent(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (padded[end] !== 0x80 || sizeFor(end) !== padded.length) throw refusal('BadPadding');
  return padded.subarray(0, end);
}

function sizeFor(length: number): number | undefined {
  return PADDED_SIZES.find((size) => size > length);
}

/** first - 1, then four equal steps up to each doubling, to last - 1. */
function steps(first: number, last: number): number[] {
  const sizes = [first - 1];
  for (let base = first; base < last; base *= 2) {
    for (const quarters of [5, 6, 7, 8]) sizes.push((base / 4) * quarters - 1);
  }
  return sizes;
}

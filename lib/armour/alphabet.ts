/** Owns what the two alphabets have in common: marks, coding of a body, and how much room a body needs. */
import { base62Capacity, decodeBase62, encodeBase62 } from './base62.ts';
import { type AlphabetName, MARKS, STEM } from './constants.ts';
import { decodeHan14, encodeHan14, han14Capacity } from './han14.ts';
import { stuff, unstuff } from './stuffing.ts';

/** One way to write a chunk's bytes between its marks. */
export interface Alphabet {
  readonly sentinel: string;
  readonly end: string;
  /** UTF-8 bytes of every letter and of every character of the marks. */
  readonly utf8Bytes: 1 | 3;
  /** The body for any bytes; never holds a mark. */
  readonly encode: (bytes: Uint8Array) => string;
  /** The bytes of a body, or undefined for a text that `encode` does not make. */
  readonly decode: (body: string) => Uint8Array | undefined;
  /** The most bytes that, in all but freak cases, have a body of at most `letters` letters. */
  readonly usualCapacity: (letters: number) => number;
  /** The most bytes that have a body of at most `letters` letters whatever they are. */
  readonly sureCapacity: (letters: number) => number;
}

/**
 * Letters kept free for stuffing. A stem is found once in 62^3 places of random letters: more than four of them in one of
 * twenty million chunks of the largest kind, and encoding then falls back to the sure capacity.
 */
const STUFFING_RESERVE = 4;

/** Every alphabet by its name. */
export const ALPHABETS: Record<AlphabetName, Alphabet> = {
  base62: {
    ...MARKS.base62,
    utf8Bytes: 1,
    encode: (bytes) => stuff(encodeBase62(bytes)),
    decode: (body) => {
      const letters = unstuff(body);
      return letters === undefined ? undefined : decodeBase62(letters);
    },
    usualCapacity: (letters) => base62Capacity(Math.max(0, letters - STUFFING_RESERVE)),
    // A body of stems alone grows by one letter for each.
    sureCapacity: (letters) => base62Capacity(Math.floor((letters * STEM.length) / (STEM.length + 1))),
  },
  han14: {
    ...MARKS.han14,
    utf8Bytes: 3,
    encode: encodeHan14,
    decode: decodeHan14,
    usualCapacity: han14Capacity,
    sureCapacity: han14Capacity,
  },
};

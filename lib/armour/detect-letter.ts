/** Owns which letters the alphabets have, and their values. Content scripts import it. */
import { type AlphabetName, HAN_BASE, HAN_BITS } from './constants.ts';

/** The value, 0 to 61, of a base62 letter (0-9, A-Z, a-z, in the order of ASCII), or -1. */
export function base62Value(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x5a) return code - 0x41 + 10;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 36;
  return -1;
}

/** The value, 0 to 2^14 - 1, of a han14 letter (U+4E00 + value), or -1. */
export function han14Value(code: number): number {
  const value = code - HAN_BASE;
  return value >= 0 && value < 1 << HAN_BITS ? value : -1;
}

/** The reader of each alphabet's letters. */
export const LETTER_VALUE: Record<AlphabetName, (code: number) => number> = {
  base62: base62Value,
  han14: han14Value,
};

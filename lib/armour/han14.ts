/**
 * Owns han14: 14 bits a letter, U+4E00 + value, without a table. The bits of the bytes, most significant first, then a
 * single 1 and as many 0 as fill the last letter: so the text says its own length in bytes.
 * Invariants: canonical, so that exactly one text is the encoding of given bytes; linear time.
 */
import { HAN_BASE, HAN_BITS } from './constants.ts';
import { han14Value } from './detect-letter.ts';

/** The text of `bytes`: (8 * length + 1) / 14 letters, rounded up. */
export function encodeHan14(bytes: Uint8Array): string {
  let text = '';
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    if (bits < HAN_BITS) continue;
    bits -= HAN_BITS;
    text += String.fromCharCode(HAN_BASE + (pending >> bits));
    pending &= (1 << bits) - 1;
  }
  const padding = HAN_BITS - bits;
  return text + String.fromCharCode(HAN_BASE + ((pending << padding) | (1 << (padding - 1))));
}

/** The bytes, or undefined for any text that {@link encodeHan14} does not make. */
export function decodeHan14(text: string): Uint8Array | undefined {
  const last = han14Value(text.charCodeAt(text.length - 1));
  if (last <= 0) return undefined;
  // The lowest 1 of the last letter closes the bits, which must then be whole bytes.
  const padding = 32 - Math.clz32(last & -last);
  const bits = text.length * HAN_BITS - padding;
  if (bits % 8 !== 0) return undefined;
  return decodeBits(text, bits / 8);
}

/** The most bytes whose text has at most `letters` letters. */
export function han14Capacity(letters: number): number {
  return Math.max(0, Math.floor((letters * HAN_BITS - 1) / 8));
}

function decodeBits(text: string, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  let at = 0;
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = han14Value(text.charCodeAt(i));
    if (value < 0) return undefined;
    pending = (pending << HAN_BITS) | value;
    bits += HAN_BITS;
    while (bits >= 8 && at < length) {
      bits -= 8;
      bytes[at++] = pending >> bits;
      pending &= (1 << bits) - 1;
    }
  }
  return bytes;
}

/** Owns base64url without padding (RFC 4648, section 5), in its one canonical form. */
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const LETTERS = encodeUtf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const FOREIGN = 0xff;
/** The value of each letter by its code; every other code below 128 is foreign. */
const VALUES = new Uint8Array(128).fill(FOREIGN);
for (const [value, letter] of LETTERS.entries()) VALUES[letter] = value;

/** Base64url text without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  // Letters as bytes and one text of them: a text that grows by letters leaves as many texts behind.
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let length = 0;
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text[length++] = LETTERS[(pending >> bits) & 63]!;
    }
    pending &= (1 << bits) - 1;
  }
  if (bits > 0) text[length] = LETTERS[(pending << (6 - bits)) & 63]!;
  return decodeUtf8(text)!;
}

/** The bytes, or undefined for a foreign letter, padding, an impossible length or left-over bits that are not zero. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let pending = 0;
  let bits = 0;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? FOREIGN;
    if (value === FOREIGN) return undefined;
    pending = (pending << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = pending >> bits;
      pending &= (1 << bits) - 1;
    }
  }
  return pending === 0 ? bytes : undefined;
}

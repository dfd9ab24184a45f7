/**
 * Owns comparison. `equalBytes` and `isAllZero` take the same time for every content of one length; `compareBytes`
 * does not, and is for public values only.
 */

/** Whether `a` and `b` hold the same bytes. The lengths are public; the contents are compared in constant time. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** Whether every byte is zero, in constant time for one length. True for no bytes at all. */
export function isAllZero(bytes: Uint8Array): boolean {
  let seen = 0;
  for (const byte of bytes) seen |= byte;
  return seen === 0;
}

/** Lexicographic order of public values: negative, 0 or positive. A prefix comes before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

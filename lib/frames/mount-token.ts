/** Owns the random tokens of tickets, passes and seats: 128 bits, which nobody guesses within a ticket's ten seconds. */

/** Letters of a token: 16 bytes in lower-case hexadecimal. */
export const TOKEN_LENGTH = 32;

/** A fresh token from the browser's secure random source. */
export function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_LENGTH / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

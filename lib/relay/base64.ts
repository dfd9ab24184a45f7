/** Owns the spelling of bytes for `data:` addresses: base64 with padding (RFC 4648, section 4). Ports carry texts alone. */

/** `bytes`, some ten thousand of them at most. */
export function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * Owns the brand for public byte strings: two of them with different names do not mix at compile time.
 * Does not own secrets: those are {@link SecretBytes}, which do not print.
 */
declare const brand: unique symbol;

/** A public byte string called `Name` (a public key, a ciphertext): safe to show, never a bare Uint8Array. */
export type Bytes<Name extends string> = Uint8Array & { readonly [brand]: Name };

/**
 * Names `bytes`, which must be `length` bytes long. No copy is made: the caller gives the bytes away.
 * Throws RangeError on another length: a caller that holds untrusted input checks the length first.
 */
export function bytesOfLength<Name extends string>(bytes: Uint8Array, length: number): Bytes<Name> {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes as Bytes<Name>;
}

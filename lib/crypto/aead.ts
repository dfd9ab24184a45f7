/**
 * Owns XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha, IETF variant): authenticated encryption with nonces long enough to be
 * drawn at random.
 * Does not own keys, nonces or what is bound beside the text: the caller's.
 */
import { sodium } from './sodium.ts';

/** Lengths in bytes. The ciphertext is the plaintext and a tag behind it. */
export const AEAD_LENGTHS = { key: 32, nonce: 24, tag: 16 } as const;

/** What both directions take: 32 bytes of key, 24 of nonce (never twice with one key), and any bytes to be bound. */
export interface AeadContext {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly additionalData: Uint8Array;
}

/** Ciphertext and tag: 16 bytes more than `plaintext`. Throws RangeError for a key or nonce of another length. */
export function sealAead(context: AeadContext, plaintext: Uint8Array): Uint8Array {
  const { key, nonce, additionalData } = requireLengths(context);
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, additionalData, null, nonce, key);
}

/**
 * The plaintext, or undefined where ciphertext, tag, nonce, key or the bound bytes are not those that were sealed. Throws
 * RangeError for a key or nonce of another length.
 */
export function openAead(context: AeadContext, ciphertext: Uint8Array): Uint8Array | undefined {
  const { key, nonce, additionalData } = requireLengths(context);
  if (ciphertext.length < AEAD_LENGTHS.tag) return undefined;
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, additionalData, nonce, key);
  } catch {
    return undefined; // libsodium throws where the tag is wrong
  }
}

function requireLengths(context: AeadContext): AeadContext {
  if (context.key.length !== AEAD_LENGTHS.key) throw new RangeError('XChaCha20-Poly1305 takes a key of 32 bytes');
  if (context.nonce.length !== AEAD_LENGTHS.nonce) throw new RangeError('XChaCha20-Poly1305 takes a nonce of 24 bytes');
  return context;
}

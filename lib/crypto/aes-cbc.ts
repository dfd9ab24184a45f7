/**
 * Owns AES-256-CBC with PKCS#7 padding (NIST SP 800-38A), synchronous, so that a ratchet step holds no await.
 * Does not own authentication: nothing is decrypted here before its MAC was checked.
 */
import { cbc } from '@noble/ciphers/aes.js';

/** The ciphertext: the next multiple of 16 bytes above the plaintext's length. `key` is 32 bytes, `iv` 16. */
export function encryptAesCbc(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return cbc(key, iv).encrypt(plaintext);
}

/** The plaintext, or undefined where the length is no positive multiple of 16 or the padding is wrong. */
export function decryptAesCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const cipher = cbc(key, iv);
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return undefined;
  }
}

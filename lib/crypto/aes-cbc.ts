/**
 * Owns AES-256-CBC with PKCS#7 padding (NIST SP 800-38A), synchronous, so that a ratchet step holds no await.
 * Does not own authentication: nothing is decrypted here before its MAC was checked.
 */
type Aes = typeof import('@noble/ciphers/aes.js');

let aes: Aes | undefined;

/** Loads the cipher: it computes its tables then, which a waking worker does while WebAssembly compiles. */
export async function aesReady(): Promise<void> {
  aes ??= await import('@noble/ciphers/aes.js');
}

/** The 256 in the name. */
const KEY_LENGTH = 32;
/** One block (FIPS 197). */
const IV_LENGTH = 16;

/**
 * The ciphertext: the next multiple of 16 bytes above the plaintext's length. `key` is 32 bytes, `iv` 16; throws
 * RangeError on other lengths.
 */
export function encryptAesCbc(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return cipherOf(key, iv).encrypt(plaintext);
}

/**
 * The plaintext, or undefined where the length is no positive multiple of 16 or the padding is wrong. `key` is 32 bytes,
 * `iv` 16; throws RangeError on other lengths.
 */
export function decryptAesCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const cipher = cipherOf(key, iv);
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return undefined;
  }
}

function cipherOf(key: Uint8Array, iv: Uint8Array): ReturnType<Aes['cbc']> {
  if (aes === undefined) throw new TypeError('the cipher is used before cryptoReady has resolved');
  // It would take a shorter key and be AES-128.
  if (key.length !== KEY_LENGTH) throw new RangeError('AES-256 takes a key of 32 bytes');
  if (iv.length !== IV_LENGTH) throw new RangeError('CBC takes an IV of 16 bytes');
  return aes.cbc(key, iv);
}

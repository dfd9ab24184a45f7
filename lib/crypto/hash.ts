/** Owns the SHA-2 hashes (FIPS 180-4). */
import { sodium } from './sodium.ts';

/** 32 bytes of SHA-256. */
export function sha256(data: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha256(data);
}

/** 64 bytes of SHA-512. */
export function sha512(data: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha512(data);
}

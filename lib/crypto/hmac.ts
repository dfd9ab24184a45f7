/** Owns HMAC-SHA256 (RFC 2104). */
import { sodium } from './sodium.ts';

/** libsodium's one-shot call takes keys of exactly this length. */
const KEY_LENGTH = 32;

/** 32 bytes of HMAC-SHA256 over `data`. The key may have any length. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length === KEY_LENGTH) return sodium.crypto_auth_hmacsha256(data, key);
  const state = sodium.crypto_auth_hmacsha256_init(key);
  sodium.crypto_auth_hmacsha256_update(state, data);
  return sodium.crypto_auth_hmacsha256_final(state);
}

/**
 * Owns the one import of libsodium (the full build: the standard one lacks SHA-2, HMAC and the Ed25519 group).
 * Invariant: every other file of this room is synchronous and may be called once `cryptoReady` has resolved.
 */
import sodium from 'libsodium-wrappers-sumo';
import { aesReady } from './aes-cbc.ts';

export { sodium };

/** Resolves when the primitives may be called. Rejects where WebAssembly is not allowed. */
export async function cryptoReady(): Promise<void> {
  await Promise.all([sodium.ready, aesReady()]);
}

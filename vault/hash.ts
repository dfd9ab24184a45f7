import { createHash } from 'node:crypto';
import type { Sha256 } from '../lib/vault-protocol/index.ts';

/** SHA-256 of `parts` one after the other, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Sha256 {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest()) as Sha256;
}

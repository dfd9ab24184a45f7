import { hash } from 'node:crypto';
import { concatBytes } from '../lib/bytes/index.ts';
import type { Sha256 } from '../lib/vault-protocol/index.ts';

/** SHA-256 of `parts` one after the other, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Sha256 {
  const whole = parts.length === 1 ? parts[0]! : concatBytes(...parts);
  return new Uint8Array(hash('sha256', whole, 'buffer')) as Sha256;
}

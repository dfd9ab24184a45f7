/**
 * Owns Argon2id (RFC 9106, version 0x13, one lane): a password made slow to guess.
 * Does not own the cost: whoever stores or sends something made with it states the cost beside it, or fixes it for good.
 */
import { SecretBytes } from '../bytes/index.ts';
import { sodium } from './sodium.ts';

/** Bytes of the salt, and of what comes out. */
export const ARGON2ID_LENGTHS = { salt: 16, output: 32 } as const;

/** How slow: passes over memory, and the memory in KiB. */
export interface Argon2idCost {
  readonly passes: number;
  readonly memoryKiB: number;
}

/** 32 bytes made of a password. */
export type StretchedPassword = SecretBytes<'StretchedPassword'>;

/**
 * Stretches `password` (bytes of any length, not wiped) with 16 bytes of `salt`. Blocks for the whole time: about 0.2 s
 * for three passes over 64 MiB. Throws RangeError for another salt or a cost that Argon2id does not take.
 */
export function stretchPassword(
  password: Uint8Array,
  salt: Uint8Array,
  { passes, memoryKiB }: Argon2idCost,
): StretchedPassword {
  if (salt.length !== ARGON2ID_LENGTHS.salt) throw new RangeError('Argon2id takes a salt of 16 bytes');
  const isWhole = Number.isSafeInteger(passes) && Number.isSafeInteger(memoryKiB);
  if (!isWhole || passes < 1 || memoryKiB < 8) throw new RangeError('Argon2id takes at least one pass over 8 KiB');
  const stretched = sodium.crypto_pwhash(
    ARGON2ID_LENGTHS.output,
    password,
    salt,
    passes,
    memoryKiB * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
  return SecretBytes.of(stretched);
}

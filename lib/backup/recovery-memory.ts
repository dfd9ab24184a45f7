/**
 * Owns what is remembered between two attempts at a PIN, so that a crash or a lost answer costs no second try: a seed from
 * which, together with the stretched PIN, the same blinded elements follow again. A vault answers the element that it
 * answered last without charging.
 * Invariant: no blinded element and no blind is kept. Either with the other would tell right PINs from wrong ones; the seed
 * tells nothing without what the vault saw, and is forgotten as soon as no answer is in doubt.
 */
import { concatBytes, encodeUtf8, type SecretBytes } from '../bytes/index.ts';
import { type BlindedInput, blindInput, hkdfSha256, type StretchedPassword } from '../crypto/index.ts';
import { row } from '../store/index.ts';
import { MOST_VAULTS, VAULT_ID_LENGTH, type VaultId } from '../vault-protocol/index.ts';

/** 32 bytes. */
export type AttemptSeed = SecretBytes<'AttemptSeed'>;
export const ATTEMPT_SEED_LENGTH = 32;

/** What a vault last said: tries left, and when it takes the next one (milliseconds), if not at once. */
export interface SeenVault {
  readonly id: VaultId;
  readonly left: number;
  readonly nextAt: number | undefined;
}

/** What is remembered. */
export interface RecoveryMemory {
  /** While an answer is in doubt. */
  readonly seed: AttemptSeed | undefined;
  readonly seen: readonly SeenVault[];
}

/** Where it is kept; sealed, as everything in the store. */
export interface RecoveryPort {
  load(): Promise<RecoveryMemory | undefined>;
  /** Resolves when it is on disk. */
  save(memory: RecoveryMemory): Promise<void>;
}

/** The blinded element for one vault: the same for the same seed, PIN and vault. */
export function blindWithSeed(seed: AttemptSeed, stretched: StretchedPassword, vault: VaultId): BlindedInput {
  const info = concatBytes(encodeUtf8('Sotto attempt v1'), Uint8Array.of(0), vault);
  return blindInput(stretched.reveal(), (length) => hkdfSha256(seed.reveal(), info, length, stretched.reveal()));
}

/** How it is kept in a row of the store. */
export const recoveryMemoryCodec: row.RowCodec<RecoveryMemory> = row.record<RecoveryMemory>({
  seed: row.optional(row.secret<'AttemptSeed'>(ATTEMPT_SEED_LENGTH)),
  seen: row.list(
    row.record<SeenVault>({
      id: row.fixed<'VaultId'>(VAULT_ID_LENGTH),
      left: row.uint32,
      nextAt: row.optional(row.uint53),
    }),
    MOST_VAULTS,
  ),
});

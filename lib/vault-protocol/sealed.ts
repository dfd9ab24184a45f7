/** Owns the sealed part and the head: what a vault keeps for its client and gives back unchanged. None of it is secret. */

import { malformed } from './failure.ts';
import { MOST_VAULTS } from './limits.ts';
import type { Shape } from './shape.ts';
import { bytes, integer, list, object, type ValueOf } from './shape.ts';
import {
  COMMITMENT_LENGTH,
  type Commitment,
  MANIFEST_HASH_LENGTH,
  type ManifestHash,
  SEALED_SHARE_LENGTH,
  type SealedShare,
  VAULT_ID_LENGTH,
  type VaultId,
} from './words.ts';

const fields = object({
  threshold: integer(1, MOST_VAULTS),
  vaults: list(bytes<'VaultId'>(VAULT_ID_LENGTH), 1, MOST_VAULTS),
  epoch: integer(),
  shares: list(bytes<'SealedShare'>(SEALED_SHARE_LENGTH), 1, MOST_VAULTS),
  commitment: bytes<'Commitment'>(COMMITMENT_LENGTH),
});

/** `threshold` of the `vaults` open it; `shares[i]` belongs to `vaults[i]`. */
export interface SealedPart {
  readonly threshold: number;
  readonly vaults: readonly VaultId[];
  readonly epoch: number;
  readonly shares: readonly SealedShare[];
  readonly commitment: Commitment;
}

/** One share a vault, a threshold that can be met; that no vault is named twice is for the client to see to. */
export const sealedPart: Shape<SealedPart> = {
  read(json) {
    const sealed = fields.read(json);
    if (!consistent(sealed)) throw malformed();
    return sealed;
  },
  write(sealed) {
    if (!consistent(sealed)) throw new RangeError('a sealed part has one share a vault and a threshold within them');
    return fields.write(sealed);
  },
};

function consistent(sealed: ValueOf<typeof fields>): boolean {
  return sealed.shares.length === sealed.vaults.length && sealed.threshold <= sealed.vaults.length;
}

/** The newest manifest of the backup's blobs, as its owner last told the vault. */
export interface Head {
  readonly version: number;
  readonly hash: ManifestHash;
}

export const head: Shape<Head> = object({
  version: integer(1),
  hash: bytes<'ManifestHash'>(MANIFEST_HASH_LENGTH),
});

/**
 * Owns the secret that a PIN and a threshold of vaults give back, and its sealed part (password-protected secret sharing
 * over independent OPRFs: Jarecki, Kiayias, Krawczyk 2014).
 *
 *   pw  = Argon2id(PIN), y_i = what vault i's OPRF gives for pw, S a random scalar, s_i its share at place i (1, 2, ...)
 *   e_i = s_i + H(y_i, i, vault i) mod the order of P-256
 *   C   = SHA-256("Sotto commitment v1" | 0 | S | pw | locator | t (1) | n (1) | epoch (8) | ids (16 each) | e_1 .. e_n)
 *
 * Invariants: e_i is uniform for who has not y_i, and with fewer than t of the vaults' keys every PIN fits what is there: C
 * can be tested with S alone. With t of them, each PIN costs one Argon2id to test: that is why vaults must be different
 * people's. With t = 1 every single vault can do that.
 * Does not own asking vaults.
 */
import {
  type Bytes,
  ByteWriter,
  bytesOfLength,
  concatBytes,
  encodeUtf8,
  equalBytes,
  SecretBytes,
} from '../bytes/index.ts';
import {
  addScalars,
  hkdfSha256,
  interpolate,
  type OprfOutput,
  type RandomSource,
  randomScalar,
  readScalar,
  SCALAR_LENGTHS,
  type Scalar,
  type ScalarShare,
  type StretchedPassword,
  scalarOfWide,
  sha256,
  shareScalar,
  subtractScalars,
} from '../crypto/index.ts';
import {
  type Commitment,
  type Locator,
  type SealedPart,
  type SealedShare,
  UNLOCK_TOKEN_LENGTH,
  type UnlockTag,
  type UnlockToken,
  unlockTagInput,
  type VaultId,
} from '../vault-protocol/index.ts';

/** What the commitment binds the secret to. */
export interface SecretTerms {
  readonly locator: Locator;
  readonly threshold: number;
  readonly vaults: readonly VaultId[];
  readonly epoch: number;
}

/** The key that wraps the root key under the PIN: 32 bytes. */
export type PinKey = SecretBytes<'PinKey'>;
/** 16 bytes that name the wrap at the blob host. */
export type WrapName = Bytes<'WrapName'>;

/** What follows from the secret. The secret itself is never kept: with C it would tell right PINs from wrong ones. */
export interface SecretKeys {
  readonly pinKey: PinKey;
  readonly wrapName: WrapName;
  /** One for each vault, in their order. */
  readonly unlocks: readonly UnlockToken[];
}

/** Shares a new secret. `outputs[i]` is what vault i's OPRF gave for `stretched`. */
export function shareSecret(
  terms: SecretTerms,
  stretched: StretchedPassword,
  outputs: readonly OprfOutput[],
  random: RandomSource,
): { readonly sealed: SealedPart; readonly keys: SecretKeys } {
  const { threshold, vaults, epoch } = terms;
  const secret = randomScalar(random);
  const masked = shareScalar(secret, threshold, vaults.length, random).map(({ place, share }) => {
    const sum = addScalars(share, maskOf(outputs[place - 1]!, place, vaults[place - 1]!));
    share.wipe();
    return sum.reveal() as SealedShare;
  });
  const commitment = commitTo(terms, secret, stretched, masked);
  const keys = keysOf(secret, vaults);
  secret.wipe();
  return { sealed: { threshold, vaults, epoch, shares: masked, commitment }, keys };
}

/**
 * Vault `place`'s share (1, 2, ...) with its mask taken off, or undefined where the sealed one is no scalar. Any output gives
 * a share: whether it is the right one shows in `openSecret` alone.
 */
export function unmaskShare(sealed: SealedPart, place: number, output: OprfOutput): ScalarShare | undefined {
  const masked = readScalar(sealed.shares[place - 1]!);
  if (masked === undefined) return undefined;
  return { place, share: subtractScalars(masked, maskOf(output, place, sealed.vaults[place - 1]!)) };
}

/** The keys of the secret that exactly `threshold` shares give, or undefined where C says that it is not the one. */
export function openSecret(
  locator: Locator,
  sealed: SealedPart,
  stretched: StretchedPassword,
  shares: readonly ScalarShare[],
): SecretKeys | undefined {
  const secret = interpolate(shares);
  const commitment = commitTo({ ...sealed, locator }, secret, stretched, sealed.shares);
  const keys = equalBytes(commitment, sealed.commitment) ? keysOf(secret, sealed.vaults) : undefined;
  secret.wipe();
  return keys;
}

/** Whether the polynomial through `shares` runs through `other`, too. */
export function fits(shares: readonly ScalarShare[], other: ScalarShare): boolean {
  return interpolate(shares, other.place).equals(other.share);
}

/** What a vault keeps of an unlock token: its hash. */
export function unlockTagOf(token: UnlockToken): UnlockTag {
  const input = unlockTagInput(token);
  const tag = sha256(input) as UnlockTag;
  input.fill(0);
  return tag;
}

function maskOf(output: OprfOutput, place: number, vault: VaultId): Scalar {
  const info = concatBytes(encodeUtf8('Sotto share mask v1'), Uint8Array.of(0, place), vault);
  return scalarOfWide(hkdfSha256(output.reveal(), info, SCALAR_LENGTHS.wide));
}

function commitTo(
  { locator, threshold, vaults, epoch }: SecretTerms,
  secret: Scalar,
  stretched: StretchedPassword,
  shares: readonly SealedShare[],
): Commitment {
  const writer = new ByteWriter(1024).raw(encodeUtf8('Sotto commitment v1')).uint8(0);
  writer.raw(secret.reveal()).raw(stretched.reveal()).raw(locator).uint8(threshold).uint8(vaults.length).uint53(epoch);
  const input = writer.raw(concatBytes(...vaults, ...shares)).finish();
  const commitment = sha256(input) as Commitment;
  input.fill(0);
  return commitment;
}

function keysOf(secret: Scalar, vaults: readonly VaultId[]): SecretKeys {
  const derive = (label: string, length: number, more: Uint8Array = new Uint8Array()) =>
    hkdfSha256(secret.reveal(), concatBytes(encodeUtf8(label), Uint8Array.of(0), more), length);
  return {
    pinKey: SecretBytes.of(derive('Sotto PIN key v1', 32)),
    wrapName: bytesOfLength(derive('Sotto PIN wrap name v1', 16), 16),
    unlocks: vaults.map((vault) => SecretBytes.of(derive('Sotto unlock token v1', UNLOCK_TOKEN_LENGTH, vault))),
  };
}

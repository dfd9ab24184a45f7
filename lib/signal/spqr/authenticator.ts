/**
 * Owns the authenticator of the braid: keys that every epoch's secret goes into, and the MACs made with them.
 * Whoever knows neither the first secret nor a later one can't have a header or a ciphertext accepted.
 * Source: "The ML-KEM Braid Protocol", section on authentication; labels as on Signal's wire.
 */
import { concatBytes, equalBytes, SecretBytes, wipe, writeUint64 } from '../../bytes/index.ts';
import {
  hkdfSha256,
  hmacSha256,
  type MlKem768Ciphertext1,
  type MlKem768Ciphertext2,
  type MlKem768Header,
} from '../../crypto/index.ts';
import { refusal } from '../failure.ts';
import type { PostQuantumAuthKey } from '../keys.ts';
import { AUTHENTICATOR_UPDATE, CIPHERTEXT_MAC, HEADER_MAC, KEY_LENGTH } from './labels.ts';

export type AuthenticatorRootKey = SecretBytes<'AuthenticatorRootKey'>;
export type AuthenticatorMacKey = SecretBytes<'AuthenticatorMacKey'>;
/** What one run of ML-KEM gives, bound to its epoch: 32 bytes. */
export type EpochSecret = SecretBytes<'EpochSecret'>;

/** Two keys of 32 bytes: one that goes on, one for MACs. */
export interface Authenticator {
  rootKey: AuthenticatorRootKey;
  macKey: AuthenticatorMacKey;
}

/** The authenticator before epoch 1. The auth key stays the caller's. */
export function startAuthenticator(authKey: PostQuantumAuthKey): Authenticator {
  const zeros = () => new Uint8Array(KEY_LENGTH);
  const authenticator: Authenticator = { rootKey: SecretBytes.of(zeros()), macKey: SecretBytes.of(zeros()) };
  updateAuthenticator(authenticator, 1, authKey);
  return authenticator;
}

/** Mixes in the secret of `epoch`; the keys from before are wiped. */
export function updateAuthenticator(
  authenticator: Authenticator,
  epoch: number,
  secret: EpochSecret | PostQuantumAuthKey,
): void {
  const input = concatBytes(authenticator.rootKey.reveal(), secret.reveal());
  const keys = hkdfSha256(input, concatBytes(AUTHENTICATOR_UPDATE, writeUint64(epoch)), 2 * KEY_LENGTH);
  authenticator.rootKey.wipe();
  authenticator.macKey.wipe();
  authenticator.rootKey = SecretBytes.of(keys.slice(0, KEY_LENGTH));
  authenticator.macKey = SecretBytes.of(keys.slice(KEY_LENGTH));
  wipe(input, keys);
}

/** The 32-byte MAC of a header. */
export function headerMac({ macKey }: Authenticator, epoch: number, header: MlKem768Header): Uint8Array {
  return hmacSha256(macKey.reveal(), concatBytes(HEADER_MAC, writeUint64(epoch), header));
}

/** The 32-byte MAC of a whole ciphertext. */
export function ciphertextMac(
  { macKey }: Authenticator,
  epoch: number,
  ciphertext1: MlKem768Ciphertext1,
  ciphertext2: MlKem768Ciphertext2,
): Uint8Array {
  return hmacSha256(macKey.reveal(), concatBytes(CIPHERTEXT_MAC, writeUint64(epoch), ciphertext1, ciphertext2));
}

/** Throws InvalidMessage where the MACs differ; compares in constant time. */
export function requireMac(expected: Uint8Array, received: Uint8Array): void {
  if (!equalBytes(expected, received)) throw refusal('InvalidMessage');
}

/**
 * Owns Kyber1024 of NIST's third round, which Signal's library still speaks, over ML-KEM-1024 (FIPS 203).
 * The lattice part of the two is the same. Round 3 hashes the message first (m = SHA3-256 of the random bytes) and
 * derives the secret at the end from the pre-key and the ciphertext's hash; ML-KEM does neither.
 * Source: "CRYSTALS-Kyber Algorithm Specifications", version 3.02, algorithms 8 and 9; FIPS 203, section 1.3.
 *
 * On a forged ciphertext the two reject by different pseudorandom values: both are useless to whoever made it.
 */
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { type Bytes, bytesOfLength, concatBytes, SecretBytes, wipe } from '../bytes/index.ts';
import type { SharedSecret } from './primitives.ts';
import { sodium } from './sodium.ts';

/** Lengths in bytes. `seed` makes a key pair, `random` one encapsulation. */
export const KYBER1024_LENGTHS = {
  publicKey: 1568,
  privateKey: 3168,
  ciphertext: 1568,
  seed: 64,
  random: 32,
  sharedSecret: 32,
} as const;

export type Kyber1024PublicKey = Bytes<'Kyber1024PublicKey'>;
export type Kyber1024PrivateKey = SecretBytes<'Kyber1024PrivateKey'>;
export type Kyber1024Ciphertext = Bytes<'Kyber1024Ciphertext'>;
export interface Kyber1024KeyPair {
  readonly publicKey: Kyber1024PublicKey;
  readonly privateKey: Kyber1024PrivateKey;
}

/**
 * A key pair from 64 random bytes. Only the expansion of the seed follows FIPS 203 instead of round 3, which no peer can
 * see. Throws RangeError on another length.
 */
export function generateKyber1024KeyPair(seed: Uint8Array): Kyber1024KeyPair {
  if (seed.length !== KYBER1024_LENGTHS.seed) throw new RangeError('a Kyber1024 key pair takes 64 random bytes');
  const { publicKey, secretKey } = ml_kem1024.keygen(seed);
  return {
    publicKey: bytesOfLength(publicKey, KYBER1024_LENGTHS.publicKey),
    privateKey: SecretBytes.of(secretKey, KYBER1024_LENGTHS.privateKey),
  };
}

/**
 * A ciphertext for `publicKey` and the secret in it, from 32 random bytes (RangeError on another length).
 * Undefined where the public key is no key: some coefficient is not below q.
 */
export function encapsulateKyber1024(
  publicKey: Kyber1024PublicKey,
  random: Uint8Array,
): { ciphertext: Kyber1024Ciphertext; sharedSecret: SharedSecret } | undefined {
  if (random.length !== KYBER1024_LENGTHS.random) throw new RangeError('an encapsulation takes 32 random bytes');
  const message = sodium.crypto_hash_sha3256(random);
  let made: { cipherText: Uint8Array; sharedSecret: Uint8Array };
  try {
    made = ml_kem1024.encapsulate(publicKey, message);
  } catch {
    return undefined;
  } finally {
    wipe(message);
  }
  const ciphertext = bytesOfLength<'Kyber1024Ciphertext'>(made.cipherText, KYBER1024_LENGTHS.ciphertext);
  return { ciphertext, sharedSecret: deriveSecret(made.sharedSecret, ciphertext) };
}

/** The secret in `ciphertext`; for a forged one a pseudorandom value, by design without a sign of it. */
export function decapsulateKyber1024(privateKey: Kyber1024PrivateKey, ciphertext: Kyber1024Ciphertext): SharedSecret {
  return deriveSecret(ml_kem1024.decapsulate(ciphertext, privateKey.reveal()), ciphertext);
}

/** KDF(pre-key || H(c)) of round 3. Wipes the pre-key. */
function deriveSecret(preKey: Uint8Array, ciphertext: Kyber1024Ciphertext): SharedSecret {
  const input = concatBytes(preKey, sodium.crypto_hash_sha3256(ciphertext));
  const secret = sodium.crypto_xof_shake256(KYBER1024_LENGTHS.sharedSecret, input);
  wipe(input, preKey);
  return SecretBytes.of(secret);
}

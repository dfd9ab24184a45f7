/**
 * Owns ML-KEM-768 (FIPS 203) with its encapsulation split in two, as the ML-KEM Braid needs it: the first part of the
 * ciphertext (u) and the secret need only the header (rho and the key's hash), the second (v) needs the whole key.
 * Key generation, decapsulation and the second part are libsodium's; only u is computed here.
 * Source: FIPS 203, algorithms 13 to 18; "The ML-KEM Braid Protocol", section 2.
 */
import { type Bytes, bytesOfLength, concatBytes, equalBytes, SecretBytes, wipe } from '../bytes/index.ts';
import { encryptU } from './k-pke-u.ts';
import type { SharedSecret } from './primitives.ts';
import { sodium } from './sodium.ts';

/** Lengths in bytes. The public key is vector | rho; the header is rho | SHA3-256(public key). */
export const ML_KEM_768_LENGTHS = {
  header: 64,
  vector: 1152,
  privateKey: 2400,
  ciphertext1: 960,
  ciphertext2: 128,
  seed: 64,
  random: 32,
} as const;
const RHO_LENGTH = 32;

/** rho (32) | SHA3-256 of the whole public key (32). */
export type MlKem768Header = Bytes<'MlKem768Header'>;
/** The encoded vector t-hat. */
export type MlKem768Vector = Bytes<'MlKem768Vector'>;
/** The compressed u. */
export type MlKem768Ciphertext1 = Bytes<'MlKem768Ciphertext1'>;
/** The compressed v. */
export type MlKem768Ciphertext2 = Bytes<'MlKem768Ciphertext2'>;
/** The decapsulation key in the layout of FIPS 203. */
export type MlKem768PrivateKey = SecretBytes<'MlKem768PrivateKey'>;
/** The 32-byte message m of an encapsulation that is under way: whoever knows it knows the secret. */
export type Encapsulation = SecretBytes<'MlKem768Encapsulation'>;

export interface MlKem768KeyPair {
  readonly header: MlKem768Header;
  readonly vector: MlKem768Vector;
  readonly privateKey: MlKem768PrivateKey;
}

/** A key pair from 64 random bytes (d | z). Throws RangeError on another length. */
export function generateMlKem768KeyPair(seed: Uint8Array): MlKem768KeyPair {
  if (seed.length !== ML_KEM_768_LENGTHS.seed) throw new RangeError('an ML-KEM-768 key pair takes 64 random bytes');
  const { publicKey, privateKey } = sodium.crypto_kem_mlkem768_seed_keypair(seed);
  const rho = publicKey.subarray(ML_KEM_768_LENGTHS.vector);
  return {
    header: bytesOfLength(concatBytes(rho, sodium.crypto_hash_sha3256(publicKey)), ML_KEM_768_LENGTHS.header),
    vector: bytesOfLength(publicKey.slice(0, ML_KEM_768_LENGTHS.vector), ML_KEM_768_LENGTHS.vector),
    privateKey: SecretBytes.of(privateKey, ML_KEM_768_LENGTHS.privateKey),
  };
}

/** Whether `vector` is the rest of the key whose header is `header`. */
export function isMlKem768KeyOfHeader(header: MlKem768Header, vector: MlKem768Vector): boolean {
  return equalBytes(sodium.crypto_hash_sha3256(publicKeyOf(header, vector)), header.subarray(RHO_LENGTH));
}

/**
 * The first part of a ciphertext, and the secret, from 32 random bytes (RangeError on another length). The random bytes
 * are taken over: they are the encapsulation, which is wiped once the second part is made.
 */
export function encapsulateFirstPart(
  header: MlKem768Header,
  random: Uint8Array,
): { encapsulation: Encapsulation; ciphertext1: MlKem768Ciphertext1; sharedSecret: SharedSecret } {
  const encapsulation = SecretBytes.of<'MlKem768Encapsulation'>(random, ML_KEM_768_LENGTHS.random);
  const input = concatBytes(random, header.subarray(RHO_LENGTH));
  // (K, r) = G(m || H(ek)), FIPS 203, algorithm 17.
  const hash = sodium.crypto_hash_sha3512(input);
  const coins = hash.subarray(32);
  const ciphertext1 = encryptU(header.subarray(0, RHO_LENGTH), coins);
  const sharedSecret: SharedSecret = SecretBytes.of(hash.slice(0, 32));
  wipe(input, hash);
  return { encapsulation, ciphertext1: bytesOfLength(ciphertext1, ML_KEM_768_LENGTHS.ciphertext1), sharedSecret };
}

/**
 * The second part of the ciphertext that `encapsulateFirstPart` began for the same key.
 * Undefined where the vector is no key: some coefficient is not below q.
 */
export function encapsulateSecondPart(
  header: MlKem768Header,
  vector: MlKem768Vector,
  encapsulation: Encapsulation,
): MlKem768Ciphertext2 | undefined {
  // Encapsulation is deterministic in m: the whole ciphertext made again ends in the part that was missing.
  const whole = encapsulateWhole(publicKeyOf(header, vector), encapsulation.reveal());
  if (whole === undefined) return undefined;
  return bytesOfLength(whole.slice(ML_KEM_768_LENGTHS.ciphertext1), ML_KEM_768_LENGTHS.ciphertext2);
}

/** The secret in a ciphertext; for a forged one a pseudorandom value, by design without a sign of it. */
export function decapsulateMlKem768(
  privateKey: MlKem768PrivateKey,
  ciphertext1: MlKem768Ciphertext1,
  ciphertext2: MlKem768Ciphertext2,
): SharedSecret {
  return SecretBytes.of(sodium.crypto_kem_mlkem768_dec(concatBytes(ciphertext1, ciphertext2), privateKey.reveal()));
}

function encapsulateWhole(publicKey: Uint8Array, m: Uint8Array): Uint8Array | undefined {
  try {
    const { ciphertext, sharedSecret } = sodium.crypto_kem_mlkem768_enc_deterministic(publicKey, m);
    wipe(sharedSecret);
    return ciphertext;
  } catch {
    return undefined;
  }
}

function publicKeyOf(header: MlKem768Header, vector: MlKem768Vector): Uint8Array {
  return concatBytes(vector, header.subarray(0, RHO_LENGTH));
}

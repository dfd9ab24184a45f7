export { AEAD_LENGTHS, type AeadContext, openAead, sealAead } from './aead.ts';
export { decryptAesCbc, encryptAesCbc } from './aes-cbc.ts';
export {
  ARGON2ID_LENGTHS,
  type Argon2idCost,
  type StretchedPassword,
  stretchPassword,
} from './argon2id.ts';
export { ECDSA_P256_LENGTHS, verifyEcdsaP256 } from './ecdsa-p256.ts';
export {
  ED25519_LENGTHS,
  type Ed25519KeyPair,
  type Ed25519PublicKey,
  type Ed25519Signature,
  ed25519KeyPair,
  signEd25519,
  verifyEd25519,
} from './ed25519.ts';
export { sha256, sha512 } from './hash.ts';
export { hkdfSha256 } from './hkdf.ts';
export { hmacSha256 } from './hmac.ts';
export {
  decapsulateKyber1024,
  encapsulateKyber1024,
  generateKyber1024KeyPair,
  KYBER1024_LENGTHS,
  type Kyber1024Ciphertext,
  type Kyber1024KeyPair,
  type Kyber1024PrivateKey,
  type Kyber1024PublicKey,
} from './kyber1024.ts';
export {
  decapsulateMlKem768,
  type Encapsulation,
  encapsulateFirstPart,
  encapsulateSecondPart,
  generateMlKem768KeyPair,
  isMlKem768KeyOfHeader,
  ML_KEM_768_LENGTHS,
  type MlKem768Ciphertext1,
  type MlKem768Ciphertext2,
  type MlKem768Header,
  type MlKem768KeyPair,
  type MlKem768PrivateKey,
  type MlKem768Vector,
} from './ml-kem-768.ts';
export {
  type BlindedInput,
  blindInput,
  finalizeOprf,
  OPRF_LENGTHS,
  type OprfBlind,
  type OprfOutput,
} from './oprf.ts';
export { p256Ready } from './p256.ts';
export type { RandomSource, SharedSecret } from './primitives.ts';
export {
  addScalars,
  interpolate,
  randomScalar,
  readScalar,
  SCALAR_LENGTHS,
  type Scalar,
  type ScalarShare,
  scalarOfWide,
  shareScalar,
  subtractScalars,
} from './scalar-sharing.ts';
export { cryptoReady } from './sodium.ts';
export {
  agreeX25519,
  deriveX25519PublicKey,
  isPrimeOrderX25519Key,
  X25519_KEY_LENGTH,
  type X25519PrivateKey,
  type X25519PublicKey,
  x25519PrivateKey,
} from './x25519.ts';
export { signXEdDsa, verifyXEdDsa, XEDDSA_SIGNATURE_LENGTH, type XEdDsaSignature } from './xeddsa.ts';

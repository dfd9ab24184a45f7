export type { SignalFailureCode } from './failure.ts';
export * from './fingerprint/index.ts';
export {
  generateKemKeyPair,
  generateKeyPair,
  type IdentityKey,
  type IdentityKeyPair,
  type KeyPair,
  parsePublicKey,
  type SerializedPublicKey,
  serializePublicKey,
} from './keys.ts';
export {
  encodePreKeyBundle,
  type PreKeyBundle,
  type PreKeyBundleBytes,
  parsePreKeyBundle,
  verifyPreKeyBundle,
} from './pqxdh/pre-key-bundle.ts';
export {
  generateKemPreKey,
  generateSignedPreKey,
  type KemPreKey,
  type OneTimePreKey,
  type SignedPreKey,
} from './pqxdh/pre-keys.ts';
export * from './sender-key/index.ts';
export { type BaseKeyMemory, forgetBaseKeys } from './session/base-key-memory.ts';
export { type DecryptInput, decryptMessage } from './session/decrypt.ts';
export {
  type DecryptPreKeyInput,
  decryptPreKeyMessage,
  type PreKeyLookup,
  type PreKeyReceipt,
  type SpentPreKeys,
} from './session/decrypt-pre-key.ts';
export { type CiphertextMessage, type EncryptInput, encryptMessage } from './session/encrypt.ts';
export { type InitiateInput, initiateSession } from './session/initiate.ts';
export type { SessionRecord } from './session/session-record.ts';
export * from './wire/index.ts';

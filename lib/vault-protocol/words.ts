/** Owns the names of the protocol's byte strings and their lengths in bytes; see docs/vault-protocol.md, "Words". */
import type { Bytes, SecretBytes } from '../bytes/index.ts';

export type Locator = Bytes<'Locator'>;
export const LOCATOR_LENGTH = 16;
/** ECDSA P-256, compressed (SEC 1, section 2.3.3). */
export type VaultIdentityKey = Bytes<'VaultIdentityKey'>;
export const VAULT_IDENTITY_KEY_LENGTH = 33;
export type VaultId = Bytes<'VaultId'>;
export const VAULT_ID_LENGTH = 16;
export type RecordId = Bytes<'RecordId'>;
export const RECORD_ID_LENGTH = 16;
/** P-256 points, compressed (RFC 9497, section 4.3). That they lie on the curve is for their receiver to check. */
export type BlindedElement = Bytes<'BlindedElement'>;
export type EvaluatedElement = Bytes<'EvaluatedElement'>;
export const ELEMENT_LENGTH = 33;
/** What only a recovered secret gives; whoever holds it may reset, renew and delete. */
export type UnlockToken = SecretBytes<'UnlockToken'>;
export const UNLOCK_TOKEN_LENGTH = 32;
export type UnlockTag = Bytes<'UnlockTag'>;
export const UNLOCK_TAG_LENGTH = 32;
/** A share of the secret under one vault's evaluation: a scalar of P-256, uniform without that vault's key. */
export type SealedShare = Bytes<'SealedShare'>;
export const SEALED_SHARE_LENGTH = 32;
export type Commitment = Bytes<'Commitment'>;
export const COMMITMENT_LENGTH = 32;
export type ManifestHash = Bytes<'ManifestHash'>;
export const MANIFEST_HASH_LENGTH = 32;
/** New when a vault's keys were lost or replaced. */
export type Lineage = Bytes<'Lineage'>;
export const LINEAGE_LENGTH = 16;
export type Nonce = Bytes<'Nonce'>;
export const NONCE_LENGTH = 16;
/** ECDSA P-256 over SHA-256, r and s, 32 bytes each. */
export type AnswerSignature = Bytes<'AnswerSignature'>;
export const ANSWER_SIGNATURE_LENGTH = 64;
/** Opaque to the client: the vault wrote and authenticated it. */
export type WorkChallenge = Bytes<'WorkChallenge'>;
export const MOST_CHALLENGE_LENGTH = 96;
export type WorkSolution = Bytes<'WorkSolution'>;
export const WORK_SOLUTION_LENGTH = 8;
/** What an operator hands to a person who may enrol. */
export type InviteToken = SecretBytes<'InviteToken'>;
export const INVITE_TOKEN_LENGTH = 16;
/** The Ed25519 public key of a bucket's writer. */
export type BlobKey = Bytes<'BlobKey'>;
export const BLOB_KEY_LENGTH = 32;
export type BlobSignature = Bytes<'BlobSignature'>;
export const BLOB_SIGNATURE_LENGTH = 64;
export type Bucket = Bytes<'Bucket'>;
export const BUCKET_LENGTH = 16;
/** SHA-256 of anything. */
export type Sha256 = Bytes<'Sha256'>;
export const SHA256_LENGTH = 32;

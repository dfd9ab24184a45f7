/**
 * Owns the byte strings that both sides hash with SHA-256, and what is cut from the hashes.
 * Does not own hashing: the room is pure and knows no primitive.
 */
import { bytesOfLength, concatBytes, encodeUtf8, writeUint16, writeUint32 } from '../bytes/index.ts';
import type { Target } from './targets.ts';
import {
  type Bucket,
  LOCATOR_LENGTH,
  type Locator,
  NONCE_LENGTH,
  type Nonce,
  RECORD_ID_LENGTH,
  type RecordId,
  SHA256_LENGTH,
  type Sha256,
  UNLOCK_TOKEN_LENGTH,
  type UnlockToken,
  VAULT_ID_LENGTH,
  VAULT_IDENTITY_KEY_LENGTH,
  type VaultId,
  type VaultIdentityKey,
  WORK_SOLUTION_LENGTH,
  type WorkChallenge,
  type WorkSolution,
} from './words.ts';

/** What to hash for {@link vaultIdFromHash}. */
export function vaultIdInput(identityKey: VaultIdentityKey): Uint8Array {
  return concatBytes(encodeUtf8('Sotto vault id v1'), bytesOfLength(identityKey, VAULT_IDENTITY_KEY_LENGTH));
}

export function vaultIdFromHash(hash: Sha256): VaultId {
  return hash.slice(0, VAULT_ID_LENGTH) as VaultId;
}

/** What to hash for {@link recordIdFromHash}. */
export function recordIdInput(vault: VaultId, locator: Locator): Uint8Array {
  return concatBytes(
    encodeUtf8('Sotto vault record v1'),
    bytesOfLength(vault, VAULT_ID_LENGTH),
    bytesOfLength(locator, LOCATOR_LENGTH),
  );
}

export function recordIdFromHash(hash: Sha256): RecordId {
  return hash.slice(0, RECORD_ID_LENGTH) as RecordId;
}

/** What to hash for the unlock tag, which is the whole hash. The caller wipes it: it holds the token. */
export function unlockTagInput(token: UnlockToken): Uint8Array {
  return concatBytes(encodeUtf8('Sotto unlock v1'), bytesOfLength(token.reveal(), UNLOCK_TOKEN_LENGTH));
}

/** What to hash for a proof of work; the hash must pass {@link beginsWithZeroBits}. `subject` is a record or a bucket. */
export function workInput(challenge: WorkChallenge, subject: RecordId | Bucket, solution: WorkSolution): Uint8Array {
  return concatBytes(
    encodeUtf8('Sotto work v1'),
    challenge,
    bytesOfLength(subject, RECORD_ID_LENGTH),
    bytesOfLength(solution, WORK_SOLUTION_LENGTH),
  );
}

/** Whether the first `bits` bits of a hash are zero, most significant first. */
export function beginsWithZeroBits(hash: Uint8Array, bits: number): boolean {
  for (let index = 0, left = bits; left > 0; index++, left -= 8) {
    const byte = hash[index];
    if (byte === undefined || byte >> Math.max(0, 8 - left) !== 0) return false;
  }
  return true;
}

const END_OF_LABEL = new Uint8Array(1);

function transcript(label: string, parts: readonly Uint8Array[]): Uint8Array {
  const prefixed = parts.flatMap((part) => [writeUint32(part.length), part]);
  return concatBytes(encodeUtf8(label), END_OF_LABEL, ...prefixed);
}

/** What an answer's signature is over: the caller hashes this with SHA-256 and signs or verifies the digest. */
export function answerTranscript(
  target: Target,
  nonce: Nonce,
  requestBody: Sha256,
  status: number,
  answerBody: Sha256,
): Uint8Array {
  return transcript('Sotto vault answer v1', [
    encodeUtf8(target.method),
    encodeUtf8(target.path),
    bytesOfLength(nonce, NONCE_LENGTH),
    bytesOfLength(requestBody, SHA256_LENGTH),
    writeUint16(status),
    bytesOfLength(answerBody, SHA256_LENGTH),
  ]);
}

/** What a blob's writer signs with Ed25519, as it is. `ifMatch` is the header's text, quotes and all, or ''. */
export function blobTranscript(target: Target, nonce: Nonce, body: Sha256, ifMatch: string): Uint8Array {
  return transcript('Sotto blob v1', [
    encodeUtf8(target.method),
    encodeUtf8(target.path),
    bytesOfLength(nonce, NONCE_LENGTH),
    bytesOfLength(body, SHA256_LENGTH),
    encodeUtf8(ifMatch),
  ]);
}

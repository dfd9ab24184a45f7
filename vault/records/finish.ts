/** Owns the two ways in which a pending generation comes to count: a new record, and a live one replaced in one step. */
import { equalBytes } from '../../lib/bytes/index.ts';
import {
  encodeBody,
  type FinishRequest,
  finishAnswer,
  finishRequest,
  type RecordId,
  type Refusal,
  type RenewFinishRequest,
  renewFinishRequest,
  sealedPart,
} from '../../lib/vault-protocol/index.ts';
import type { Statements } from '../database/database.ts';
import { sha256 } from '../hash.ts';
import { destroyDoomed, doomKey, type Pending, readPending, takePending } from './pending.ts';
import { newRecord, type StoredRecord, type VaultRecord } from './record.ts';
import { type Decision, GONE, isLive, type Reply, refuseUnlock, settle, type Vault } from './vault.ts';

type Settled = Refusal | { readonly left: number };

export async function finish(vault: Vault, id: RecordId, request: FinishRequest): Promise<Reply> {
  if (request.tries > vault.policy.triesMost) return { code: 'BadRequest' };
  const digest = sha256(encodeBody(finishRequest, request));
  const settled = await settle<Settled>(vault, id, async (record) => {
    if (isLive(record, vault.hooks.now())) {
      return { result: isSame(record, digest) ? { left: record.left } : { code: 'NotPending' } };
    }
    const pending = await pendingFor(vault, id, request.evaluated);
    if (pending === undefined) return { result: { code: 'NotPending' } };
    vault.counts.add('records_finished');
    return replace(record, newRecord(id), pending, request, digest, 'finish');
  });
  return replyTo(vault, settled);
}

export async function finishRenewal(vault: Vault, id: RecordId, request: RenewFinishRequest): Promise<Reply> {
  if (request.tries > vault.policy.triesMost) return { code: 'BadRequest' };
  const digest = sha256(encodeBody(renewFinishRequest, request));
  const settled = await settle<Settled>(vault, id, async (record) => {
    const now = vault.hooks.now();
    if (!isLive(record, now)) return { result: GONE };
    // Told by its whole body, for the old unlock token is no longer the record's.
    if (isSame(record, digest)) return { result: { left: record.left } };
    const refused = refuseUnlock(record, request.unlock, now);
    if (refused !== undefined) return refused;
    const pending = await pendingFor(vault, id, request.evaluated);
    if (pending === undefined) return { result: { code: 'NotPending' } };
    vault.counts.add('records_renewed');
    return replace(record, record, pending, request, digest, 'renew');
  });
  return replyTo(vault, settled);
}

async function replyTo(vault: Vault, settled: Settled): Promise<Reply> {
  if ('code' in settled) return settled;
  await destroyDoomed(vault.database, vault.custody);
  return encodeBody(finishAnswer, settled);
}

function isSame(record: StoredRecord, digest: Uint8Array): boolean {
  return record.finishDigest !== null && equalBytes(record.finishDigest, digest);
}

async function pendingFor(vault: Vault, id: RecordId, evaluated: Uint8Array): Promise<Pending | undefined> {
  const pending = await readPending(vault.database, vault.custody, id);
  if (pending === undefined || pending.expiresAt <= vault.hooks.now()) return undefined;
  return equalBytes(pending.evaluated, evaluated) ? pending : undefined;
}

/** The record under its new key, with all its tries; `kept` gives what outlives the old one. */
function replace(
  before: StoredRecord | undefined,
  kept: VaultRecord,
  pending: Pending,
  request: FinishRequest,
  digest: Uint8Array,
  event: 'finish' | 'renew',
): Decision<Settled> {
  const after: VaultRecord = {
    ...newRecord(kept.id),
    state: 'live',
    generation: pending.generation,
    keyBlob: pending.keyBlob,
    publicKey: pending.publicKey,
    sealed: encodeBody(sealedPart, request.sealed),
    unlockTag: request.unlockTag,
    tries: request.tries,
    left: request.tries,
    headVersion: kept.headVersion,
    headHash: kept.headHash,
    finishDigest: digest,
    blobKey: request.blobKey,
  };
  const along = async (statements: Statements) => {
    if (before?.keyBlob && before.publicKey) {
      await doomKey(statements, before.id, before.generation, before.keyBlob, before.publicKey);
    }
    return takePending(statements, pending);
  };
  return { change: { before, after, event, along }, result: { left: request.tries } };
}

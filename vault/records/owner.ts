/** Owns what only the holder of the unlock token may do with a record: fill its tries, move its head, delete it. */
import {
  emptyAnswer,
  encodeBody,
  type Head,
  type HeadRequest,
  type ManifestHash,
  type RecordId,
  type Refusal,
  type UnlockRequest,
  type UnlockToken,
  unlockAnswer,
  versionAnswer,
} from '../../lib/vault-protocol/index.ts';
import type { Change } from './committer.ts';
import { destroyDoomed, doomKey } from './pending.ts';
import { type StoredRecord, tombstoneOf, type VaultRecord } from './record.ts';
import { type Decision, GONE, isDue, isLive, type Reply, refuseUnlock, settle, type Vault } from './vault.ts';

/** Runs `decide` on a live record whose unlock token is the right one. */
function asOwner<Result>(
  vault: Vault,
  id: RecordId,
  token: UnlockToken,
  decide: (record: StoredRecord) => Decision<Result | Refusal>,
): Promise<Result | Refusal> {
  return settle<Result | Refusal>(vault, id, (record) => {
    const now = vault.hooks.now();
    if (!isLive(record, now)) return { result: GONE };
    return refuseUnlock(record, token, now) ?? decide(record);
  });
}

function isRefusal(result: object): result is Refusal {
  return 'code' in result;
}

export async function unlock(vault: Vault, id: RecordId, request: UnlockRequest): Promise<Reply> {
  const result = await asOwner<{ left: number; head: Head | null }>(vault, id, request.unlock, (record) => {
    const result = { left: record.tries, head: headOf(record) };
    vault.counts.add('unlocks');
    // Said again, it has nothing to do.
    if (record.left === record.tries && record.unlockFailures === 0) return { result };
    const after = { ...record, left: record.tries, nextAt: 0, destroyAt: null, unlockFailures: 0, unlockFailedAt: 0 };
    return { result, change: { before: record, after, event: 'unlock' } };
  });
  return isRefusal(result) ? result : encodeBody(unlockAnswer, result);
}

function headOf({ headVersion, headHash }: VaultRecord): Head | null {
  return headVersion === null || headHash === null ? null : { version: headVersion, hash: headHash as ManifestHash };
}

export async function moveHead(vault: Vault, id: RecordId, request: HeadRequest): Promise<Reply> {
  const { version, hash } = request;
  const result = await asOwner<{ version: number }>(vault, id, request.unlock, (record) => {
    const kept = headOf(record);
    // The same again is the repeat of an answer that was lost.
    if (kept?.version === version && Buffer.compare(kept.hash, hash) === 0) return { result: { version } };
    if (kept !== null && version <= kept.version) return { result: { code: 'HeadBehind' } };
    const after = { ...record, headVersion: version, headHash: hash };
    return { result: { version }, change: { before: record, after, event: null } };
  });
  return isRefusal(result) ? result : encodeBody(versionAnswer, result);
}

export async function remove(vault: Vault, id: RecordId, request: UnlockRequest): Promise<Reply> {
  const result = await asOwner(vault, id, request.unlock, (record) => {
    vault.counts.add('records_deleted');
    return { result: {}, change: burial(record, 'delete') };
  });
  if (isRefusal(result)) return result;
  await destroyDoomed(vault.database, vault.custody);
  return encodeBody(emptyAnswer, {});
}

/** Destroys a record whose hour is over; false where there is nothing to destroy. */
export function destroyDue(vault: Vault, id: RecordId): Promise<boolean> {
  return settle(vault, id, (record) => {
    if (record?.state !== 'live' || !isDue(record, vault.hooks.now())) return { result: false };
    vault.counts.add('records_destroyed');
    return { result: true, change: burial(record, 'destroy') };
  });
}

function burial(record: StoredRecord, event: 'delete' | 'destroy'): Change {
  return {
    before: record,
    after: tombstoneOf(record),
    event,
    along: async (statements) => {
      if (record.keyBlob && record.publicKey) {
        await doomKey(statements, record.id, record.generation, record.keyBlob, record.publicKey);
      }
      return true;
    },
  };
}

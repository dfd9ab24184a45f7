/**
 * Owns a try: charged, logged, anchored and committed before the HSM is asked; the same blinded element as last time is
 * answered again for free, because its answer tells nothing new; at zero the record waits an hour for the unlock of its
 * last, right try.
 */
import { equalBytes } from '../../lib/bytes/index.ts';
import {
  decodeBody,
  type EvaluatedElement,
  type EvaluateRequest,
  encodeBody,
  evaluateAnswer,
  LAST_UNLOCK_WITHIN,
  type RecordId,
  type Refusal,
  sealedPart,
  TRY_DELAYS,
} from '../../lib/vault-protocol/index.ts';
import { decodePoint } from '../custody/points.ts';
import { sha256 } from '../hash.ts';
import type { Change } from './committer.ts';
import type { StoredRecord, VaultRecord } from './record.ts';
import { type Decision, GONE, isLive, keyOf, type Reply, settle, type Vault } from './vault.ts';

export async function evaluate(vault: Vault, id: RecordId, { blinded }: EvaluateRequest): Promise<Reply> {
  // Before the charge: a try that can't be answered must not cost one.
  const element = decodePoint(blinded);
  if (element === undefined) return { code: 'BadRequest' };
  const request = sha256(blinded);
  const settled = await settle(vault, id, (record) => decide(vault, record, request));
  if ('code' in settled) return settled;
  const evaluated = (await vault.custody.evaluate(keyOf(settled), blinded, element)) as EvaluatedElement;
  await vault.hooks.at('evaluated');
  const nextAt = settled.nextAt > vault.hooks.now() ? settled.nextAt : null;
  const sealed = decodeBody(sealedPart, settled.sealed!);
  return encodeBody(evaluateAnswer, { evaluated, left: settled.left, nextAt, sealed });
}

function decide(vault: Vault, record: StoredRecord | undefined, request: Uint8Array): Decision<Refusal | VaultRecord> {
  const now = vault.hooks.now();
  if (!isLive(record, now)) return { result: GONE };
  if (record.lastRequest !== null && equalBytes(record.lastRequest, request)) {
    vault.counts.add('attempts_repeated');
    // The charge was another replica's, or its anchor failed: this replica's own log and anchor vouch for it first.
    if (vault.committer.isAnchored(record)) return { result: record };
    return { result: record, change: { before: record, after: record, event: 'adopt' } };
  }
  if (record.left === 0 || now < record.nextAt) {
    vault.counts.add('attempts_too_soon');
    const nextAt = record.left === 0 ? (record.destroyAt ?? now) : record.nextAt;
    return { result: { code: 'TooSoon', left: record.left, nextAt } };
  }
  const change = charge(record, request, now);
  vault.counts.add('attempts_charged');
  return { result: change.after, change };
}

function charge(record: StoredRecord, request: Uint8Array, now: number): Change {
  const left = record.left - 1;
  const used = record.tries - left;
  const after: VaultRecord = {
    ...record,
    left,
    nextAt: left === 0 ? 0 : now + TRY_DELAYS[used - 1]!,
    destroyAt: left === 0 ? now + LAST_UNLOCK_WITHIN : null,
    lastRequest: request,
  };
  return { before: record, after, event: 'charge' };
}

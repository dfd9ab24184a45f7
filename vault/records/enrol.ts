/**
 * Owns the two ways to a new generation: enrolling (work or a token) and renewing (the old unlock token). Each makes a
 * key, evaluates one element under it and waits ten minutes for its finish; nothing that counts changes until then.
 */
import { randomInt } from 'node:crypto';
import { equalBytes } from '../../lib/bytes/index.ts';
import { Failure } from '../../lib/failure/index.ts';
import {
  type BlindedElement,
  type EnrolRequest,
  type EvaluatedElement,
  encodeBody,
  PENDING_FOR,
  pendingAnswer,
  type RecordId,
  type Refusal,
  type RenewRequest,
} from '../../lib/vault-protocol/index.ts';
import { decodePoint } from '../custody/points.ts';
import type { Statements } from '../database/database.ts';
import { sha256 } from '../hash.ts';
import { isInvited, useInvite } from './invites.ts';
import { destroyDoomed, doomKey, type Pending, readPending, replacePending } from './pending.ts';
import { keyContext, type StoredRecord } from './record.ts';
import { GONE, isLive, type Reply, refuseUnlock, settle, type Vault } from './vault.ts';

/** Lets somebody in who asks for a new pending generation: the refusal, or what belongs into the same transaction. */
type Admit = () => Promise<Refusal | ((statements: Statements) => Promise<boolean>)>;

const MOST_CONFLICTS = 10;

export async function enrol(vault: Vault, id: RecordId, request: EnrolRequest): Promise<Reply> {
  if (decodePoint(request.blinded) === undefined) return { code: 'BadRequest' };
  return vault.turns.run(`pending ${Buffer.from(id).toString('hex')}`, async () => {
    const record = await vault.store.read(id);
    if (isLive(record, vault.hooks.now())) return { code: 'RecordExists' };
    return begin(vault, id, record, request.blinded, () => admitStranger(vault, id, request));
  });
}

export async function renew(vault: Vault, id: RecordId, request: RenewRequest): Promise<Reply> {
  if (decodePoint(request.blinded) === undefined) return { code: 'BadRequest' };
  const settled = await settle<Refusal | StoredRecord>(vault, id, (record) => {
    const now = vault.hooks.now();
    if (!isLive(record, now)) return { result: GONE };
    return refuseUnlock(record, request.unlock, now) ?? { result: record };
  });
  if ('code' in settled) return settled;
  return vault.turns.run(`pending ${Buffer.from(id).toString('hex')}`, () =>
    begin(vault, id, settled, request.blinded, async () => async () => true),
  );
}

async function admitStranger(
  vault: Vault,
  id: RecordId,
  { work, token }: EnrolRequest,
): Promise<Refusal | ((statements: Statements) => Promise<boolean>)> {
  const { policy, hooks, database } = vault;
  if (policy.token !== 'none' && token !== null) {
    if (!(await isInvited(database, token, id, hooks.now()))) return { code: 'TokenRequired' };
    return (statements) => useInvite(statements, token, id, hooks.now());
  }
  if (policy.token === 'required') return { code: 'TokenRequired' };
  if (policy.work && (work === null || !(await vault.work.accepts(work.challenge, id, work.solution)))) {
    return { code: 'WorkRequired', work: await vault.work.offer() };
  }
  return async () => true;
}

async function begin(
  vault: Vault,
  id: RecordId,
  record: StoredRecord | undefined,
  blinded: BlindedElement,
  admit: Admit,
): Promise<Reply> {
  const requestHash = sha256(blinded);
  for (let tried = 0; tried < MOST_CONFLICTS; tried++) {
    const now = vault.hooks.now();
    const before = await readPending(vault.database, vault.custody, id);
    if (before !== undefined && before.expiresAt > now && equalBytes(before.requestHash, requestHash)) {
      return answer(before);
    }
    const admitted = await admit();
    if (typeof admitted !== 'function') return admitted;
    const generation = Math.max(freshNumber(now), (record?.generation ?? 0) + 1, (before?.generation ?? 0) + 1);
    const pending = await makePending(vault, id, generation, blinded, now);
    if (await replacePending(vault.database, vault.custody, before, pending, admitted)) {
      vault.work.count();
      vault.counts.add('records_begun');
      if (before !== undefined) await destroyDoomed(vault.database, vault.custody);
      return answer(pending);
    }
    // Another replica was faster: this key was never told to anybody.
    await doomKey(vault.database, id, generation, pending.keyBlob, pending.publicKey);
  }
  throw new Failure('DatabaseContended', 'later');
}

/**
 * A number that grows with the time, and that two replicas do not give to one record in the same millisecond: the loser's
 * key is destroyed by its number. Below 2^53 for the next two hundred years.
 */
function freshNumber(now: number): number {
  return now * 1024 + randomInt(1024);
}

async function makePending(
  vault: Vault,
  record: RecordId,
  generation: number,
  blinded: BlindedElement,
  now: number,
): Promise<Pending> {
  const context = keyContext(record, generation);
  const { blob, publicKey } = await vault.custody.createKey(context);
  const evaluated = await vault.custody.evaluate({ blob, publicKey, context }, blinded);
  const expiresAt = now + PENDING_FOR;
  return { record, generation, keyBlob: blob, publicKey, requestHash: sha256(blinded), evaluated, expiresAt };
}

function answer({ evaluated, expiresAt }: Pending): Uint8Array {
  return encodeBody(pendingAnswer, { evaluated: evaluated as EvaluatedElement, expires: expiresAt });
}

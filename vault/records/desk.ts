/**
 * Owns the way of a request for a record: strict reading, the endpoint, and an answer signed by the vault identity key.
 * Whatever goes wrong ends in a refusal of the protocol; what the operator must know goes to the log by its code alone.
 */
import { attempt, Failure } from '../../lib/failure/index.ts';
import {
  answerTranscript,
  DEFAULT_TRIES,
  decodeBody,
  encodeBody,
  encodeRefusal,
  enrolRequest,
  evaluateRequest,
  finishRequest,
  headRequest,
  INFO_TARGET,
  infoAnswer,
  type Lineage,
  MOST_BODY_BYTES,
  MOST_RECORD_BYTES,
  MOST_SEGMENT_BYTES,
  type Nonce,
  PROTOCOL_VERSION,
  parseRecordTarget,
  type RecordAction,
  type RecordId,
  type Refusal,
  recordActions,
  renewFinishRequest,
  renewRequest,
  type Shape,
  type Target,
  unlockRequest,
  type VaultIdentityKey,
} from '../../lib/vault-protocol/index.ts';
import { sha256 } from '../hash.ts';
import { type Log, nameOf } from '../logging.ts';
import { enrol, renew } from './enrol.ts';
import { evaluate } from './evaluate.ts';
import { finish, finishRenewal } from './finish.ts';
import { moveHead, remove, unlock } from './owner.ts';
import type { Reply, Vault } from './vault.ts';

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  /** 64 bytes; missing where the HSM could not sign. */
  readonly signature: Uint8Array | undefined;
}

type Endpoint = (vault: Vault, id: RecordId, body: Uint8Array) => Promise<Reply>;

function endpoint<Request>(
  shape: Shape<Request>,
  serve: (vault: Vault, id: RecordId, request: Request) => Promise<Reply>,
): Endpoint {
  return async (vault, id, body) => {
    const read = attempt(() => decodeBody(shape, body));
    return read.ok ? serve(vault, id, read.value) : { code: 'BadRequest' };
  };
}

const endpoints: Record<RecordAction, Endpoint> = {
  enrol: endpoint(enrolRequest, enrol),
  finish: endpoint(finishRequest, finish),
  evaluate: endpoint(evaluateRequest, evaluate),
  unlock: endpoint(unlockRequest, unlock),
  renew: endpoint(renewRequest, renew),
  renewFinish: endpoint(renewFinishRequest, finishRenewal),
  head: endpoint(headRequest, moveHead),
  delete: endpoint(unlockRequest, remove),
};

/** Serves one request; never rejects. */
export async function serve(vault: Vault, log: Log, target: Target, nonce: Nonce, body: Uint8Array): Promise<Answer> {
  let reply: { status: number; body: Uint8Array };
  try {
    reply = await route(vault, target, body);
  } catch (error) {
    const refusal = refusalFor(vault, log, error);
    reply = encodeRefusal(refusal);
    if (refusal.code === 'HsmUnavailable') return { ...reply, signature: undefined };
  }
  try {
    const transcript = answerTranscript(target, nonce, sha256(body), reply.status, sha256(reply.body));
    return { ...reply, signature: await vault.custody.sign(sha256(transcript)) };
  } catch (error) {
    refusalFor(vault, log, error);
    return { ...encodeRefusal({ code: 'HsmUnavailable' }), signature: undefined };
  }
}

async function route(vault: Vault, target: Target, body: Uint8Array): Promise<{ status: number; body: Uint8Array }> {
  if (target.method === INFO_TARGET.method && target.path === INFO_TARGET.path) {
    return body.length === 0 ? { status: 200, body: await info(vault) } : encodeRefusal({ code: 'BadRequest' });
  }
  const parsed = parseRecordTarget(target);
  if (parsed === undefined) return encodeRefusal({ code: 'BadRequest' });
  if (body.length > MOST_BODY_BYTES) return encodeRefusal({ code: 'TooLarge' });
  const reply = await endpoints[parsed.action](vault, parsed.id, body);
  if (reply instanceof Uint8Array) return { status: recordActions[parsed.action].status, body: reply };
  if (reply.code === 'Gone') vault.counts.add('answers_gone');
  if (reply.code === 'WrongUnlock') vault.counts.add('unlocks_wrong');
  return encodeRefusal(reply);
}

async function info({ custody, policy, work, hooks }: Vault): Promise<Uint8Array> {
  const asksWork = policy.work && policy.token !== 'required';
  return encodeBody(infoAnswer, {
    protocol: PROTOCOL_VERSION,
    identityKey: custody.identityKey as VaultIdentityKey,
    custody: { mode: custody.mode, grade: custody.grade },
    limits: {
      tries: Math.min(DEFAULT_TRIES, policy.triesDefault),
      triesMost: policy.triesMost,
      recordBytes: MOST_RECORD_BYTES,
      segmentBytes: MOST_SEGMENT_BYTES,
      quotaBytes: policy.quotaBytes,
    },
    enrolment: { work: asksWork ? await work.offer() : null, token: policy.token },
    lineage: custody.lineage as Lineage,
    time: hooks.now(),
  });
}

const HSM = new Set(['HsmUnavailable', 'HsmPinWrong', 'HsmNotReady', 'HsmFault', 'MechanismMissing', 'AnchorInvalid']);
const TAMPERING = new Set(['RowForged', 'RowReplayed', 'KeyBlobInvalid', 'ReplicaInUse']);

/** What the client is told of a failure. Whatever it is, it is the vault's, and may be over later. */
function refusalFor(vault: Vault, log: Log, error: unknown): Refusal {
  const code = nameOf(error);
  if (error instanceof Failure && code === 'ElementInvalid') return { code: 'BadRequest' };
  // The key of a record that another replica destroyed or replaced a moment ago.
  if (error instanceof Failure && code === 'KeyMissing') return { code: 'Gone' };
  log('error', 'request-failed', { code });
  if (HSM.has(code)) {
    vault.counts.add('failures_hsm');
    return { code: 'HsmUnavailable' };
  }
  vault.counts.add(TAMPERING.has(code) ? 'failures_tampering' : 'failures_database');
  return { code: 'Busy' };
}

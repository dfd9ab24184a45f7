/**
 * Owns a client of the vault for its tests: strict, with every answer's signature checked, and no cryptography of the
 * backup: its elements are random points.
 */
import { createECDH, randomBytes } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { SecretBytes } from '../../../lib/bytes/index.ts';
import {
  answerTranscript,
  type BlindedElement,
  decodeBody,
  decodeRefusal,
  type EvaluateAnswer,
  type EvaluatedElement,
  emptyAnswer,
  encodeBody,
  enrolRequest,
  evaluateAnswer,
  evaluateRequest,
  type FinishRequest,
  finishAnswer,
  finishRequest,
  headRequest,
  INFO_TARGET,
  infoAnswer,
  type Locator,
  type Nonce,
  pendingAnswer,
  type RecordAction,
  type RecordId,
  type Refusal,
  recordActions,
  recordIdFromHash,
  recordIdInput,
  recordTarget,
  renewFinishRequest,
  renewRequest,
  type SealedPart,
  type Shape,
  type Target,
  type UnlockTag,
  type UnlockToken,
  unlockAnswer,
  unlockRequest,
  unlockTagInput,
  type VaultIdentityKey,
  vaultIdFromHash,
  vaultIdInput,
  versionAnswer,
  type WorkChallenge,
  type WorkSolution,
} from '../../../lib/vault-protocol/index.ts';
import { sha256 } from '../../../vault/hash.ts';
import type { Answer } from '../../../vault/records/desk.ts';
import { decodeAnswer, type Question } from '../../../vault/rpc/messages.ts';

/** A random point of P-256: what a blinded element looks like. */
export function randomElement(): BlindedElement {
  const key = createECDH('prime256v1');
  key.generateKeys();
  return new Uint8Array(key.getPublicKey(null, 'compressed') as Buffer) as BlindedElement;
}

export function randomUnlock(): UnlockToken {
  return SecretBytes.of<'UnlockToken'>(new Uint8Array(randomBytes(32)));
}

export function unlockTagOf(token: UnlockToken): UnlockTag {
  return sha256(unlockTagInput(token)) as Uint8Array as UnlockTag;
}

function random<Named extends Uint8Array>(length: number): Named {
  return new Uint8Array(randomBytes(length)) as Named;
}

export function randomSealed(): SealedPart {
  return { threshold: 1, vaults: [random(16)], epoch: 0, shares: [random(32)], commitment: random(32) };
}

/** A record as its owner knows it. */
export interface Enrolled {
  readonly id: RecordId;
  readonly locator: Locator;
  readonly unlock: UnlockToken;
  readonly sealed: SealedPart;
}

/** An answer of the vault: its body where it is a success, its code and fields where it is a refusal. */
export type Told<Value> = Value | Refusal;

/** The field of a success; throws on a refusal. */
export function must<Value extends object>(told: Told<Value>): Value {
  if ('code' in told) throw new Error(`refused: ${(told as Refusal).code}`);
  return told as Value;
}

export class TestClient {
  readonly identityKey: Uint8Array;
  readonly #ask: (question: Question) => Promise<Uint8Array>;

  constructor(identityKey: Uint8Array, ask: (question: Question) => Promise<Uint8Array>) {
    this.identityKey = identityKey;
    this.#ask = ask;
  }

  idOf(locator: Locator): RecordId {
    const vault = vaultIdFromHash(sha256(vaultIdInput(this.identityKey as VaultIdentityKey)));
    return recordIdFromHash(sha256(recordIdInput(vault, locator)));
  }

  /** Sends a body as it is, and checks the signature of the answer. */
  async raw(target: Target, body: Uint8Array): Promise<Answer> {
    const nonce = random<Nonce>(16);
    const answer = decodeAnswer(await this.#ask({ kind: 'serve', target, nonce, body }));
    if (answer.signature === undefined) return answer;
    const transcript = answerTranscript(target, nonce, sha256(body), answer.status, sha256(answer.body));
    const digest = sha256(transcript);
    if (!p256.verify(answer.signature, digest, this.identityKey, { prehash: false, lowS: false })) {
      throw new Error('an answer is not signed by the vault');
    }
    return answer;
  }

  async ask<Request, Value>(
    action: RecordAction,
    id: RecordId,
    shape: Shape<Request>,
    request: Request,
    answer: Shape<Value>,
  ): Promise<Told<Value>> {
    const { status, body } = await this.raw(recordTarget(action, id), encodeBody(shape, request));
    return status === recordActions[action].status ? decodeBody(answer, body) : decodeRefusal(status, body);
  }

  async info() {
    return decodeBody(infoAnswer, (await this.raw(INFO_TARGET, new Uint8Array())).body);
  }

  enrol(
    id: RecordId,
    blinded: BlindedElement,
    work: { challenge: WorkChallenge; solution: WorkSolution } | null = null,
    token: SecretBytes<'InviteToken'> | null = null,
  ) {
    return this.ask('enrol', id, enrolRequest, { blinded, work, token }, pendingAnswer);
  }

  finish(id: RecordId, request: FinishRequest) {
    return this.ask('finish', id, finishRequest, request, finishAnswer);
  }

  evaluate(id: RecordId, blinded: BlindedElement): Promise<Told<EvaluateAnswer>> {
    return this.ask('evaluate', id, evaluateRequest, { blinded }, evaluateAnswer);
  }

  unlock(id: RecordId, unlock: UnlockToken) {
    return this.ask('unlock', id, unlockRequest, { unlock }, unlockAnswer);
  }

  renew(id: RecordId, unlock: UnlockToken, blinded: BlindedElement) {
    return this.ask('renew', id, renewRequest, { unlock, blinded }, pendingAnswer);
  }

  finishRenewal(id: RecordId, unlock: UnlockToken, request: FinishRequest) {
    return this.ask('renewFinish', id, renewFinishRequest, { unlock, ...request }, finishAnswer);
  }

  head(id: RecordId, unlock: UnlockToken, version: number, hash: Uint8Array) {
    return this.ask('head', id, headRequest, { unlock, version, hash: hash as never }, versionAnswer);
  }

  remove(id: RecordId, unlock: UnlockToken) {
    return this.ask('delete', id, unlockRequest, { unlock }, emptyAnswer);
  }

  /** A whole enrolment. */
  async enrolled(tries = 10, locator = random<Locator>(16)): Promise<Enrolled> {
    const id = this.idOf(locator);
    const { evaluated } = must(await this.enrol(id, randomElement()));
    const unlock = randomUnlock();
    const sealed = randomSealed();
    must(await this.finish(id, finishOf(evaluated, unlock, sealed, tries)));
    return { id, locator, unlock, sealed };
  }
}

export function finishOf(
  evaluated: EvaluatedElement,
  unlock: UnlockToken,
  sealed = randomSealed(),
  tries = 10,
): FinishRequest {
  return { evaluated, sealed, unlockTag: unlockTagOf(unlock), tries, blobKey: null };
}

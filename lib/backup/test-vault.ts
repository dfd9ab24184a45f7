/** For tests: an honest vault in memory, made of the codec, an independent OPRF and Node's ECDSA; and one that is told to lie. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { EvaluationRequest, generateKeyPair, OPRFServer, Oprf } from '@cloudflare/voprf-ts';
import { CryptoNoble } from '@cloudflare/voprf-ts/crypto-noble';
import { decodeBase64Url, encodeBase64Url, equalBytes } from '../bytes/index.ts';
import {
  answerTranscript,
  beginsWithZeroBits,
  decodeBody,
  type EnrolRequest,
  type EvaluatedElement,
  emptyAnswer,
  encodeBody,
  encodeHeader,
  encodeRefusal,
  enrolRequest,
  evaluateAnswer,
  evaluateRequest,
  finishAnswer,
  finishRequest,
  type Head,
  headRequest,
  infoAnswer,
  type Lineage,
  NONCE_HEADER,
  type Nonce,
  PENDING_FOR,
  parseRecordTarget,
  pendingAnswer,
  type RecordAction,
  type RecordId,
  type Refusal,
  renewFinishRequest,
  renewRequest,
  type SealedPart,
  type Sha256,
  SIGNATURE_HEADER,
  type Target,
  TRY_DELAYS,
  type UnlockToken,
  unlockAnswer,
  unlockRequest,
  unlockTagInput,
  type VaultIdentityKey,
  versionAnswer,
  type WorkChallenge,
  workInput,
} from '../vault-protocol/index.ts';

const sha256 = (bytes: Uint8Array) =>
  new Uint8Array(createHash('sha256').update(bytes).digest()) as Uint8Array as Sha256;

interface Generation {
  key: Uint8Array;
  blinded: Uint8Array;
  evaluated: EvaluatedElement;
  expires: number;
}

export interface TestRecord {
  key: Uint8Array;
  sealed: SealedPart;
  unlockTag: Uint8Array;
  tries: number;
  left: number;
  nextAt: number;
  last: { blinded: string; evaluated: EvaluatedElement } | undefined;
  head: Head | null;
  finishedBy: string;
}

/** What a vault is told to do wrongly. */
export type Misbehaviour =
  | 'down'
  | 'slow'
  | 'unsigned'
  | 'wrongKey'
  | 'replays'
  | 'garbageElement'
  | 'otherElement'
  | 'otherSealed'
  | 'otherShare'
  | 'nonsense'
  | 'losesAnswer'
  | 'proxyError'
  | 'endless';

export class TestVault {
  readonly url: string;
  readonly identityKey: VaultIdentityKey;
  readonly records = new Map<string, TestRecord>();
  readonly pending = new Map<string, Generation>();
  readonly asked: RecordAction[] = [];
  /** Evaluations that were charged. */
  charged = 0;
  misbehaviour: Misbehaviour | undefined;
  /** Only for this action, where given. */
  misbehavesAt: RecordAction | undefined;
  lineage = new Uint8Array(randomBytes(16)) as Uint8Array as Lineage;
  asksForWork = false;
  #now: () => number;
  #signing: KeyObject;
  #kept: { body: Uint8Array<ArrayBuffer>; headers: Record<string, string>; status: number } | undefined;

  constructor(url: string, now: () => number) {
    this.url = url;
    this.#now = now;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#signing = privateKey;
    this.identityKey = compressed(privateKey);
  }

  get address() {
    return { url: this.url, identityKey: this.identityKey };
  }

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const target = { method: init.method ?? 'GET', path };
    const action = path === '/v1/info' ? undefined : parseRecordTarget(target)?.action;
    if (action) this.asked.push(action);
    const wrong = this.misbehavesAt === undefined || this.misbehavesAt === action ? this.misbehaviour : undefined;
    if (wrong === 'down') throw new TypeError('Failed to fetch');
    if (wrong === 'slow') return new Promise(() => undefined);
    if (wrong === 'proxyError') return new Response('<h1>Bad gateway</h1>', { status: 502 });
    if (wrong === 'endless') return new Response(endless());
    if (wrong === 'nonsense') return this.#signed(target, init, 200, new TextEncoder().encode('{"left":true}'));
    if (wrong === 'replays' && this.#kept) return new Response(this.#kept.body, this.#kept);
    const answer = await this.#answer(target, new Uint8Array((init.body as Uint8Array | undefined) ?? []), wrong);
    if (wrong === 'losesAnswer') throw new TypeError('Failed to fetch');
    const { status, body } = 'code' in answer ? encodeRefusal(answer) : answer;
    return this.#signed(target, init, status, body, wrong);
  }

  #signed(target: Target, init: RequestInit, status: number, body: Uint8Array, wrong?: Misbehaviour): Response {
    const headers = new Headers(init.headers);
    const nonce = decodeBase64Url(headers.get(NONCE_HEADER)!)! as Nonce;
    const question = new Uint8Array((init.body as Uint8Array | undefined) ?? []);
    const transcript = answerTranscript(target, nonce, sha256(question), status, sha256(body));
    const key = wrong === 'wrongKey' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : this.#signing;
    const signature = sign('sha256', transcript, { key, dsaEncoding: 'ieee-p1363' });
    const sent = wrong === 'unsigned' ? {} : { [SIGNATURE_HEADER]: encodeHeader(signature) };
    this.#kept = { body: new Uint8Array(body), headers: sent, status };
    return new Response(this.#kept.body, { status, headers: sent });
  }

  async #answer(
    target: Target,
    body: Uint8Array,
    wrong?: Misbehaviour,
  ): Promise<{ status: number; body: Uint8Array } | Refusal> {
    if (target.path === '/v1/info') return { status: 200, body: encodeBody(infoAnswer, this.info()) };
    const { action, id } = parseRecordTarget(target)!;
    const name = encodeBase64Url(id);
    switch (action) {
      case 'enrol':
        return this.#enrol(name, id, decodeBody(enrolRequest, body));
      case 'finish':
        return this.#finish(name, encodeBase64Url(body), decodeBody(finishRequest, body));
      case 'evaluate':
        return this.#evaluate(name, decodeBody(evaluateRequest, body).blinded, wrong);
      case 'unlock': {
        const record = this.#authorised(name, decodeBody(unlockRequest, body).unlock);
        if ('code' in record) return record;
        record.left = record.tries;
        record.nextAt = 0;
        return { status: 200, body: encodeBody(unlockAnswer, { left: record.left, head: record.head }) };
      }
      case 'renew': {
        const { unlock, blinded } = decodeBody(renewRequest, body);
        const record = this.#authorised(name, unlock);
        return 'code' in record ? record : this.#begin(name, blinded, 200);
      }
      case 'renewFinish': {
        const finish = decodeBody(renewFinishRequest, body);
        const record = this.#authorised(name, finish.unlock);
        if ('code' in record && this.records.get(name)?.finishedBy !== encodeBase64Url(body)) return record;
        return this.#finish(name, encodeBase64Url(body), finish);
      }
      case 'head': {
        const { unlock, version, hash } = decodeBody(headRequest, body);
        const record = this.#authorised(name, unlock);
        if ('code' in record) return record;
        if (record.head && version <= record.head.version) return { code: 'HeadBehind' };
        record.head = { version, hash };
        return { status: 200, body: encodeBody(versionAnswer, { version }) };
      }
      default: {
        const record = this.#authorised(name, decodeBody(unlockRequest, body).unlock);
        if ('code' in record) return record;
        this.records.delete(name);
        return { status: 200, body: encodeBody(emptyAnswer, {}) };
      }
    }
  }

  info() {
    return {
      protocol: 1 as const,
      identityKey: this.identityKey,
      custody: { mode: 'software' as const, grade: 'software' as const },
      limits: { tries: 10, triesMost: 10, recordBytes: 4096, segmentBytes: 1048576, quotaBytes: 67108864 },
      enrolment: { work: null, token: 'none' as const },
      lineage: this.lineage,
      time: this.#now(),
    };
  }

  #enrol(name: string, id: RecordId, { blinded, work }: EnrolRequest) {
    if (this.records.has(name)) return { code: 'RecordExists' } as const;
    const challenge = new Uint8Array(8).fill(7) as Uint8Array as WorkChallenge;
    const isDone = work !== null && beginsWithZeroBits(sha256(workInput(challenge, id, work.solution)), 16);
    if (this.asksForWork && !isDone) {
      return { code: 'WorkRequired', work: { challenge, bits: 16, expires: this.#now() + 600_000 } } as const;
    }
    return this.#begin(name, blinded, 201);
  }

  async #begin(name: string, blinded: Uint8Array, status: number) {
    const held = this.pending.get(name);
    if (!held || !equalBytes(held.blinded, blinded) || held.expires <= this.#now()) {
      const { privateKey: key } = await generateKeyPair(Oprf.Suite.P256_SHA256, CryptoNoble);
      const expires = this.#now() + PENDING_FOR;
      this.pending.set(name, { key, blinded, evaluated: await evaluate(key, blinded), expires });
    }
    const { evaluated, expires } = this.pending.get(name)!;
    return { status, body: encodeBody(pendingAnswer, { evaluated, expires }) };
  }

  #finish(
    name: string,
    body: string,
    {
      evaluated,
      sealed,
      unlockTag,
      tries,
    }: { evaluated: Uint8Array; sealed: SealedPart; unlockTag: Uint8Array; tries: number },
  ) {
    const record = this.records.get(name);
    if (record?.finishedBy !== body) {
      const held = this.pending.get(name);
      if (!held || held.expires <= this.#now() || !equalBytes(held.evaluated, evaluated))
        return { code: 'NotPending' } as const;
      this.pending.delete(name);
      const head = record?.head ?? null;
      this.records.set(name, {
        key: held.key,
        sealed,
        unlockTag,
        tries,
        left: tries,
        nextAt: 0,
        last: undefined,
        head,
        finishedBy: body,
      });
    }
    return { status: 200, body: encodeBody(finishAnswer, { left: this.records.get(name)!.left }) };
  }

  async #evaluate(name: string, blinded: Uint8Array, wrong?: Misbehaviour) {
    const record = this.records.get(name);
    if (record === undefined) return { code: 'Gone' } as const;
    if (record.last?.blinded !== encodeBase64Url(blinded)) {
      const { left, nextAt } = record;
      if (left === 0 || nextAt > this.#now()) return { code: 'TooSoon', left, nextAt } as const;
      record.left -= 1;
      this.charged += 1;
      record.nextAt = this.#now() + (TRY_DELAYS[record.tries - record.left] ?? 0);
      record.last = { blinded: encodeBase64Url(blinded), evaluated: await evaluate(record.key, blinded) };
    }
    const { left, nextAt, sealed, last } = record;
    const body = { evaluated: last.evaluated, left, nextAt: nextAt > this.#now() ? nextAt : null, sealed };
    if (wrong === 'garbageElement')
      body.evaluated = new Uint8Array(33).fill(0xff).fill(2, 0, 1) as Uint8Array as EvaluatedElement;
    if (wrong === 'otherElement') body.evaluated = await evaluate(sha256(record.key), blinded);
    if (wrong === 'otherSealed')
      body.sealed = { ...sealed, commitment: sha256(sealed.commitment) as Uint8Array as typeof sealed.commitment };
    if (wrong === 'otherShare')
      body.sealed = { ...sealed, shares: sealed.shares.map((share) => sha256(share) as Uint8Array as typeof share) };
    return { status: 200, body: encodeBody(evaluateAnswer, body) };
  }

  #authorised(name: string, unlock: UnlockToken): TestRecord | Refusal {
    const record = this.records.get(name);
    if (record === undefined) return { code: 'Gone' };
    return equalBytes(sha256(unlockTagInput(unlock)), record.unlockTag) ? record : { code: 'WrongUnlock' };
  }
}

/** What the OPRF of `key` gives for a blinded element, by an implementation that is not ours. */
export async function evaluate(key: Uint8Array, blinded: Uint8Array): Promise<EvaluatedElement> {
  const server = new OPRFServer(Oprf.Suite.P256_SHA256, key, CryptoNoble);
  const group = Oprf.getGroup(Oprf.Suite.P256_SHA256, CryptoNoble);
  const { evaluated } = await server.blindEvaluate(new EvaluationRequest([group.desElt(blinded)]));
  return evaluated[0]!.serialize(true) as EvaluatedElement;
}

function compressed(privateKey: KeyObject): VaultIdentityKey {
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const odd = decodeBase64Url(y)![31]! & 1;
  return Uint8Array.of(2 + odd, ...decodeBase64Url(x)!) as Uint8Array as VaultIdentityKey;
}

function endless(): ReadableStream {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(4096)) });
}

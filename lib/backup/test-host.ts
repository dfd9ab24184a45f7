/** For tests: a blob host in memory that keeps to the protocol, and does on request what none may do. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { decodeBase64Url, encodeBase64Url, equalBytes } from '../bytes/index.ts';
import {
  BLOB_KEY_HEADER,
  BLOB_SIGNATURE_HEADER,
  BLOB_WORK_HEADER,
  beginsWithZeroBits,
  blobTranscript,
  decodeBlobWork,
  decodeVersionTag,
  emptyAnswer,
  encodeBody,
  encodeRefusal,
  encodeVersionTag,
  MANIFEST_NAME,
  MOST_CLOCK_SKEW,
  NONCE_HEADER,
  type Nonce,
  parseBlobPath,
  type Refusal,
  type Sha256,
  timeOfNonce,
  versionAnswer,
  type WorkChallenge,
  workInput,
} from '../vault-protocol/index.ts';

const sha256 = (bytes: Uint8Array) =>
  new Uint8Array(createHash('sha256').update(bytes).digest()) as Uint8Array as Sha256;

interface TestBucket {
  readonly key: string;
  readonly blobs: Map<string, Uint8Array>;
  version: number;
}

export class TestHost {
  readonly url: string;
  readonly buckets = new Map<string, TestBucket>();
  /** Requests as they came: method and name. */
  readonly asked: string[] = [];
  isDown = false;
  asksForWork = false;
  quota = 64 * 1024 * 1024;
  /** Of its clock. */
  offset = 0;
  /** Called before a request is served: may throw what fetch throws, or change things. */
  before: ((method: string, name: string) => void | Promise<void>) | undefined;
  /** Called after it was served: the answer is lost where it throws. */
  after: ((method: string, name: string) => void | Promise<void>) | undefined;
  #now: () => number;
  readonly #nonces = new Set<string>();

  constructor(url: string, now: () => number) {
    this.url = url;
    this.#now = now;
  }

  get blobs(): Map<string, Uint8Array> {
    const log = [...this.buckets.values()].find(({ blobs }) => blobs.has(MANIFEST_NAME));
    return log!.blobs;
  }

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const method = init.method ?? 'GET';
    const { bucket, name } = parseBlobPath(path)!;
    await this.before?.(method, name);
    this.asked.push(`${method} ${name}`);
    if (this.isDown) throw new TypeError('Failed to fetch');
    const answer = this.#serve(method, path, encodeBase64Url(bucket), name, init);
    await this.after?.(method, name);
    if (answer instanceof Response) return answer;
    const { status, body } = encodeRefusal(answer);
    return new Response(new Uint8Array(body), { status });
  }

  #serve(method: string, path: string, bucketName: string, name: string, init: RequestInit): Response | Refusal {
    const kept = this.buckets.get(bucketName);
    if (method === 'GET') {
      const bytes = kept?.blobs.get(name);
      if (!kept || !bytes) return { code: 'NoBlob' };
      const headers = name === MANIFEST_NAME ? { etag: encodeVersionTag(kept.version) } : undefined;
      return new Response(new Uint8Array(bytes), headers && { headers });
    }
    const headers = new Headers(init.headers);
    const body = new Uint8Array((init.body as Uint8Array | undefined) ?? []);
    const ifMatch = headers.get('if-match') ?? '';
    const refused = this.#refuse(method, path, headers, body, ifMatch, kept);
    if (refused) return refused;
    const key = headers.get(BLOB_KEY_HEADER)!;
    const place = kept ?? { key, blobs: new Map(), version: 0 };
    if (!kept && this.asksForWork && !hasWork(headers, parseBlobPath(path)!.bucket)) {
      return { code: 'WorkRequired', work: { challenge: CHALLENGE, bits: 16, expires: this.#now() + 600_000 } };
    }
    const used = [...place.blobs.values()].reduce((sum, blob) => sum + blob.length, 0);
    if (method === 'PUT' && used + body.length > this.quota) return { code: 'QuotaFull', used, quota: this.quota };
    this.buckets.set(bucketName, place);
    const old = place.blobs.get(name);
    if (method === 'DELETE') place.blobs.delete(name);
    else if (name === MANIFEST_NAME) {
      const version = decodeVersionTag(ifMatch);
      const isRepeat = old !== undefined && version === place.version - 1 && equalBytes(old, body);
      if (version !== place.version && !isRepeat) return { code: 'ManifestMoved', version: place.version };
      if (!isRepeat) place.version += 1;
      place.blobs.set(name, body);
      return new Response(new Uint8Array(encodeBody(versionAnswer, { version: place.version })));
    } else if (old && !equalBytes(old, body)) return { code: 'BlobExists' };
    else place.blobs.set(name, body);
    return new Response(new Uint8Array(encodeBody(emptyAnswer, {})));
  }

  #refuse(
    method: string,
    path: string,
    headers: Headers,
    body: Uint8Array,
    ifMatch: string,
    kept: TestBucket | undefined,
  ): Refusal | undefined {
    const nonceText = headers.get(NONCE_HEADER)!;
    const nonce = decodeBase64Url(nonceText)! as Nonce;
    const key = headers.get(BLOB_KEY_HEADER)!;
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
    const transcript = blobTranscript({ method, path }, nonce, sha256(body), ifMatch);
    const signature = decodeBase64Url(headers.get(BLOB_SIGNATURE_HEADER)!)!;
    if (!verify(null, transcript, publicKey, signature) || (kept && kept.key !== key)) return { code: 'NotYours' };
    const time = this.#now() + this.offset;
    if (Math.abs(timeOfNonce(nonce) - time) > MOST_CLOCK_SKEW) return { code: 'ClockSkew', time };
    if (this.#nonces.has(nonceText)) return { code: 'NonceUsed' };
    this.#nonces.add(nonceText);
    return undefined;
  }
}

const CHALLENGE = new Uint8Array(8).fill(3) as Uint8Array as WorkChallenge;

function hasWork(headers: Headers, bucket: Parameters<typeof workInput>[1]): boolean {
  const work = decodeBlobWork(headers.get(BLOB_WORK_HEADER) ?? '');
  return work !== undefined && beginsWithZeroBits(sha256(workInput(work.challenge, bucket, work.solution)), 16);
}

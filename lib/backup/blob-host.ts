/**
 * Owns reading and writing the blobs of a bucket (docs/vault-protocol.md, "Blobs"): signed by the bucket's writer, with a
 * nonce that holds the time, and with the work that a first write takes.
 * Does not own what is in a blob: its answers are not signed, so everything that is read is checked by who reads it.
 */
import { type Ed25519KeyPair, sha256, signEd25519 } from '../crypto/index.ts';
import { Failure } from '../failure/index.ts';
import {
  BLOB_KEY_HEADER,
  BLOB_SIGNATURE_HEADER,
  BLOB_TOKEN_HEADER,
  BLOB_WORK_HEADER,
  type Bucket,
  blobPath,
  blobTranscript,
  decodeRefusal,
  decodeVersionTag,
  encodeBlobWork,
  encodeHeader,
  encodeVersionTag,
  type InviteToken,
  MANIFEST_NAME,
  MOST_BODY_BYTES,
  MOST_SEGMENT_BYTES,
  NONCE_HEADER,
  type Nonce,
  type Refusal,
  type Sha256,
  timedNonce,
} from '../vault-protocol/index.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { type BackupFailure, refusal } from './failure.ts';
import type { BackupSurroundings } from './surroundings.ts';
import { solveWork } from './work.ts';

/** A bucket and who writes it. */
export interface BlobPlace {
  readonly bucket: Bucket;
  readonly writer: Ed25519KeyPair;
}

/** What is read, with the version that the host says, where it is a manifest. */
export interface BlobRead {
  readonly bytes: Uint8Array;
  readonly version: number | undefined;
}

/** A blob host. All throw HostUnreachable, HostFaulty; writing also ClockSkew, QuotaFull, NotYours, TokenRequired. */
export interface BlobHost {
  /** The blob, or undefined where there is none. */
  read(place: Pick<BlobPlace, 'bucket'>, name: string): Promise<BlobRead | undefined>;
  /** `kept`, also where the same bytes were there; `taken` where others are: nothing was changed. */
  write(place: BlobPlace, name: string, bytes: Uint8Array): Promise<'kept' | 'taken'>;
  /** `kept`, or `moved` where the kept version is not `over` (0: none): nothing was changed. */
  writeManifest(place: BlobPlace, bytes: Uint8Array, over: number): Promise<'kept' | 'moved'>;
  /** Deletes the blob, if it is there. */
  remove(place: BlobPlace, name: string): Promise<void>;
}

interface Writing {
  readonly method: 'PUT' | 'DELETE';
  readonly name: string;
  readonly body: Uint8Array;
  readonly ifMatch: string;
}

/** What may go wrong once and be mended by asking again: the work, the time, the nonce. */
const MOST_ROUNDS = 4;

/** The host at `url`. `token` is the operator's invitation, where one is needed. */
export function connectBlobHost(around: BackupSurroundings, url: string, token?: InviteToken): BlobHost {
  return new HttpBlobHost(around, url, token);
}

class HttpBlobHost implements BlobHost {
  readonly #around: BackupSurroundings;
  readonly #url: string;
  readonly #token: InviteToken | undefined;
  /** Of the host's clock against ours, in milliseconds. */
  #offset = 0;

  constructor(around: BackupSurroundings, url: string, token: InviteToken | undefined) {
    this.#around = around;
    this.#url = url;
    this.#token = token;
  }

  async read({ bucket }: Pick<BlobPlace, 'bucket'>, name: string): Promise<BlobRead | undefined> {
    const request = { method: 'GET', url: `${this.#url}${blobPath(bucket, name)}`, headers: {}, body: undefined };
    const answer = await exchange(this.#around, request, MOST_SEGMENT_BYTES);
    if (answer === undefined) throw refusal('HostUnreachable');
    if (answer.status === 200) return { bytes: answer.body, version: decodeVersionTag(answer.header('etag') ?? '') };
    const refused = readRefusal(answer);
    if (refused.code === 'NoBlob') return undefined;
    throw hostFailure(refused);
  }

  async write(place: BlobPlace, name: string, body: Uint8Array): Promise<'kept' | 'taken'> {
    const isKept = await this.#settle(place, { method: 'PUT', name, body, ifMatch: '' }, 'BlobExists');
    return isKept ? 'kept' : 'taken';
  }

  async writeManifest(place: BlobPlace, body: Uint8Array, over: number): Promise<'kept' | 'moved'> {
    const writing = { method: 'PUT', name: MANIFEST_NAME, body, ifMatch: encodeVersionTag(over) } as const;
    return (await this.#settle(place, writing, 'ManifestMoved')) ? 'kept' : 'moved';
  }

  async remove(place: BlobPlace, name: string): Promise<void> {
    await this.#settle(place, { method: 'DELETE', name, body: new Uint8Array(), ifMatch: '' }, undefined);
  }

  /** Whether it was done; false where it was refused as `known`, which changes nothing. */
  async #settle(place: BlobPlace, writing: Writing, known: Refusal['code'] | undefined): Promise<boolean> {
    const answer = await this.#ask(place, writing);
    if (!('code' in answer)) return true;
    if (answer.code !== known) throw hostFailure(answer);
    return false;
  }

  async #ask(place: BlobPlace, writing: Writing): Promise<HttpAnswer | Refusal> {
    let work: string | undefined;
    let skewed = false;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const nonce = timedNonce(this.#around.now() + this.#offset, this.#around.random(8));
      const answer = await sendWriting(this.#around, this.#url, place, writing, nonce, { work, token: this.#token });
      if (answer.status === 200 || answer.status === 201) return answer;
      const refused = readRefusal(answer);
      if (refused.code === 'WorkRequired' && work === undefined) {
        work = encodeBlobWork(await solveWork(this.#around, refused.work, place.bucket));
      } else if (refused.code === 'ClockSkew' && !skewed) {
        this.#offset = refused.time - this.#around.now();
        skewed = true;
      } else if (refused.code !== 'NonceUsed') return refused;
    }
    throw refusal('HostFaulty');
  }
}

async function sendWriting(
  around: BackupSurroundings,
  url: string,
  { bucket, writer }: BlobPlace,
  { method, name, body, ifMatch }: Writing,
  nonce: Nonce,
  { work, token }: { readonly work: string | undefined; readonly token: InviteToken | undefined },
): Promise<HttpAnswer> {
  const target = { method, path: blobPath(bucket, name) };
  const signature = signEd25519(writer, blobTranscript(target, nonce, sha256(body) as Sha256, ifMatch));
  const headers = {
    [NONCE_HEADER]: encodeHeader(nonce),
    [BLOB_KEY_HEADER]: encodeHeader(writer.publicKey),
    [BLOB_SIGNATURE_HEADER]: encodeHeader(signature),
    ...(method === 'PUT' && { 'content-type': 'application/octet-stream' }),
    ...(ifMatch !== '' && { 'if-match': ifMatch }),
    ...(work !== undefined && { [BLOB_WORK_HEADER]: work }),
    ...(token && { [BLOB_TOKEN_HEADER]: encodeHeader(token.reveal()) }),
  };
  const sent = method === 'PUT' ? body : undefined;
  const answer = await exchange(around, { method, url: `${url}${target.path}`, headers, body: sent }, MOST_BODY_BYTES);
  if (answer === undefined) throw refusal('HostUnreachable');
  return answer;
}

/** What stands before a host answers in its own words: then the host itself was not reached. */
function readRefusal({ status, body }: HttpAnswer): Refusal {
  try {
    return decodeRefusal(status, body);
  } catch (error) {
    if (error instanceof Failure) throw refusal(status >= 500 ? 'HostUnreachable' : 'HostFaulty', {}, error);
    throw error;
  }
}

function hostFailure(refused: Refusal): BackupFailure {
  switch (refused.code) {
    case 'ClockSkew':
      return refusal('ClockSkew', { time: refused.time });
    case 'QuotaFull':
      return refusal('QuotaFull', { used: refused.used, quota: refused.quota });
    case 'NotYours':
    case 'TokenRequired':
      return refusal(refused.code);
    case 'TooMany':
      return refusal('HostUnreachable', { nextAt: refused.nextAt });
    case 'Busy':
    case 'HsmUnavailable':
      return refusal('HostUnreachable');
    default:
      return refusal('HostFaulty');
  }
}

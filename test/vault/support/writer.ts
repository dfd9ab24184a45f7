/** Owns a writer of blobs for the tests: an Ed25519 key, and requests signed with it. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  BLOB_KEY_HEADER,
  BLOB_SIGNATURE_HEADER,
  BLOB_WORK_HEADER,
  type BlobKey,
  type Bucket,
  beginsWithZeroBits,
  blobPath,
  blobTranscript,
  encodeBlobWork,
  encodeHeader,
  encodeVersionTag,
  NONCE_HEADER,
  type RecordId,
  timedNonce,
  type WorkOffer,
  type WorkSolution,
  workInput,
} from '../../../lib/vault-protocol/index.ts';
import { sha256 } from '../../../vault/hash.ts';

export interface BlobRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

export interface Signing {
  readonly method?: string;
  readonly body?: Uint8Array;
  /** The version in If-Match. */
  readonly over?: number;
  readonly headers?: Record<string, string>;
  /** Milliseconds since 1970. */
  readonly time?: number;
}

export class TestWriter {
  readonly key: BlobKey;
  readonly bucket = new Uint8Array(randomBytes(16)) as Bucket;
  readonly #private: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12)) as BlobKey;
    this.#private = privateKey;
  }

  request(name: string, signing: Signing = {}, bucket = this.bucket): BlobRequest {
    const { method = 'PUT', body = new Uint8Array(), over, headers = {}, time = Date.now() } = signing;
    const path = blobPath(bucket, name);
    const nonce = timedNonce(time, new Uint8Array(randomBytes(8)));
    const ifMatch = over === undefined ? '' : encodeVersionTag(over);
    const signature = sign(null, blobTranscript({ method, path }, nonce, sha256(body), ifMatch), this.#private);
    const all = {
      [NONCE_HEADER]: encodeHeader(nonce),
      [BLOB_KEY_HEADER]: encodeHeader(this.key),
      [BLOB_SIGNATURE_HEADER]: encodeHeader(new Uint8Array(signature)),
      ...(over === undefined ? {} : { 'if-match': ifMatch }),
      ...headers,
    };
    return { method, path, headers: all, body };
  }
}

/** A solution of the work for a record or bucket. */
export function solve({ challenge, bits }: WorkOffer, subject: RecordId | Bucket): WorkSolution {
  const solution = new Uint8Array(8) as WorkSolution;
  const view = new DataView(solution.buffer);
  for (let n = 0; ; n++) {
    view.setUint32(4, n);
    if (beginsWithZeroBits(sha256(workInput(challenge, subject, solution)), bits)) return solution;
  }
}

export function workHeader(offer: WorkOffer, bucket: Bucket): Record<string, string> {
  return { [BLOB_WORK_HEADER]: encodeBlobWork({ challenge: offer.challenge, solution: solve(offer, bucket) }) };
}

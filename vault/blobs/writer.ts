/**
 * Owns who may write: an Ed25519 signature over the whole request, with a nonce that holds the time and works once.
 * Does not own which writer a bucket has.
 */
import { createPublicKey, verify } from 'node:crypto';
import { concatBytes } from '../../lib/bytes/index.ts';
import {
  BLOB_KEY_HEADER,
  BLOB_KEY_LENGTH,
  BLOB_SIGNATURE_HEADER,
  BLOB_SIGNATURE_LENGTH,
  type BlobKey,
  blobTranscript,
  decodeHeader,
  MOST_CLOCK_SKEW,
  NONCE_HEADER,
  NONCE_LENGTH,
  type Nonce,
  type Refusal,
  type Target,
  timeOfNonce,
} from '../../lib/vault-protocol/index.ts';
import { sha256 } from '../hash.ts';

/** A header of the request by its name in small letters. */
export type Headers = (name: string) => string | undefined;

export interface Writing {
  readonly key: BlobKey;
  readonly nonce: Nonce;
}

/** RFC 8410: an Ed25519 public key as SubjectPublicKeyInfo is these bytes and the key. */
const SPKI_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]);

/** Who signed the request, or why it is refused. Whether the nonce is new is for the store to say, as it writes. */
export function readWriter(target: Target, headers: Headers, body: Uint8Array, now: number): Writing | Refusal {
  const nonce = decodeHeader(headers(NONCE_HEADER), NONCE_LENGTH) as Nonce | undefined;
  const key = decodeHeader(headers(BLOB_KEY_HEADER), BLOB_KEY_LENGTH) as BlobKey | undefined;
  const signature = decodeHeader(headers(BLOB_SIGNATURE_HEADER), BLOB_SIGNATURE_LENGTH);
  if (nonce === undefined || key === undefined || signature === undefined) return { code: 'BadRequest' };
  if (Math.abs(timeOfNonce(nonce) - now) > MOST_CLOCK_SKEW) return { code: 'ClockSkew', time: now };
  const transcript = blobTranscript(target, nonce, sha256(body), headers('if-match') ?? '');
  return isSigned(key, transcript, signature) ? { key, nonce } : { code: 'NotYours' };
}

function isSigned(key: BlobKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const encoded = Buffer.from(concatBytes(SPKI_PREFIX, key));
    return verify(null, message, createPublicKey({ key: encoded, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

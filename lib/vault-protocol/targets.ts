/** Owns methods and paths: which endpoint a request means, and how each is addressed. */
import { decodeBase64Url, encodeBase64Url } from '../bytes/index.ts';
import { BUCKET_LENGTH, type Bucket, RECORD_ID_LENGTH, type RecordId } from './words.ts';

/** Method and path of a request, exactly as they are signed: the path begins with `/v1/`, whatever stands before it. */
export interface Target {
  readonly method: string;
  readonly path: string;
}

/** What is asked of a record: method, what follows its id in the path, and the status of success. */
export const recordActions = {
  enrol: { method: 'POST', suffix: '', status: 201 },
  finish: { method: 'POST', suffix: '/finish', status: 200 },
  evaluate: { method: 'POST', suffix: '/evaluate', status: 200 },
  unlock: { method: 'POST', suffix: '/unlock', status: 200 },
  renew: { method: 'POST', suffix: '/renew', status: 200 },
  renewFinish: { method: 'POST', suffix: '/renew/finish', status: 200 },
  head: { method: 'PUT', suffix: '/head', status: 200 },
  delete: { method: 'DELETE', suffix: '', status: 200 },
} as const;

export type RecordAction = keyof typeof recordActions;

export const INFO_TARGET: Target = { method: 'GET', path: '/v1/info' };

/** The one blob that is overwritten. */
export const MANIFEST_NAME = 'manifest';
const BLOB_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const RECORD_PATH = /^\/v1\/records\/([A-Za-z0-9_-]{22})((?:\/[a-z]+)*)$/;
const BLOB_PATH = /^\/v1\/blobs\/([A-Za-z0-9_-]{22})\/([A-Za-z0-9_-]{1,64})$/;

export function recordTarget(action: RecordAction, id: RecordId): Target {
  const { method, suffix } = recordActions[action];
  return { method, path: `/v1/records/${encodeBase64Url(id)}${suffix}` };
}

/** The record and what is asked of it; undefined for any other target. */
export function parseRecordTarget(target: Target): { action: RecordAction; id: RecordId } | undefined {
  const [, text = '', suffix] = RECORD_PATH.exec(target.path) ?? [];
  const id = decodeBase64Url(text);
  if (id?.length !== RECORD_ID_LENGTH) return undefined;
  for (const [action, known] of Object.entries(recordActions)) {
    if (known.method === target.method && known.suffix === suffix) {
      return { action: action as RecordAction, id: id as RecordId };
    }
  }
  return undefined;
}

/** `/v1/blobs/:bucket/:name`. Throws RangeError on a name that is none: 1 to 64 letters, digits, `-` and `_`. */
export function blobPath(bucket: Bucket, name: string): string {
  if (!BLOB_NAME.test(name)) throw new RangeError('not a name of a blob');
  return `/v1/blobs/${encodeBase64Url(bucket)}/${name}`;
}

/** The bucket and name of a blob's path; undefined for any other path. */
export function parseBlobPath(path: string): { bucket: Bucket; name: string } | undefined {
  const [, text = '', name = ''] = BLOB_PATH.exec(path) ?? [];
  const bucket = decodeBase64Url(text);
  return bucket?.length === BUCKET_LENGTH ? { bucket: bucket as Bucket, name } : undefined;
}

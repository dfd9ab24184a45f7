/**
 * Owns the way of a request for a blob: headers, the writer, the admission of first writers, the store, the answer.
 * Knows no HSM: it may run on a host of its own, with a key of its own for the work that it asks for.
 */
import { createHmac, randomBytes } from 'node:crypto';
import {
  BLOB_TOKEN_HEADER,
  BLOB_WORK_HEADER,
  type BlobKey,
  type Bucket,
  decodeBlobWork,
  decodeHeader,
  decodeVersionTag,
  emptyAnswer,
  encodeBody,
  encodeRefusal,
  encodeVersionTag,
  INVITE_TOKEN_LENGTH,
  type InviteToken,
  MANIFEST_NAME,
  MOST_SEGMENT_BYTES,
  parseBlobPath,
  type Refusal,
  type Target,
  versionAnswer,
} from '../../lib/vault-protocol/index.ts';
import type { Database, Statements } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { sha256 } from '../hash.ts';
import { WorkDesk } from '../work.ts';
import { type AdmitFirst, BlobStore, type Place } from './blob-store.ts';
import { blobMigrations } from './migrations.ts';
import { type Headers, readWriter, type Writing } from './writer.ts';

export interface BlobPolicy {
  readonly quotaBytes: number;
  readonly work: boolean;
  readonly token: 'none' | 'optional' | 'required';
}

export interface BlobAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** The version of a manifest, as its header. */
  readonly etag?: string;
  readonly type: 'application/json' | 'application/octet-stream';
}

/** Whether a writer is known by a live record of the same vault; false where there are no records or nobody answers. */
export type KnowsWriter = (key: BlobKey) => Promise<boolean>;

export interface BlobDesk {
  serve(target: Target, headers: Headers, body: Uint8Array): Promise<BlobAnswer>;
  /** Removes what nobody touched for 24 months. */
  collect(): Promise<number>;
}

/** Clients touch their buckets monthly; two years is a long illness, or a browser that is not coming back. */
const KEPT_FOR = 24 * 30 * 24 * 60 * 60_000;

export async function openBlobDesk(
  database: Database,
  policy: BlobPolicy,
  knowsWriter: KnowsWriter,
  now: () => number = Date.now,
): Promise<BlobDesk> {
  await migrate(database, 'blob', blobMigrations);
  const key = await workKey(database);
  const work = new WorkDesk(async (message) => new Uint8Array(createHmac('sha256', key).update(message).digest()), now);
  const store = new BlobStore(database, policy.quotaBytes);
  const parts: Parts = { store, work, policy, knowsWriter, now };
  return {
    serve: (target, headers, body) => serve(parts, target, headers, body),
    collect: () => store.collect(now() - KEPT_FOR, now()),
  };
}

interface Parts {
  readonly store: BlobStore;
  readonly work: WorkDesk;
  readonly policy: BlobPolicy;
  readonly knowsWriter: KnowsWriter;
  readonly now: () => number;
}

/** What authenticates challenges of work: shared by all that share the database, made by the first. */
async function workKey(database: Database): Promise<Uint8Array> {
  await database.run(
    `INSERT INTO blob_secrets (name, value) VALUES ('work', $1) ON CONFLICT (name) DO NOTHING`,
    new Uint8Array(randomBytes(32)),
  );
  const [row] = await database.all(`SELECT value FROM blob_secrets WHERE name = 'work'`);
  return new Uint8Array(row!.value as Uint8Array);
}

async function serve(parts: Parts, target: Target, headers: Headers, body: Uint8Array): Promise<BlobAnswer> {
  const place = parseBlobPath(target.path);
  if (place === undefined) return refuse({ code: 'BadRequest' });
  if (body.length > MOST_SEGMENT_BYTES) return refuse({ code: 'TooLarge' });
  if (target.method === 'GET') return read(parts, place);
  const writing = readWriter(target, headers, body, parts.now());
  if ('code' in writing) return refuse(writing);
  if (target.method === 'PUT') return write(parts, place, headers, body, writing);
  if (target.method !== 'DELETE' || body.length > 0) return refuse({ code: 'BadRequest' });
  const refusal = await parts.store.delete(place, writing, parts.now());
  return refusal === undefined ? json(200, encodeBody(emptyAnswer, {})) : refuse(refusal);
}

async function read({ store, now }: Parts, place: Place): Promise<BlobAnswer> {
  const found = await store.get(place, now());
  if (found === undefined) return refuse({ code: 'NoBlob' });
  const answer = { status: 200, body: found.content, type: 'application/octet-stream' } as const;
  return place.name === MANIFEST_NAME ? { ...answer, etag: encodeVersionTag(found.version) } : answer;
}

async function write(
  parts: Parts,
  place: Place,
  headers: Headers,
  content: Uint8Array,
  writer: Writing,
): Promise<BlobAnswer> {
  const isManifest = place.name === MANIFEST_NAME;
  const match = headers('if-match');
  const over = match === undefined ? undefined : decodeVersionTag(match);
  if (isManifest ? over === undefined : match !== undefined) return refuse({ code: 'BadRequest' });
  // Decided before the transaction, in which no other process should be asked.
  const admitted = (await parts.store.isBegun(place.bucket))
    ? async () => ({ code: 'Busy' }) as const
    : await admission(parts, place.bucket, headers, writer.key);
  if (typeof admitted !== 'function') return refuse(admitted);
  let admittedFirst = false;
  const result = await parts.store.put({
    ...place,
    writer,
    content,
    over: over ?? 0,
    now: parts.now(),
    async admitFirst(statements) {
      const refusal = await admitted(statements);
      admittedFirst = refusal === undefined;
      return refusal;
    },
  });
  if ('code' in result) return refuse(result);
  if (admittedFirst) parts.work.count();
  if (isManifest) return json(200, encodeBody(versionAnswer, { version: result.version }));
  return json(result.done === 'made' ? 201 : 200, encodeBody(emptyAnswer, {}));
}

/** How a first writer is let in: the refusal, or what belongs into the transaction. */
async function admission(
  { work, policy, knowsWriter, now }: Parts,
  bucket: Bucket,
  headers: Headers,
  key: BlobKey,
): Promise<Refusal | AdmitFirst> {
  const tokenText = headers(BLOB_TOKEN_HEADER);
  if (policy.token !== 'none' && tokenText !== undefined) {
    const token = decodeHeader(tokenText, INVITE_TOKEN_LENGTH);
    if (token === undefined) return { code: 'TokenRequired' };
    return async (statements) =>
      (await useInvite(statements, token, bucket, now())) ? undefined : { code: 'TokenRequired' };
  }
  if (!policy.work && policy.token !== 'required') return async () => undefined;
  const workText = policy.token === 'required' ? undefined : headers(BLOB_WORK_HEADER);
  const solved = workText === undefined ? undefined : decodeBlobWork(workText);
  const worked = solved !== undefined && (await work.accepts(solved.challenge, bucket, solved.solution));
  if (worked || (await knowsWriter(key))) return async () => undefined;
  return policy.token === 'required' ? { code: 'TokenRequired' } : { code: 'WorkRequired', work: await work.offer() };
}

/** Binds a token to the bucket; false where it is not good for it. */
async function useInvite(statements: Statements, token: Uint8Array, bucket: Bucket, now: number): Promise<boolean> {
  const changed = await statements.run(
    'UPDATE blob_invites SET holder = $3 WHERE hash = $1 AND expires_at > $2 AND (holder IS NULL OR holder = $3)',
    sha256(token),
    now,
    bucket,
  );
  return changed === 1;
}

/** Makes a token that is good for one bucket until `expiresAt`; the database keeps its hash alone. */
export async function makeBlobInvite(statements: Statements, token: InviteToken, expiresAt: number): Promise<void> {
  await statements.run(
    'INSERT INTO blob_invites (hash, holder, expires_at) VALUES ($1, NULL, $2)',
    sha256(token.reveal()),
    expiresAt,
  );
}

function refuse(refusal: Refusal): BlobAnswer {
  const { status, body } = encodeRefusal(refusal);
  return json(status, body);
}

function json(status: number, body: Uint8Array): BlobAnswer {
  return { status, body, type: 'application/json' };
}

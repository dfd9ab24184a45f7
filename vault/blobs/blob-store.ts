/**
 * Owns buckets and what is in them: a bucket belongs to the key of its first writer, a blob is written once, the
 * manifest is overwritten by who knows its version, and all of a bucket stays within its quota. A nonce is used up before
 * anything is written, so that a replay changes nothing.
 * Does not own signatures (writer.ts), nor what the bytes mean: they are the client's, encrypted.
 */
import { equalBytes } from '../../lib/bytes/index.ts';
import {
  type BlobKey,
  type Bucket,
  MANIFEST_NAME,
  MOST_CLOCK_SKEW,
  type Nonce,
  type Refusal,
} from '../../lib/vault-protocol/index.ts';
import type { Database, Statements } from '../database/database.ts';
import { sha256 } from '../hash.ts';

export interface Place {
  readonly bucket: Bucket;
  readonly name: string;
}

export interface Writer {
  readonly key: BlobKey;
  readonly nonce: Nonce;
}

/** Lets the first writer of a bucket in, within the transaction; the refusal otherwise. */
export type AdmitFirst = (statements: Statements) => Promise<Refusal | undefined>;

export interface Put extends Place {
  readonly writer: Writer;
  readonly content: Uint8Array;
  /** The version that a manifest must have; unused for other blobs. */
  readonly over: number;
  readonly now: number;
  readonly admitFirst: AdmitFirst;
}

/** What a put did: `made` the blob, or found that it `stood` there already. `version` is the manifest's. */
export type PutResult = { readonly done: 'made' | 'stood'; readonly version: number } | Refusal;

/** A refusal on its way out of a transaction, which it undoes. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

export class BlobStore {
  readonly #database: Database;
  readonly #quota: number;

  /** `quota` is in bytes, for each bucket. */
  constructor(database: Database, quota: number) {
    this.#database = database;
    this.#quota = quota;
  }

  /** The blob and its version, or undefined. Reading keeps a bucket alive as writing does. */
  async get(place: Place, now: number): Promise<{ content: Uint8Array; version: number } | undefined> {
    const [row] = await this.#database.all(
      'SELECT content, version FROM blobs WHERE bucket = $1 AND name = $2',
      place.bucket,
      place.name,
    );
    if (row === undefined) return undefined;
    await touch(this.#database, place.bucket, now);
    return { content: row.content as Uint8Array, version: row.version as number };
  }

  /** Whether somebody has written to the bucket before. */
  async isBegun(bucket: Bucket): Promise<boolean> {
    return (await ownerOf(this.#database, bucket)) !== undefined;
  }

  async put(put: Put): Promise<PutResult> {
    if (!(await this.#useNonce(put.writer.nonce, put.now))) return { code: 'NonceUsed' };
    return this.#refusing(async (statements) => {
      const used = await this.#enter(statements, put);
      const result = await this.#write(statements, put, used);
      await touch(statements, put.bucket, put.now);
      return result;
    });
  }

  /** Deletes a blob; a missing one is as good as deleted. */
  async delete(place: Place, writer: Writer, now: number): Promise<Refusal | undefined> {
    if (!(await this.#useNonce(writer.nonce, now))) return { code: 'NonceUsed' };
    return this.#refusing(async (statements) => {
      const owner = await ownerOf(statements, place.bucket);
      if (owner === undefined) return undefined;
      if (!equalBytes(owner.key, writer.key)) throw new Refused({ code: 'NotYours' });
      const [row] = await statements.all(
        'SELECT size FROM blobs WHERE bucket = $1 AND name = $2',
        place.bucket,
        place.name,
      );
      if (row === undefined) return undefined;
      await statements.run('DELETE FROM blobs WHERE bucket = $1 AND name = $2', place.bucket, place.name);
      await statements.run('UPDATE buckets SET used = used - $2 WHERE bucket = $1', place.bucket, row.size as number);
      return undefined;
    });
  }

  /** Removes buckets that nobody touched since `before`, and nonces that time has made useless. */
  async collect(before: number, now: number): Promise<number> {
    await this.#database.run('DELETE FROM blob_nonces WHERE expires_at <= $1', now);
    const rows = await this.#database.all('SELECT bucket FROM buckets WHERE touched_at < $1 LIMIT 100', before);
    let removed = 0;
    for (const { bucket } of rows) {
      removed += await this.#database.transaction(async (statements) => {
        const gone = await statements.run('DELETE FROM buckets WHERE bucket = $1 AND touched_at < $2', bucket!, before);
        if (gone === 1) await statements.run('DELETE FROM blobs WHERE bucket = $1', bucket!);
        return gone;
      });
    }
    return removed;
  }

  async #refusing<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result | Refusal> {
    try {
      return await this.#database.transaction(work);
    } catch (error) {
      if (error instanceof Refused) return error.refusal;
      throw error;
    }
  }

  /** False for a nonce that was used: also by a request that was refused then, which may be wanted no more. */
  async #useNonce(nonce: Nonce, now: number): Promise<boolean> {
    // Twice the skew: a nonce from the future stays acceptable until its time is as far past.
    const added = await this.#database.run(
      'INSERT INTO blob_nonces (nonce, expires_at) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING',
      nonce,
      now + 2 * MOST_CLOCK_SKEW,
    );
    return added === 1;
  }

  /** Makes the bucket with its first writer, or checks that it is his; gives the bytes that are used. */
  async #enter(statements: Statements, { bucket, writer, now, admitFirst }: Put): Promise<number> {
    const owner = await ownerOf(statements, bucket);
    if (owner !== undefined) {
      if (!equalBytes(owner.key, writer.key)) throw new Refused({ code: 'NotYours' });
      return owner.used;
    }
    const refusal = await admitFirst(statements);
    if (refusal !== undefined) throw new Refused(refusal);
    const added = await statements.run(
      `INSERT INTO buckets (bucket, blob_key, used, touched_at) VALUES ($1, $2, 0, $3)
       ON CONFLICT (bucket) DO NOTHING`,
      bucket,
      writer.key,
      now - (now % DAY),
    );
    // Two first writers at once: the other one's bucket is there now, and this one may be his too.
    if (added !== 1) throw new Refused({ code: 'Busy' });
    return 0;
  }

  async #write(statements: Statements, put: Put, used: number): Promise<PutResult> {
    const { bucket, name, content, over } = put;
    const hash = sha256(content);
    const [kept] = await statements.all(
      'SELECT version, size, hash FROM blobs WHERE bucket = $1 AND name = $2',
      bucket,
      name,
    );
    const version = (kept?.version ?? 0) as number;
    const same = kept !== undefined && equalBytes(kept.hash as Uint8Array, hash);
    if (name !== MANIFEST_NAME) {
      if (kept !== undefined && !same) throw new Refused({ code: 'BlobExists' });
    } else if (over !== version && !(same && over === version - 1)) {
      throw new Refused({ code: 'ManifestMoved', version });
    }
    // The repeat of an answer that was lost.
    if (same && (name !== MANIFEST_NAME || over === version - 1)) return { done: 'stood', version };
    const growth = content.length - ((kept?.size ?? 0) as number);
    if (used + growth > this.#quota) throw new Refused({ code: 'QuotaFull', used, quota: this.#quota });
    await store(statements, put, hash, version, growth, this.#quota);
    return { done: 'made', version: version + 1 };
  }
}

/** Each statement names what was read, so that of two at once one fails. */
async function store(
  statements: Statements,
  put: Put,
  hash: Uint8Array,
  version: number,
  growth: number,
  quota: number,
): Promise<void> {
  const { bucket, name, content } = put;
  const written =
    version === 0
      ? await statements.run(
          `INSERT INTO blobs (bucket, name, version, size, hash, content) VALUES ($1, $2, 1, $3, $4, $5)
           ON CONFLICT (bucket, name) DO NOTHING`,
          bucket,
          name,
          content.length,
          hash,
          content,
        )
      : await statements.run(
          `UPDATE blobs SET version = $3 + 1, size = $4, hash = $5, content = $6
           WHERE bucket = $1 AND name = $2 AND version = $3`,
          bucket,
          name,
          version,
          content.length,
          hash,
          content,
        );
  if (written !== 1) throw new Refused({ code: 'Busy' });
  const counted = await statements.run(
    'UPDATE buckets SET used = used + $2 WHERE bucket = $1 AND used + $2 <= $3',
    bucket,
    growth,
    quota,
  );
  if (counted !== 1) throw new Refused({ code: 'Busy' });
}

async function ownerOf(statements: Statements, bucket: Bucket): Promise<{ key: Uint8Array; used: number } | undefined> {
  const [row] = await statements.all('SELECT blob_key, used FROM buckets WHERE bucket = $1', bucket);
  return row === undefined ? undefined : { key: row.blob_key as Uint8Array, used: row.used as number };
}

/** A day's precision: the host learns no more of when its guests come than it needs to clear up after them. */
const DAY = 24 * 60 * 60_000;

async function touch(statements: Statements, bucket: Bucket, now: number): Promise<void> {
  const day = now - (now % DAY);
  await statements.run('UPDATE buckets SET touched_at = $2 WHERE bucket = $1 AND touched_at < $2', bucket, day);
}

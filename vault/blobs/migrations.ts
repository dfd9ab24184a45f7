/** The frozen migrations of the blobs' database. Never change one that was published: add the next. */
import type { Migration } from '../database/migrate.ts';

export const blobMigrations: readonly Migration[] = [
  [
    `CREATE TABLE blob_secrets (name TEXT PRIMARY KEY, value BYTES NOT NULL)`,
    `CREATE TABLE buckets (
      bucket BYTES PRIMARY KEY,
      blob_key BYTES NOT NULL,
      used INTEGER NOT NULL,
      touched_at INTEGER NOT NULL
    )`,
    `CREATE INDEX buckets_touched ON buckets (touched_at)`,
    `CREATE TABLE blobs (
      bucket BYTES NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      size INTEGER NOT NULL,
      hash BYTES NOT NULL,
      content BYTES NOT NULL,
      PRIMARY KEY (bucket, name)
    )`,
    `CREATE TABLE blob_nonces (nonce BYTES PRIMARY KEY, expires_at INTEGER NOT NULL)`,
    `CREATE INDEX blob_nonces_due ON blob_nonces (expires_at)`,
    `CREATE TABLE blob_invites (hash BYTES PRIMARY KEY, holder BYTES, expires_at INTEGER NOT NULL)`,
  ],
];

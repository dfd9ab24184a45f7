/** The frozen migrations of the records' database. Never change one that was published: add the next. */
import type { Migration } from '../database/migrate.ts';

export const recordMigrations: readonly Migration[] = [
  [
    `CREATE TABLE vault_meta (name TEXT PRIMARY KEY, value BYTES NOT NULL)`,
    `CREATE TABLE records (
      id BYTES PRIMARY KEY,
      state TEXT NOT NULL,
      generation INTEGER NOT NULL,
      version INTEGER NOT NULL,
      key_blob BYTES,
      public_key BYTES,
      sealed BYTES,
      unlock_tag BYTES,
      tries INTEGER NOT NULL,
      tries_left INTEGER NOT NULL,
      next_at INTEGER NOT NULL,
      destroy_at INTEGER,
      last_request BYTES,
      unlock_failures INTEGER NOT NULL,
      unlock_failed_at INTEGER NOT NULL,
      head_version INTEGER,
      head_hash BYTES,
      finish_digest BYTES,
      blob_key BYTES,
      event_replica TEXT NOT NULL,
      event_seq INTEGER NOT NULL,
      mac BYTES NOT NULL
    )`,
    `CREATE INDEX records_due ON records (destroy_at)`,
    `CREATE INDEX records_blob_key ON records (blob_key)`,
    `CREATE TABLE attempt_log (
      replica TEXT NOT NULL,
      seq INTEGER NOT NULL,
      record BYTES,
      version INTEGER NOT NULL,
      event TEXT NOT NULL,
      tries_left INTEGER NOT NULL,
      at INTEGER NOT NULL,
      previous BYTES NOT NULL,
      hash BYTES NOT NULL,
      PRIMARY KEY (replica, seq)
    )`,
    `CREATE UNIQUE INDEX attempt_log_record ON attempt_log (record, version)`,
    `CREATE TABLE pending (
      record BYTES PRIMARY KEY,
      generation INTEGER NOT NULL,
      key_blob BYTES NOT NULL,
      public_key BYTES NOT NULL,
      request_hash BYTES NOT NULL,
      evaluated BYTES NOT NULL,
      expires_at INTEGER NOT NULL,
      mac BYTES NOT NULL
    )`,
    `CREATE INDEX pending_due ON pending (expires_at)`,
    `CREATE TABLE doomed_keys (
      record BYTES NOT NULL,
      generation INTEGER NOT NULL,
      key_blob BYTES NOT NULL,
      public_key BYTES NOT NULL,
      PRIMARY KEY (record, generation)
    )`,
    `CREATE TABLE invites (hash BYTES PRIMARY KEY, holder BYTES, expires_at INTEGER NOT NULL)`,
    `CREATE INDEX invites_holder ON invites (holder)`,
  ],
];

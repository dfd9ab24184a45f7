/** Owns the command that makes an invite token: good for one record and for one bucket. It needs no HSM. */

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { encodeBase64Url, SecretBytes } from '../lib/bytes/index.ts';
import { INVITE_TOKEN_LENGTH, type InviteToken } from '../lib/vault-protocol/index.ts';
import { makeBlobInvite } from './blobs/blob-desk.ts';
import { blobMigrations } from './blobs/migrations.ts';
import type { Config } from './config/config.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { makeInvite } from './records/invites.ts';
import { recordMigrations } from './records/migrations.ts';

const DAY = 24 * 60 * 60_000;
const DEFAULT_DAYS = 14;
const MOST_DAYS = 3650;

/** `invite [--days N]`: prints the token. */
export async function inviteCommand(config: Config, args: readonly string[]): Promise<void> {
  const days = args[0] === '--days' ? Number(args[1]) : DEFAULT_DAYS;
  if (!Number.isSafeInteger(days) || days < 1 || days > MOST_DAYS) {
    process.stderr.write('usage: node vault/main.ts invite [--days N]\n');
    process.exit(2);
  }
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const token = SecretBytes.of<'InviteToken'>(new Uint8Array(randomBytes(INVITE_TOKEN_LENGTH)));
  await keepInvite(config, token, Date.now() + days * DAY);
  process.stdout.write(`${encodeBase64Url(token.reveal())}\n`);
}

async function keepInvite(config: Config, token: InviteToken, expiresAt: number): Promise<void> {
  if (config.records === 'on') {
    const database = await openDatabase(config.database);
    await migrate(database, 'vault', recordMigrations);
    await makeInvite(database, token, expiresAt);
    await database.close();
  }
  if (config.blobs !== 'off') {
    const database = await openDatabase(config.blobs);
    await migrate(database, 'blob', blobMigrations);
    await makeBlobInvite(database, token, expiresAt);
    await database.close();
  }
}

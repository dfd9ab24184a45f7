/** Owns invite tokens of the records' database: an operator makes them, each is good for one record id. */
import type { InviteToken, RecordId } from '../../lib/vault-protocol/index.ts';
import type { Statements } from '../database/database.ts';
import { sha256 } from '../hash.ts';

/** Makes a token good until `expiresAt` (milliseconds); the database keeps its hash alone. */
export async function makeInvite(statements: Statements, token: InviteToken, expiresAt: number): Promise<void> {
  const hash = sha256(token.reveal());
  await statements.run('INSERT INTO invites (hash, holder, expires_at) VALUES ($1, NULL, $2)', hash, expiresAt);
}

/** Whether the token is good for `holder`. */
export async function isInvited(
  statements: Statements,
  token: InviteToken,
  holder: Uint8Array,
  now: number,
): Promise<boolean> {
  const rows = await statements.all(
    'SELECT hash FROM invites WHERE hash = $1 AND expires_at > $2 AND (holder IS NULL OR holder = $3)',
    sha256(token.reveal()),
    now,
    holder,
  );
  return rows.length === 1;
}

/** Binds the token to `holder`; false where it is no longer good for it. */
export async function useInvite(
  statements: Statements,
  token: InviteToken,
  holder: Uint8Array,
  now: number,
): Promise<boolean> {
  const changed = await statements.run(
    'UPDATE invites SET holder = $3 WHERE hash = $1 AND expires_at > $2 AND (holder IS NULL OR holder = $3)',
    sha256(token.reveal()),
    now,
    holder,
  );
  return changed === 1;
}

/** Gives back the tokens of an enrolment that was never finished. */
export async function releaseInvites(statements: Statements, holder: RecordId): Promise<void> {
  await statements.run('UPDATE invites SET holder = NULL WHERE holder = $1', holder);
}

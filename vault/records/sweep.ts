/** Owns what time does to records: destroying those whose hour is over, and forgetting what was never finished. */
import type { RecordId } from '../../lib/vault-protocol/index.ts';
import { destroyDue } from './owner.ts';
import { destroyDoomed, dropExpired } from './pending.ts';
import type { Vault } from './vault.ts';

/** One round. Any number of replicas may sweep at once. */
export async function sweep(vault: Vault): Promise<void> {
  const now = vault.hooks.now();
  const due = await vault.database.all(
    `SELECT id FROM records WHERE state = 'live' AND destroy_at <= $1 LIMIT 100`,
    now,
  );
  for (const row of due) await destroyDue(vault, new Uint8Array(row.id as Uint8Array) as RecordId);
  await dropExpired(vault.database, now);
  while ((await destroyDoomed(vault.database, vault.custody)) > 0) {
    // Until none is left.
  }
  await vault.database.run('DELETE FROM invites WHERE expires_at <= $1 AND holder IS NULL', now);
}

/**
 * Owns taking a log and its wraps away from their host, when a person turns the backup off. Does not own the vaults' records
 * (unlock.ts).
 */
import { MANIFEST_NAME } from '../vault-protocol/index.ts';
import type { LiveBackup } from './live-backup.ts';
import { type BackupLog, fetchManifest } from './log.ts';
import { segmentName } from './segment.ts';
import { forgetWrap } from './wraps.ts';

/**
 * Deletes every segment, then the manifest: what was interrupted is done again from what the manifest still names. Throws
 * ManifestDamaged, UpdateNeeded, and as the host.
 */
export async function eraseLog(log: BackupLog): Promise<void> {
  const opened = await fetchManifest(log, undefined);
  if (opened === undefined) return;
  // Where a writer died before telling the manifest, its segment is at `next`.
  const { first, next } = opened.manifest;
  for (let number = first; number <= next; number++) await log.host.remove(log.keys, segmentName(number));
  await log.host.remove(log.keys, MANIFEST_NAME);
}

/**
 * Deletes the wraps whose names this browser knows: both, but where a browser was lost between making one and writing the
 * manifest. What was interrupted may be done again. Throws as the host.
 */
export async function eraseWraps({ host }: BackupLog, { root, address, pinWrap, codeWrap }: LiveBackup): Promise<void> {
  for (const name of [pinWrap, codeWrap]) {
    if (name !== undefined) await forgetWrap(host, root, address.locator, name);
  }
}

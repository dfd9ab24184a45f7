/**
 * Owns the last step of both ways back, after a right PIN or with a recovery code: the root key, and what the new browser
 * keeps from then on. And a new recovery code in place of the old one.
 */

import { type BackupAddress, requireAddress } from './address.ts';
import { connectBlobHost } from './blob-host.ts';
import { decodeStandings, type LiveBackup } from './live-backup.ts';
import type { Manifest } from './manifest.ts';
import type { Recovered } from './recover.ts';
import type { BackupSurroundings } from './surroundings.ts';
import {
  fetchCodeWrap,
  fetchPinWrap,
  forgetWrap,
  keepWrap,
  makeRecoveryCode,
  type RecoveryCode,
  wrapForCode,
} from './wraps.ts';

/**
 * What a browser keeps that was opened by PIN. May be asked again without another try where the host was not reached. Throws
 * WrapMissing, WrapDamaged, UpdateNeeded, and as the host.
 */
export async function openByPin(around: BackupSurroundings, { address, epoch, keys }: Recovered): Promise<LiveBackup> {
  const host = connectBlobHost(around, address.blobHost);
  const root = await fetchPinWrap(host, address.locator, keys.wrapName, keys.pinKey);
  const standings = keys.unlocks.map((unlock) => ({ unlock, lineage: undefined }));
  return { address, root, epoch, standings, pinWrap: keys.wrapName, codeWrap: undefined };
}

/**
 * What a browser keeps that was opened by recovery code: without unlock tokens, until `withStandings` takes them from the
 * manifest. Throws WrapMissing where it is not, or no longer, the code of this backup; WrapDamaged, UpdateNeeded, and as the
 * host.
 */
export async function openByCode(
  around: BackupSurroundings,
  given: BackupAddress,
  code: RecoveryCode,
): Promise<LiveBackup> {
  const address = requireAddress(given);
  const { root, name } = await fetchCodeWrap(connectBlobHost(around, address.blobHost), address.locator, code);
  return { address, root, epoch: 0, standings: [], pinWrap: undefined, codeWrap: name };
}

/**
 * `live` with what it lacks and the manifest holds: the unlock tokens, and the name of the other wrap. Where the manifest has
 * no tokens either, a new enrolment takes a new locator. Throws ManifestDamaged.
 */
export function withStandings(live: LiveBackup, { standings }: Pick<Manifest, 'standings'>): LiveBackup {
  if (standings === undefined) return live;
  const { pinWrap, codeWrap, ...tokens } = decodeStandings(standings);
  const isLacking = live.standings.length === 0 && tokens.standings.length === live.address.vaults.length;
  const names = { pinWrap: live.pinWrap ?? pinWrap, codeWrap: live.codeWrap ?? codeWrap };
  return { ...live, ...(isLacking ? tokens : {}), ...names };
}

/**
 * Makes a recovery code, the only one from then on. The live backup that comes back is to be kept before the code is shown.
 * Throws as the host; then the old code still counts, and perhaps both.
 */
export async function replaceRecoveryCode(
  around: BackupSurroundings,
  live: LiveBackup,
): Promise<{ readonly code: RecoveryCode; readonly live: LiveBackup }> {
  const { address, root, codeWrap } = live;
  const host = connectBlobHost(around, address.blobHost);
  const code = makeRecoveryCode(around.random);
  const wrap = wrapForCode(root, address.locator, code, around.random);
  await keepWrap(host, root, address.locator, wrap);
  if (codeWrap !== undefined) await forgetWrap(host, root, address.locator, codeWrap);
  return { code, live: { ...live, codeWrap: wrap.name } };
}

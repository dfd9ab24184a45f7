/**
 * Owns what unlock tokens are for: filling the tries up again, telling the vaults which manifest is the newest and hearing
 * it from them, looking whether they still have their keys, and deleting.
 * A vault that does not answer is no failure: the others do, and the next time it is asked again.
 */
import { equalBytes } from '../bytes/index.ts';
import { type Head, headRequest, unlockAnswer, unlockRequest, versionAnswer } from '../vault-protocol/index.ts';
import { type BackupAddress, vaultIdOf } from './address.ts';
import { deleteRecord } from './enrol.ts';
import type { VaultProblem, VaultReport } from './failure.ts';
import type { LiveBackup } from './live-backup.ts';
import type { BackupSurroundings } from './surroundings.ts';
import { askInfo, askVault, problemOf } from './vault-client.ts';

type Standing = Pick<LiveBackup, 'address' | 'standings'>;

/** What the vaults said. */
export interface Unlocked {
  /** The newest manifest that any of them knows: an older one is refused. */
  readonly head: Head | undefined;
  readonly vaults: readonly VaultReport[];
}

/** Fills the tries up again at every vault that answers. To be done after every recovery, and now and then. */
export async function unlockVaults(around: BackupSurroundings, { address, standings }: Standing): Promise<Unlocked> {
  const heads: Head[] = [];
  const vaults = await eachVault(address, async (index) => {
    const question = { shape: unlockRequest, value: { unlock: standings[index]!.unlock } };
    const vault = address.vaults[index]!;
    const answer = await askVault(around, vault, address.locator, 'unlock', question, unlockAnswer).catch(problemOf);
    if (typeof answer === 'string') return { problem: answer };
    if (!answer.ok) return { problem: problemOfRefusal(answer.refusal.code) };
    if (answer.value.head !== null) heads.push(answer.value.head);
    return { problem: undefined, left: answer.value.left };
  });
  const head = heads.reduce<Head | undefined>(
    (most, one) => (most && most.version >= one.version ? most : one),
    undefined,
  );
  return { head, vaults };
}

/** Tells every vault of a manifest. One that knows a newer one keeps that, which is no problem. */
export async function announceHead(
  around: BackupSurroundings,
  { address, standings }: Standing,
  head: Head,
): Promise<VaultReport[]> {
  return eachVault(address, async (index) => {
    const question = { shape: headRequest, value: { unlock: standings[index]!.unlock, ...head } };
    const vault = address.vaults[index]!;
    const answer = await askVault(around, vault, address.locator, 'head', question, versionAnswer).catch(problemOf);
    if (typeof answer === 'string') return { problem: answer };
    const isKnown = answer.ok || answer.refusal.code === 'HeadBehind';
    return { problem: isKnown ? undefined : problemOfRefusal(answer.refusal.code) };
  });
}

/**
 * Looks at every vault. `renew`: whether it takes a new enrolment (`enrol` with the PIN), because a vault lost or replaced its
 * keys since it was last seen. The standings come back with the lineages of those that answered.
 */
export async function checkVaults(
  around: BackupSurroundings,
  { address, standings }: Standing,
): Promise<{
  readonly renew: boolean;
  readonly vaults: readonly VaultReport[];
  readonly standings: LiveBackup['standings'];
}> {
  const found = [...standings];
  let renew = false;
  const vaults = await eachVault(address, async (index) => {
    const info = await askInfo(around, address.vaults[index]!).catch(problemOf);
    if (typeof info === 'string') return { problem: info };
    const known = standings[index]!.lineage;
    if (known !== undefined && !equalBytes(known, info.lineage)) {
      renew = true;
      return { problem: 'gone' };
    }
    found[index] = { ...standings[index]!, lineage: info.lineage };
    return { problem: undefined };
  });
  return { renew, vaults, standings: found };
}

/** Deletes the PIN's records. A vault that did not answer is `unreachable`, and keeps its record until it is asked again. */
export async function deleteRecords(
  around: BackupSurroundings,
  { address, standings }: Standing,
): Promise<VaultReport[]> {
  return eachVault(address, async (index) => {
    const isDeleted = await deleteRecord(around, address, index, standings[index]!.unlock);
    return { problem: isDeleted ? undefined : 'unreachable' };
  });
}

async function eachVault(
  { vaults }: BackupAddress,
  work: (index: number) => Promise<{ readonly problem: VaultProblem | undefined; readonly left?: number }>,
): Promise<VaultReport[]> {
  return Promise.all(
    vaults.map(async ({ url, identityKey }, index) => {
      const { problem, left } = await work(index);
      return { id: vaultIdOf(identityKey), url, problem, left, nextAt: undefined };
    }),
  );
}

function problemOfRefusal(code: string): VaultProblem {
  if (code === 'Gone' || code === 'NotPending') return 'gone';
  if (code === 'WrongUnlock') return 'otherEpoch';
  return ['Busy', 'HsmUnavailable', 'TooMany'].includes(code) ? 'unreachable' : 'refused';
}

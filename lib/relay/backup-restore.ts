/**
 * Owns restoring: finding out where the backup lies, opening it by PIN or recovery code, and taking it in, the newest first,
 * so that it goes on after a crash where it stopped.
 * Does not own the log (lib/backup), nor what a record becomes (lib/conversation).
 */
import {
  type BackupAddress,
  decodeAddress,
  encodeAddress,
  inspectVault,
  type LiveBackup,
  logOf,
  openByCode,
  openByPin,
  openRecovery,
  openRestore,
  parseCardQr,
  parseLocator,
  parseRecoveryCode,
  type Recovery,
  type RecoveryCode,
  readPin,
  type SegmentProblem,
  stateAfterRestore,
  thresholdOnCard,
  unlockVaults,
  withStandings,
} from '../backup/index.ts';
import { decodeBase64Url, encodeBase64Url } from '../bytes/index.ts';
import {
  CARD_CODE,
  GONE,
  getSingle,
  LIVE,
  LOG,
  putSingle,
  RECOVERY,
  RESTORE,
  type RestoreProgress,
  takeRecords,
} from '../conversation/index.ts';
import { DONE } from './backup-answer.ts';
import type { BackupFound } from './backup-contract.ts';
import type { BackupShelf } from './backup-shelf.ts';

/** What a person typed, pasted or has in the browser's synchronised storage. */
export interface Finding {
  readonly where: 'synced' | 'typed' | 'card';
  readonly locator: string;
  readonly letters: string;
  readonly urls: readonly string[];
  readonly card: string;
}

/** Where the backup lies. Throws as the card's letters do, VaultSetMismatch, and as `inspectVault`. */
export async function findBackup(shelf: BackupShelf, finding: Finding, synced: string): Promise<BackupFound> {
  if (finding.where === 'card') return found(parseCardQr(finding.card.trim()).address);
  if (finding.where === 'synced') return found(addressOf(synced));
  const locator = parseLocator(finding.locator);
  const vaults = [];
  for (const url of finding.urls) vaults.push((await inspectVault(shelf.net, url)).vault);
  const blobHost = vaults[0]?.url ?? '';
  return found({ locator, threshold: thresholdOnCard(finding.letters, vaults), vaults, blobHost });
}

function found(address: BackupAddress): BackupFound {
  const hosts = [...new Set([...address.vaults.map(({ url }) => url), address.blobHost])];
  return { ...DONE, address: encodeBase64Url(encodeAddress(address)), hosts };
}

/** The address that `found` gave out, or that was synchronised. Throws AddressMalformed. */
export function addressOf(encoded: string): BackupAddress {
  return decodeAddress(decodeBase64Url(encoded) ?? new Uint8Array());
}

/** Opens backups, and goes on with the attempts at one PIN after another. */
export class Restorer {
  readonly #shelf: BackupShelf;
  #recovery: { readonly address: string; readonly recovery: Recovery } | undefined;

  constructor(shelf: BackupShelf) {
    this.#shelf = shelf;
  }

  /** Whether the PIN is the one. Throws as `Recovery.attempt`; a right one fills the tries up again. */
  async tryPin(encoded: string, typed: string): Promise<LiveBackup> {
    const { net, recovery: port } = this.#shelf;
    const pin = readPin(typed);
    if (this.#recovery?.address !== encoded) {
      this.#recovery = { address: encoded, recovery: openRecovery(net, port, addressOf(encoded)) };
    }
    const recovered = await this.#recovery.recovery.attempt(pin);
    const live = await openByPin(net, recovered);
    await unlockVaults(net, live);
    await this.#shelf.put(RECOVERY, undefined);
    this.#recovery = undefined;
    return live;
  }

  /** Opens the backup and keeps what is needed to take it in; `run` takes it. Throws as `tryPin`, `openByCode`, `openRestore`. */
  async begin(encoded: string, secret: 'pin' | 'code' | 'card', typed: string): Promise<void> {
    const { net } = this.#shelf;
    const { opened: live, code } = await this.#open(encoded, secret, typed);
    const first = logOf(net, live.root, live.address.blobHost);
    const { head } = live.standings.length > 0 ? await unlockVaults(net, live) : { head: undefined };
    const restore = await openRestore(first, head);
    const { manifest, expected } = restore.opened;
    const whole = withStandings(live, manifest);
    // Who came by the code has the unlock tokens now: the vaults may know of a newer manifest.
    const late = head === undefined && whole.standings.length > 0 ? (await unlockVaults(net, whole)).head : undefined;
    const older = expected !== undefined || (late !== undefined && late.version > manifest.version);
    const progress: RestoreProgress = {
      done: [],
      total: manifest.next - manifest.first,
      missing: 0,
      altered: 0,
      newer: 0,
      conflicts: 0,
      older,
      finished: false,
    };
    await this.#shelf.keepLive(whole, { standingsEpoch: whole.epoch, cardSeen: true }, async (rows) => {
      await putSingle(rows, LOG, { ...stateAfterRestore(restore), pending: undefined, failures: 0, retryAt: 0 });
      await putSingle(rows, RESTORE, progress);
      if (code !== undefined) await putSingle(rows, CARD_CODE, code);
    });
  }

  async #open(
    encoded: string,
    secret: 'pin' | 'code' | 'card',
    typed: string,
  ): Promise<{ readonly opened: LiveBackup; readonly code: RecoveryCode | undefined }> {
    if (secret === 'pin') return { opened: await this.tryPin(encoded, typed), code: undefined };
    const card = secret === 'card' ? parseCardQr(typed.trim()) : undefined;
    const code = card?.code ?? parseRecoveryCode(typed);
    return { opened: await openByCode(this.#shelf.net, card?.address ?? addressOf(encoded), code), code };
  }

  /** Takes in what is still to come, one segment a step. `tell` hears of each. Gives whether there was anything. Throws HostUnreachable, HostFaulty. */
  async run(tell: () => void): Promise<boolean> {
    const { net, around } = this.#shelf;
    const live = await this.#shelf.get(LIVE);
    const begun = await this.#shelf.get(RESTORE);
    if (live === undefined || begun === undefined || begun.finished) return false;
    const restore = await openRestore(logOf(net, live.root, live.address.blobHost), undefined);
    for await (const { number, records, problem } of restore.segments(new Set(begun.done))) {
      await around.store.transact(async (rows) => {
        const { conflicts, damaged } = await takeRecords(rows, live.root, records);
        const now = await getSingle(rows, RESTORE);
        if (now === undefined) return;
        const counted = count(now, problem ?? (damaged > 0 ? 'altered' : undefined));
        await putSingle(rows, RESTORE, {
          ...counted,
          done: [...now.done, number],
          conflicts: now.conflicts + conflicts,
        });
      });
      tell();
    }
    await around.store.transact(async (rows) => {
      const now = await getSingle(rows, RESTORE);
      if (now !== undefined) await putSingle(rows, RESTORE, { ...now, finished: true });
      await putSingle(rows, GONE, undefined);
    });
    tell();
    return true;
  }
}

function count(progress: RestoreProgress, problem: SegmentProblem | undefined): RestoreProgress {
  return problem === undefined ? progress : { ...progress, [problem]: progress[problem] + 1 };
}

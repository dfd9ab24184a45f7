/**
 * Owns turning the backup on and off, a new PIN, and the recovery card.
 * Does not own the protocol (lib/backup) nor when (backup-desk.ts).
 *
 * Invariant: the recovery code is kept, sealed, before it is shown; the live browser shows it again on demand.
 */
import {
  choosePin,
  deleteRecords,
  encodeAddress,
  enrol,
  eraseLog,
  eraseWraps,
  inspectVault,
  type LiveBackup,
  logOf,
  makeCard,
  makeRootKey,
  replaceRecoveryCode,
  resumeEnrolment,
  triesFor,
  undoEnrolment,
} from '../backup/index.ts';
import { bytesOfLength, encodeBase64Url } from '../bytes/index.ts';
import {
  CARD_CODE,
  CHOICE,
  ENROLMENT,
  endQueue,
  GONE,
  LIVE,
  LOG,
  NOTES,
  putSingle,
  RECOVERY,
  RESTORE,
  type SingleRow,
  UPKEEP,
  type WritableRows,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import { answered, DONE, notesOf } from './backup-answer.ts';
import type { BackupCard, BackupInspection } from './backup-contract.ts';
import type { BackupShelf } from './backup-shelf.ts';
import { hearVaults } from './backup-upkeep.ts';

const LOCATOR_BYTES = 16;

/** What each vault says of itself, before it is chosen. */
export function inspectVaults({ net }: BackupShelf, urls: readonly string[]): Promise<BackupInspection[]> {
  return Promise.all(
    urls.map((url) =>
      answered<BackupInspection>({ url, grade: '', tries: 0 }, async () => {
        const { vault, info } = await inspectVault(net, url);
        return { ...DONE, url: vault.url, grade: info.custody.grade, tries: info.limits.tries };
      }),
    ),
  );
}

/** Enrols at the vaults that were chosen. Gives the address for synchronised storage. */
export async function enrolHere(shelf: BackupShelf, typed: string): Promise<string> {
  const { net, around } = shelf;
  if ((await shelf.get(LIVE)) !== undefined) throw new Failure('RecordExists', 'user');
  const pin = choosePin(typed);
  const pending = await shelf.get(ENROLMENT);
  const choice = await shelf.get(CHOICE);
  if (pending === undefined && choice === undefined) throw new Failure('VaultSetInvalid', 'user');
  const address = pending?.address ?? (await newAddress(shelf, choice!.urls, choice!.threshold));
  const live = await enrol(net, shelf.enrolment, {
    address,
    root: pending?.root ?? makeRootKey(around.random),
    pin,
    tries: await triesAt(shelf, address),
  });
  return keepNew(shelf, live);
}

/** Goes on with an enrolment that a crash or a vault interrupted. */
export async function goOn(shelf: BackupShelf): Promise<string> {
  const live = await resumeEnrolment(shelf.net, shelf.enrolment);
  if (live === undefined) throw new Failure('EnrolmentExpired', 'user');
  return keepNew(shelf, live);
}

/** Takes an unfinished enrolment back. */
export async function undo(shelf: BackupShelf): Promise<void> {
  await undoEnrolment(shelf.net, shelf.enrolment);
  await shelf.put(ENROLMENT, undefined);
}

/** A new PIN; the old one is not needed, since this browser holds the root key. */
export async function changePin(shelf: BackupShelf, typed: string): Promise<void> {
  const live = await requireLive(shelf);
  const pin = choosePin(typed);
  const { address, root } = live;
  // Without the tokens of its vaults nothing is replaced there: the address is a new one, and the old PIN opens nothing new.
  const plan = { address, root, pin, tries: await triesAt(shelf, address), live };
  const renewed = await enrol(shelf.net, shelf.enrolment, plan);
  await shelf.keepLive(renewed, {}, (rows) => shelf.askEpoch(rows));
}

/** Where the live backup lies, as it is synchronised. */
export async function liveAddress(shelf: BackupShelf): Promise<string> {
  return encodeBase64Url(encodeAddress((await requireLive(shelf)).address));
}

/** The recovery card. Its code is empty where this browser does not know it: restored by PIN. */
export async function cardOf(shelf: BackupShelf): Promise<BackupCard> {
  const live = await requireLive(shelf);
  const code = await shelf.get(CARD_CODE);
  if (code === undefined) return { ...DONE, cardCode: '', locator: '', vaults: '', vaultUrls: [], qr: '' };
  const { code: cardCode, locator, vaults, vaultUrls, qr } = makeCard(live.address, code);
  return { ...DONE, cardCode, locator, vaults, vaultUrls, qr };
}

/** Makes a new recovery code, the only one from then on. */
export async function newCode(shelf: BackupShelf): Promise<BackupCard> {
  // Who has the old code reads nothing of what comes.
  await keepCode(shelf, await requireLive(shelf), (rows) => shelf.askEpoch(rows));
  return cardOf(shelf);
}

/**
 * Deletes the PIN's records at the vaults, the segments and the wraps at their host, and forgets the backup here. Throws
 * VaultUnreachable where one did not answer, and as the host: then it is still on, and may be turned off again.
 */
export async function turnOff(shelf: BackupShelf): Promise<void> {
  const live = await requireLive(shelf);
  const reports = live.standings.length > 0 ? await deleteRecords(shelf.net, live) : [];
  if (reports.some(({ problem }) => problem !== undefined)) {
    await shelf.note(({ vaults }) => ({ vaults: notesOf(vaults, reports) }));
    throw new Failure('VaultUnreachable', 'later');
  }
  const log = logOf(shelf.net, live.root, live.address.blobHost);
  await eraseLog(log);
  // After the log: until it is gone the recovery card still opens what is left of it.
  await eraseWraps(log, live);
  await shelf.around.store.transact(async (rows) => {
    await endQueue(rows);
    const forget = <Value>(row: SingleRow<Value>): Promise<void> => putSingle(rows, row, undefined);
    await forget(LIVE);
    await forget(LOG);
    await forget(CARD_CODE);
    await forget(NOTES);
    await forget(RECOVERY);
    await forget(RESTORE);
    await forget(UPKEEP);
    await forget(GONE);
    await forget(ENROLMENT);
  });
}

/** What is only nice to know, after the answer: how the vaults are. */
export async function warmUp(shelf: BackupShelf): Promise<void> {
  const notes = await shelf.get(NOTES);
  if (notes?.heardAt === 0) await hearVaults(shelf);
}

async function newAddress(
  { net, around }: BackupShelf,
  urls: readonly string[],
  threshold: number,
): Promise<LiveBackup['address']> {
  const vaults = [];
  for (const url of urls) vaults.push((await inspectVault(net, url)).vault);
  const locator = bytesOfLength<'Locator'>(around.random(LOCATOR_BYTES), LOCATOR_BYTES);
  // Segments are kept by the first vault: one address to allow and to remember.
  return { locator, threshold, vaults, blobHost: vaults[0]?.url ?? '' };
}

/** As many tries as are safe with so many vaults, and no more than each of them gives. One that is away will be named later. */
async function triesAt({ net }: BackupShelf, { threshold, vaults }: LiveBackup['address']): Promise<number> {
  const asked = vaults.map(({ url }) => inspectVault(net, url).then(({ info }) => info.limits.tries));
  const told = await Promise.allSettled(asked);
  const given = told.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  return Math.min(triesFor(threshold, vaults.length), ...given);
}

async function keepNew(shelf: BackupShelf, live: LiveBackup): Promise<string> {
  const had = await shelf.get(CARD_CODE);
  await shelf.keepLive(live, { heardAt: 0 });
  if (had === undefined) await keepCode(shelf, live);
  return encodeBase64Url(encodeAddress(live.address));
}

async function keepCode(
  shelf: BackupShelf,
  before: LiveBackup,
  also: (rows: WritableRows) => Promise<void> = async () => undefined,
): Promise<void> {
  const { code, live } = await replaceRecoveryCode(shelf.net, before);
  // The manifest names the wraps: it is written anew.
  await shelf.keepLive(live, { cardSeen: false, standingsEpoch: 0 }, async (rows) => {
    await putSingle(rows, CARD_CODE, code);
    await also(rows);
  });
}

async function requireLive(shelf: BackupShelf): Promise<LiveBackup> {
  const live = await shelf.get(LIVE);
  if (live === undefined) throw new Failure('BackupOff', 'user');
  return live;
}

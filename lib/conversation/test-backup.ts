/** For tests: a backup that is on, without any vault or host, and what waits in its queue. */
import { type BackupRecord, decodeRecord, type LiveBackup, makeRootKey, type RootKey } from '../backup/index.ts';
import { beginQueue, uploadPort } from './backup-queue.ts';
import { LIVE, putSingle } from './backup-rows.ts';
import { takeRecords } from './backup-take.ts';
import { type Installation, systemRandom } from './test-installation.ts';

/** A live backup of `root`. */
export function liveBackup(root: RootKey): LiveBackup {
  const address = {
    locator: new Uint8Array(16),
    threshold: 1,
    vaults: [{ url: 'https://vault.example', identityKey: new Uint8Array(33) }],
    blobHost: 'https://vault.example',
  } as unknown as LiveBackup['address'];
  return { address, root, epoch: 1, standings: [], pinWrap: undefined, codeWrap: undefined };
}

/** Turns a backup on; what there is already is queued. */
export async function turnOn({ store }: Installation): Promise<RootKey> {
  const live = liveBackup(makeRootKey(systemRandom));
  await store.transact(async (rows) => {
    await putSingle(rows, LIVE, live);
    await beginQueue(rows, live, systemRandom);
  });
  return live.root;
}

/** The bytes of what waits, in order. */
export async function queuedBytes({ store }: Installation): Promise<Uint8Array[]> {
  const waiting = await uploadPort(store).take(Number.MAX_SAFE_INTEGER);
  return waiting.map(({ record }) => record);
}

/** What waits, in order. */
export async function queued(installation: Installation): Promise<BackupRecord[]> {
  return (await queuedBytes(installation)).map(decodeRecord);
}

/** Takes all of `records`, which are in order, as a restore does: the newest first, in parts of `size`. */
export async function takeAll(
  { store }: Installation,
  root: RootKey,
  records: readonly BackupRecord[],
  size = 3,
): Promise<void> {
  const newest = records.toReversed();
  for (let at = 0; at < newest.length; at += size) {
    await store.transact((rows) => takeRecords(rows, root, newest.slice(at, at + size)));
  }
}

/** The extension's backup room against whole vaults, over HTTP: enrolment, both ways back, wrong PINs, two of three. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  announceHead,
  type BackupAddress,
  BackupFailure,
  type BackupSurroundings,
  type EnrolmentPort,
  encodeRecord,
  encodeStandings,
  enrol,
  inspectVault,
  keepStandings,
  type LiveBackup,
  type LogState,
  logOf,
  type MessageRecord,
  makeRootKey,
  openByCode,
  openByPin,
  openRecovery,
  openRestore,
  type PendingEnrolment,
  type QueuedRecord,
  type RecoveryMemory,
  readPin,
  replaceRecoveryCode,
  triesFor,
  type UploadPort,
  unlockVaults,
  uploadQueue,
  withStandings,
} from '../../lib/backup/index.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';
import { RunningVault } from './support/running-vault.ts';

const around: BackupSurroundings = {
  fetch: (url, init) => fetch(url, init),
  now: Date.now,
  random: (length) => new Uint8Array(randomBytes(length)),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

const vaults: RunningVault[] = [];
beforeAll(async () => {
  await cryptoReady();
  vaults.push(...(await Promise.all([RunningVault.make(), RunningVault.make(), RunningVault.make()])));
}, 120_000);
afterAll(() => Promise.all(vaults.map((vault) => vault.remove())), 60_000);

const RIGHT = readPin('481516');
const WRONG = readPin('481517');

async function addressOf(threshold: number, count: number): Promise<BackupAddress> {
  const known = await Promise.all(vaults.slice(0, count).map(({ url }) => inspectVault(around, url)));
  const locator = around.random(16) as BackupAddress['locator'];
  return { locator, threshold, vaults: known.map(({ vault }) => vault), blobHost: vaults[0]!.url };
}

function kept<Value>(): {
  value: Value | undefined;
  load(): Promise<Value | undefined>;
  save(value: Value | undefined): Promise<void>;
} {
  const port = {
    value: undefined as Value | undefined,
    load: async () => port.value,
    save: async (value: Value | undefined) => {
      port.value = value;
    },
  };
  return port;
}

async function enrolled(threshold: number, count: number): Promise<LiveBackup> {
  const port: EnrolmentPort = kept<PendingEnrolment>();
  const address = await addressOf(threshold, count);
  const root = makeRootKey(around.random);
  return enrol(around, port, { address, root, pin: RIGHT, tries: triesFor(threshold, count) });
}

const attempt = (address: BackupAddress, pin = RIGHT) =>
  openRecovery(around, kept<RecoveryMemory>(), address).attempt(pin);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof BackupFailure ? error.code : String(error)),
  );

function queueOf(count: number): UploadPort & { state: LogState | undefined } {
  let queue: QueuedRecord[] = Array.from({ length: count }, (_, order) => ({
    order,
    record: encodeRecord(message(order)),
  }));
  const port = {
    state: undefined as LogState | undefined,
    take: async () => queue.slice(0, 2000),
    load: async () => port.state,
    save: async (state: LogState, doneUpTo = -1) => {
      port.state = state;
      queue = queue.filter(({ order }) => order > doneUpTo);
    },
  };
  return port;
}

function message(number: number): MessageRecord {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, number);
  return {
    kind: 'message',
    historyId: id as Uint8Array as MessageRecord['historyId'],
    conversationId: new Uint8Array(16) as Uint8Array as MessageRecord['conversationId'],
    order: number,
    at: number,
    from: 'me',
    shape: 'text',
    text: `message ${number}`,
    inviteId: new Uint8Array(16) as Uint8Array as MessageRecord['inviteId'],
    generation: 0,
    sequence: number,
    unread: undefined,
    removed: false,
    armour: undefined,
  };
}

describe('a backup at one vault', () => {
  it('comes back by PIN and by recovery code, with its history and its head', async () => {
    const live = await enrolled(1, 1);
    const { code, live: kept } = await replaceRecoveryCode(around, live);
    const log = logOf(around, kept.root, kept.address.blobHost);
    const port = queueOf(5000);
    expect((await uploadQueue(around, log, port)).uploaded).toBe(5000);
    const head = await keepStandings(around, log, port, encodeStandings(kept));
    expect((await announceHead(around, kept, head)).map(({ problem }) => problem)).toEqual([undefined]);

    const byPin = await openByPin(around, await attempt(live.address));
    expect(byPin.root.equals(live.root)).toBe(true);
    const unlocked = await unlockVaults(around, byPin);
    expect([unlocked.head, unlocked.vaults[0]!.left]).toEqual([head, 10]);
    const restore = await openRestore(logOf(around, byPin.root, byPin.address.blobHost), unlocked.head);
    const orders: number[] = [];
    for await (const { records, problem } of restore.segments()) {
      expect(problem).toBeUndefined();
      for (const record of records) if (record.kind === 'message') orders.push(record.order);
    }
    expect(orders).toEqual(Array.from({ length: 5000 }, (_, i) => 4999 - i));

    const byCode = await openByCode(around, live.address, code);
    const opened = await openRestore(logOf(around, byCode.root, byCode.address.blobHost), undefined);
    const whole = withStandings(byCode, opened.opened.manifest);
    expect((await unlockVaults(around, whole)).vaults.map(({ problem }) => problem)).toEqual([undefined]);
  });

  it('counts wrong PINs until it is locked; the recovery code still opens', async () => {
    const live = await enrolled(1, 1);
    const { code } = await replaceRecoveryCode(around, live);
    for (const [round, left] of [9, 8, 7].entries()) {
      const failure = await attempt(live.address, readPin(`48151${round}x`)).catch((error) => error);
      expect([failure.code, failure.details.left]).toEqual(['WrongPin', { atLeast: left, exact: true }]);
    }
    expect(await codeOf(attempt(live.address, WRONG))).toBe('WrongPin');
    const soon = await attempt(live.address).catch((error) => error);
    expect([soon.code, soon.details.left.atLeast]).toEqual(['TooSoon', 6]);
    expect(soon.details.nextAt).toBeGreaterThan(Date.now());
    expect((await openByCode(around, live.address, code)).root.equals(live.root)).toBe(true);
    expect(await codeOf(attempt({ ...live.address, locator: around.random(16) as BackupAddress['locator'] }))).toBe(
      'Gone',
    );
  });

  it('takes a new PIN without the old one', async () => {
    const live = await enrolled(1, 1);
    const next = readPin('902413');
    const plan = { address: live.address, root: live.root, pin: next, tries: 10, live };
    expect((await enrol(around, kept<PendingEnrolment>(), plan)).epoch).toBe(2);
    expect(await codeOf(attempt(live.address))).toBe('WrongPin');
    expect((await attempt(live.address, next)).epoch).toBe(2);
  });
});

describe('a backup at two of three vaults', () => {
  it('comes back with one of them stopped, not with two, and again when they are back', async () => {
    const live = await enrolled(2, 3);
    await vaults[1]!.stop();
    const { vaults: told } = await attempt(live.address);
    expect(told.map(({ problem }) => problem)).toEqual([undefined, 'unreachable', undefined]);
    await vaults[2]!.stop();
    expect(await codeOf(attempt(live.address))).toBe('NotEnoughVaults');
    await Promise.all([vaults[1]!.start(), vaults[2]!.start()]);
    const { keys, address } = await attempt(live.address);
    const standings = keys.unlocks.map((unlock) => ({ unlock, lineage: undefined }));
    expect((await unlockVaults(around, { address, standings })).vaults.map(({ left }) => left)).toEqual([6, 6, 6]);
  }, 180_000);
});

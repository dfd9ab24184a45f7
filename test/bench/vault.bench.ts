/**
 * Owns: what the PIN backup costs. Whole attempts of a vault against the same HSM doing nothing but the calls that they
 * need; a person's enrolment and restore, and what a message costs, against a whole vault over HTTP. The HSM is SoftHSM2.
 * The extension's store is in memory here: what a disk adds is not in these figures.
 */
import type { MessageRecord } from '../../lib/backup/index.ts';
import { cryptoReady } from '../../lib/crypto/index.ts';
import { startVault } from '../../scripts/demo/vault.mjs';
import { openBareHsm } from '../../vault/test-support/bare-hsm.ts';
import { startSoftHsm } from '../../vault/test-support/softhsm.ts';
import { BackupBrowser, must } from '../vault/support/backup-browser.ts';
import { Chat } from '../vault/support/chat.ts';
import { measureInTurns, median } from './support/measure.ts';
import { reportFigure, reportRate } from './support/report.ts';
import { hsmEnvironment, VaultHsm } from './support/vault-hsm.ts';

const conversation = await import('../../lib/conversation/index.ts');

const BENCH = 'vault';
const PIN = '748291';

/** So many people, each with so many tries before the vault makes them wait. */
const RECORDS = 512;
const EACH = 4;

const softHsm = startSoftHsm();
// Two vaults, each with keys of its own: an HSM remembers how far its database is.
const [TRIED, ENROLLED] = ['tried', 'enrolled'] as const;
for (const label of [TRIED, ENROLLED]) {
  softHsm.makeToken(label);
  softHsm.holdCeremony(label, '--modes', 'wrapped');
}

async function benchAttempts(): Promise<void> {
  const vault = await VaultHsm.start(hsmEnvironment(softHsm, TRIED), RECORDS);
  const bare = openBareHsm(softHsm, TRIED, RECORDS);
  const operations = RECORDS * EACH;
  let anchors = operations / 64;
  const measured = await measureInTurns({
    operations,
    peer: {
      name: 'SoftHSM2, the same calls in a bare loop',
      prepare: () => undefined,
      // As many anchors as the vault has written in the round before.
      run: () => bare.run(operations, anchors),
    },
    project: {
      name: 'sotto',
      prepare: async () => ({ series: await vault.prepare(EACH), before: await vault.counts() }),
      run: async ({ series, before }) => {
        await vault.run(series);
        const { charged, batches } = await vault.counts();
        if (charged - before.charged !== operations) throw new Error('not every try was charged once');
        anchors = batches - before.batches;
      },
    },
  });
  reportRate(BENCH, 'attempts-ratio', measured);
  bare.close();
  await vault.stop();
}

/** A fixed limit as the anchor. */
function reportLimit(figure: string, times: readonly number[], limit: number): void {
  reportFigure({ bench: BENCH, figure, value: median(times), unit: 'ms', anchor: 'limit', anchorValue: limit });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Everything between a typed PIN and a backup that is there: vault, wraps, card, the first manifest. */
async function benchEnrol(url: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const browser = await BackupBrowser.open();
    const ms = await timed(async () => {
      for (const seen of await browser.call('backup.inspect', { urls: [url] })) must(seen);
      await browser.enrol([url], 1, PIN);
      must(await browser.call('backup.save', {}));
    });
    // The first one compiles.
    if (round > 0) times.push(ms);
    browser.close();
  }
  reportLimit('enrol-ms', times, 2000);
}

const MESSAGES = 10_000;

/** From the PIN to the last message in the store of a fresh browser. */
async function benchRestore(url: string): Promise<void> {
  const old = await BackupBrowser.open();
  await old.enrol([url], 1, PIN);
  const live = await old.around.store.read((rows) => conversation.getSingle(rows, conversation.LIVE));
  const records = Array.from({ length: MESSAGES }, (_, number) => message(number)).reverse();
  await old.around.store.transact((rows) =>
    conversation.takeRecords(rows, live!.root, records, (length) => old.around.random(length)),
  );
  must(await old.call('backup.save', {}));
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const fresh = await BackupBrowser.open(fetch, old.synced);
    const ms = await timed(async () => {
      must(await fresh.call('backup.restore', { address: await fresh.find(), secret: 'pin', typed: PIN }));
      const { restore } = await fresh.until(({ restore }) => restore?.finished === true);
      if (restore!.missing + restore!.altered > 0) throw new Error('not everything came back');
    });
    if (round > 0) times.push(ms);
    fresh.close();
  }
  old.close();
  reportLimit('restore10k-ms', times, 5000);
}

function message(number: number): MessageRecord {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, number);
  return {
    kind: 'message',
    historyId: id as Uint8Array as MessageRecord['historyId'],
    conversationId: new Uint8Array(16) as Uint8Array as MessageRecord['conversationId'],
    order: number,
    at: Date.UTC(2030, 0, 1) + number * 60_000,
    from: number % 2 === 0 ? 'me' : 'them',
    shape: 'text',
    text: `message ${number}: ${'fifty bytes of text, as people write them in chats'}`,
    inviteId: new Uint8Array(16) as Uint8Array as MessageRecord['inviteId'],
    generation: 0,
    sequence: number,
    unread: undefined,
    removed: false,
    armour: undefined,
  };
}

/** So many messages are written before half a minute of rest, after which they are uploaded. */
const TOGETHER = 20;

/** What a message that is sent costs more with a backup: its record in the same step, and its share of an upload. */
async function benchUpkeep(url: string): Promise<void> {
  const people = { me: 'alice', peer: 'bob', site: 'https://chat.example' };
  const [withIt, without] = [await Chat.open(people), await Chat.open(people)];
  await withIt.me.enrol([url], 1, PIN);
  must(await withIt.me.call('backup.save', {}));
  const { project, peer } = await measureInTurns({
    operations: TOGETHER,
    peer: { name: 'without a backup', prepare: () => undefined, run: () => say(without) },
    project: {
      name: 'sotto',
      prepare: () => undefined,
      run: async () => {
        await say(withIt);
        must(await withIt.me.call('backup.save', {}));
      },
    },
  });
  if ((await withIt.me.state()).waiting > 0) throw new Error('not everything was uploaded');
  reportLimit('upkeep-ms', [project.medianMs - peer.medianMs], 5);
  withIt.close();
  without.close();
}

async function say(chat: Chat): Promise<void> {
  for (let n = 0; n < TOGETHER; n++) await chat.say(`message ${n}: fifty bytes of text, as people write them in chats`);
}

await cryptoReady();
try {
  await benchAttempts();
  const rates = { SOTTO_VAULT_RATE: '1000000', SOTTO_VAULT_RATE_NEW: '1000000' };
  const vault = await startVault({ ...hsmEnvironment(softHsm, ENROLLED), ...rates });
  try {
    await benchEnrol(vault.url);
    await benchRestore(vault.url);
    await benchUpkeep(vault.url);
  } finally {
    await vault.stop();
  }
} finally {
  softHsm.remove();
}

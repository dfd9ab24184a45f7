/** What the extension answers popup and home about the backup, through the memory transport, against a real vault in processes of its own. */
import { createHash } from 'node:crypto';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { concatBytes, decodeBase64Url, encodeBase64Url } from '../../lib/bytes/index.ts';
import type { Page, Surroundings } from '../../lib/conversation/index.ts';
import type { BackupAnswer, BackupState, backupContract as Contract } from '../../lib/relay/index.ts';
import type { Caller } from '../../lib/rpc/index.ts';
import { startVault } from '../../scripts/demo/vault.mjs';

vi.mock('../../lib/browser.ts', () => ({ browser: {} }));
const { HistoryReader, forgetMessage, getSingle, invite, LIVE, listContacts, NOTES, placeOf } = await import(
  '../../lib/conversation/index.ts'
);
const { logOf, openRestore } = await import('../../lib/backup/index.ts');
const { memoryChannel, RpcClient, RpcServer } = await import('../../lib/rpc/index.ts');
const { createMemoryLocks, openStore } = await import('../../lib/store/index.ts');
const { BackupDesk, backupContract } = await import('../../lib/relay/index.ts');

const PIN = '748291';
const DAY_MS = 24 * 60 * 60 * 1000;
const page: Page = {
  site: 'https://chat.example',
  account: 'alice',
  conversation: '@bob',
  peer: 'bob',
  text: { alphabet: 'base62', limit: { amount: 100_000, unit: 'utf16', slack: 0 } },
};
const OK: BackupAnswer = { code: '', left: -1, nextAt: 0, why: '', at: -1 };

let vault: Awaited<ReturnType<typeof startVault>>;
let synced = '';
const stores: { close(): void }[] = [];

beforeAll(async () => {
  vault = await startVault({ SOTTO_VAULT_WORK: 'off' });
}, 60_000);
afterAll(() => vault?.stop());
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** A browser with its own disk. */
class Browser {
  record: string | undefined;
  readonly indexedDB = new IDBFactory();
  around!: Surroundings;
  desk!: InstanceType<typeof BackupDesk>;
  told: BackupState[] = [];
  online = true;
  /** How often pages were to be loaded anew. */
  reloads = 0;
  /** How far its clock has gone on. */
  later = 0;
  wakes: number[] = [];

  static async begin(): Promise<Browser> {
    const made = new Browser();
    await made.restart();
    return made;
  }

  async restart(): Promise<void> {
    const keeper = {
      read: async () => this.record,
      write: async (record: string) => {
        this.record = record;
      },
    };
    const locks = createMemoryLocks();
    const platform = { indexedDB: this.indexedDB, IDBKeyRange };
    const store = await openStore({ keeper, locks, random, platform });
    stores.push(store);
    this.around = { store, locks, now: () => Date.now() + this.later, random };
    this.desk = new BackupDesk({
      around: async () => this.around,
      fetch: (url, init) => (this.online ? fetch(url, init) : Promise.reject(new TypeError('offline'))),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20_000) / (this.online ? 1 : 1000))),
      synced: {
        load: async () => synced,
        save: async (address) => {
          synced = address;
        },
      },
      tell: (state) => this.told.push(state),
      wake: (at) => this.wakes.push(at),
      restored: () => {
        this.reloads += 1;
      },
    });
  }

  /** Calls as `kind` of our pages does. */
  client(kind: Caller['kind'] = 'home') {
    const server = new RpcServer(backupContract, this.desk.handlers(), Date.now, (error) => {
      throw error;
    });
    return new RpcClient<typeof Contract>(() => {
      const [near, far] = memoryChannel();
      server.accept(far, { kind, tab: 1, frame: 0, document: 'd', origin: 'chrome-extension://sotto', url: '' });
      return near;
    });
  }

  async enrol(): Promise<void> {
    const client = this.client();
    expect(await client.call('backup.choose', { urls: [vault.url], threshold: 1 })).toEqual(OK);
    expect(await client.call('backup.enrol', { pin: PIN }, 60_000)).toEqual(OK);
    expect(await client.call('backup.save', {}, 60_000)).toEqual(OK);
  }

  async until(holds: (state: BackupState) => boolean): Promise<BackupState> {
    for (let round = 0; round < 300; round++) {
      const state = await this.desk.state();
      if (holds(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`in vain: ${JSON.stringify(await this.desk.state())}`);
  }
}

describe('the backup', () => {
  it.each(['content', 'blank', 'composer', 'transcript'] as const)('tells a %s nothing', async (kind) => {
    const client = (await Browser.begin()).client(kind);
    await expect(client.call('backup.state', {})).rejects.toMatchObject({ code: 'NotAllowed' });
    await expect(client.call('backup.enrol', { pin: PIN })).rejects.toMatchObject({ code: 'NotAllowed' });
  });

  it('is off at first, and says of a vault what it is before it is chosen', async () => {
    const browser = await Browser.begin();
    const client = browser.client('popup');
    expect(await client.call('backup.state', {})).toMatchObject({ phase: 'off', vaults: [], waiting: 0 });
    const [seen, none] = await client.call('backup.inspect', { urls: [vault.url, 'http://127.0.0.1:1'] });
    expect(seen).toEqual({ ...OK, url: vault.url, grade: 'software', tries: 10 });
    expect(none).toMatchObject({ code: 'HostUnreachable', grade: '' });
  });

  it('refuses a PIN that many people have, by its rule, and without asking a vault', async () => {
    const browser = await Browser.begin();
    const client = browser.client();
    await client.call('backup.choose', { urls: [vault.url], threshold: 1 });
    browser.online = false;
    expect(await client.call('backup.enrol', { pin: '111111' })).toMatchObject({ code: 'PinCommon', why: 'repeat' });
    expect(await client.call('backup.enrol', { pin: '12345' })).toMatchObject({ code: 'PinTooShort' });
    expect((await browser.desk.state()).phase).toBe('off');
  });

  it('enrols, saves, and says tries, grade and time', async () => {
    const browser = await Browser.begin();
    await invite(browser.around, page, 'hello');
    await browser.enrol();
    const state = await browser.until(({ vaults }) => vaults[0]?.left === 10);
    expect(state).toMatchObject({ phase: 'on', waiting: 0, failure: '', threshold: 1, cardSeen: false, remind: false });
    expect(state.vaults).toEqual([{ url: vault.url, grade: 'software', left: 10, problem: '' }]);
    expect(state.savedAt).toBeGreaterThan(Date.now() - 60_000);
  });

  it('goes on with what waits when the host is back', async () => {
    const browser = await Browser.begin();
    await browser.enrol();
    browser.online = false;
    await invite(browser.around, page, 'hello');
    expect((await browser.desk.state()).waiting).toBeGreaterThan(1);
    expect(await browser.client().call('backup.save', {}, 60_000)).toMatchObject({ code: 'HostUnreachable' });
    expect(await browser.desk.state()).toMatchObject({ failure: 'HostUnreachable' });
    expect(browser.wakes.at(-1)).toBeGreaterThan(Date.now());
    browser.online = true;
    await browser.restart();
    expect(await browser.client().call('backup.save', {}, 60_000)).toEqual(OK);
    expect(await browser.desk.state()).toMatchObject({ waiting: 0, failure: '' });
  });

  it('shows its card whenever it is asked, with the same code, until a new one is made', async () => {
    const browser = await Browser.begin();
    await browser.enrol();
    const client = browser.client();
    const card = await client.call('backup.card', {});
    expect(card.cardCode).toMatch(/^([0-9A-Z]{5}[- ]){5}[0-9A-Z]{5}$/);
    expect(card.vaultUrls).toEqual([vault.url]);
    await browser.restart();
    expect(await browser.client().call('backup.card', {})).toEqual(card);
    const renewed = await browser.client().call('backup.newCode', {}, 60_000);
    expect(renewed.cardCode).not.toBe(card.cardCode);
    expect(renewed.locator).toBe(card.locator);
  });

  it('restores in another browser by the synchronised address and the PIN; a wrong one says how many tries are left', async () => {
    const old = await Browser.begin();
    await invite(old.around, page, 'hello');
    await old.enrol();
    const fresh = await Browser.begin();
    const client = fresh.client();
    expect((await fresh.desk.state()).synced).toEqual([vault.url]);
    const finding = { where: 'synced' as const, locator: '', letters: '', urls: [], card: '' };
    const { address, hosts } = await client.call('backup.find', finding);
    expect(hosts).toEqual([vault.url]);
    const wrong = { address, secret: 'pin', typed: '748292' } as const;
    expect(await client.call('backup.restore', wrong, 60_000)).toMatchObject({ code: 'WrongPin', left: 9 });
    expect(await client.call('backup.restore', { ...wrong, typed: PIN }, 60_000)).toEqual(OK);
    // Something is kept meanwhile, and what is due is looked for: pages are loaded anew once all the same.
    await Promise.all([fresh.desk.due(), fresh.desk.due()]);
    const state = await fresh.until(({ restore }) => restore?.finished === true);
    // The code is on the card alone: this browser came by the PIN.
    expect(state).toMatchObject({
      phase: 'on',
      knowsCode: false,
      restore: { missing: 0, altered: 0, conflicts: 0, older: false },
    });
    expect(await listContacts(fresh.around)).toHaveLength(1);
    await vi.waitFor(() => expect(fresh.reloads).toBe(1));
    await fresh.desk.due();
    expect(fresh.reloads).toBe(1);
    expect(await client.call('backup.restore', { ...wrong, typed: PIN })).toMatchObject({ code: 'RecordExists' });
  });

  it('restores by what is typed from the card, with the code, and by the text of its QR code', async () => {
    const old = await Browser.begin();
    await invite(old.around, page, 'hello');
    await old.enrol();
    const card = await old.client().call('backup.card', {});
    const typed = await Browser.begin();
    const client = typed.client();
    const { locator, vaults: letters, cardCode } = card;
    const finding = { where: 'typed' as const, locator, letters, urls: [vault.url], card: '' };
    const { address } = await client.call('backup.find', finding);
    const mistyped = { address, secret: 'code', typed: `${cardCode.slice(0, -1)}?` } as const;
    expect(await client.call('backup.restore', mistyped)).toMatchObject({ code: 'CodeLetterUnknown' });
    expect(await client.call('backup.restore', { ...mistyped, typed: cardCode }, 60_000)).toEqual(OK);
    await typed.until(({ restore }) => restore?.finished === true);
    expect(await listContacts(typed.around)).toHaveLength(1);
    const scanned = await Browser.begin();
    const byQr = { address: '', secret: 'card', typed: card.qr } as const;
    expect(await scanned.client().call('backup.restore', byQr, 60_000)).toEqual(OK);
    await scanned.until(({ restore }) => restore?.finished === true);
    expect(await listContacts(scanned.around)).toHaveLength(1);
  });

  it('makes the old card void with a new code, also where it was restored by the PIN alone', async () => {
    const old = await Browser.begin();
    await invite(old.around, page, 'hello');
    await old.enrol();
    const { qr } = await old.client().call('backup.card', {});
    expect(await old.client().call('backup.save', {}, 60_000)).toEqual(OK);
    const fresh = await Browser.begin();
    const finding = { where: 'synced' as const, locator: '', letters: '', urls: [], card: '' };
    const { address } = await fresh.client().call('backup.find', finding);
    const byPin = { address, secret: 'pin', typed: PIN } as const;
    expect(await fresh.client().call('backup.restore', byPin, 60_000)).toEqual(OK);
    await fresh.until(({ restore }) => restore?.finished === true);
    const renewed = await fresh.client().call('backup.newCode', {}, 60_000);
    expect(renewed.code).toBe('');
    expect(await fresh.client().call('backup.save', {}, 60_000)).toEqual(OK);
    const restoreBy = async (typed: string) => {
      const other = await Browser.begin();
      return (await other.client().call('backup.restore', { address: '', secret: 'card', typed }, 60_000)).code;
    };
    expect([await restoreBy(qr), await restoreBy(renewed.qr)]).toEqual(['WrapMissing', '']);
    // Who restores by the new card knows the PIN's wrap as well: nothing stays when it is turned off.
    const last = await Browser.begin();
    const byCard = { address: '', secret: 'card', typed: renewed.qr } as const;
    expect(await last.client().call('backup.restore', byCard, 60_000)).toEqual(OK);
    await last.until(({ restore }) => restore?.finished === true);
    const { pinWrap, codeWrap } = (await last.around.store.read((rows) => getSingle(rows, LIVE)))!;
    const known = (await fresh.around.store.read((rows) => getSingle(rows, LIVE)))!;
    expect([pinWrap, codeWrap]).toEqual([known.pinWrap, known.codeWrap]);
  });

  it('takes a new PIN without the old one, which opens nothing any more', async () => {
    const browser = await Browser.begin();
    await browser.enrol();
    expect(await browser.client().call('backup.changePin', { pin: '914705' }, 60_000)).toEqual(OK);
    await browser.until(({ work }) => work === '');
    const client = browser.client();
    expect(await client.call('backup.checkPin', { pin: PIN }, 60_000)).toMatchObject({ code: 'WrongPin', left: 9 });
    expect(await client.call('backup.checkPin', { pin: '914705' }, 60_000)).toEqual(OK);
    await browser.until(({ vaults }) => vaults[0]?.left === 10);
  });

  it('is gone at the vault and here when it is turned off', async () => {
    const browser = await Browser.begin();
    await browser.enrol();
    const { qr } = await browser.client().call('backup.card', {});
    const { address, pinWrap, codeWrap } = (await browser.around.store.read((rows) => getSingle(rows, LIVE)))!;
    const bucket = createHash('sha256')
      .update('Sotto wraps bucket v1\0')
      .update(address.locator)
      .digest()
      .subarray(0, 16);
    const statusOf = async (wrap: Uint8Array) => {
      const name = Buffer.from(wrap).toString('hex');
      return (await fetch(`${vault.url}/v1/blobs/${bucket.toString('base64url')}/${name}`)).status;
    };
    expect([await statusOf(pinWrap!), await statusOf(codeWrap!)]).toEqual([200, 200]);
    expect(await browser.client().call('backup.off', { sure: true }, 60_000)).toEqual(OK);
    expect([await statusOf(pinWrap!), await statusOf(codeWrap!)]).toEqual([404, 404]);
    expect(await browser.desk.state()).toMatchObject({ phase: 'off', waiting: 0, vaults: [], synced: [] });
    await invite(browser.around, page, 'hello');
    expect((await browser.desk.state()).waiting).toBe(0);
    const other = (await Browser.begin()).client();
    const answer = await other.call('backup.restore', { address: '', secret: 'card', typed: qr }, 60_000);
    expect(answer.code).toBe('WrapMissing');
  });
});

describe('what is done behind it', () => {
  /** The log as it stands at its host. */
  async function logAt({ around }: Browser) {
    const live = (await around.store.read((rows) => getSingle(rows, LIVE)))!;
    const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
    const net = { fetch, now: Date.now, random: around.random, wait };
    const restore = await openRestore(logOf(net, live.root, live.address.blobHost), undefined);
    const kinds: string[] = [];
    for await (const { records, problem } of restore.segments()) {
      expect(problem).toBeUndefined();
      kinds.push(...records.map(({ kind }) => kind));
    }
    const { first, next, epochs } = restore.opened.manifest;
    return { segments: next - first, epoch: epochs.newest, kinds };
  }
  /** Until the log is so; what is due goes on behind the answers. */
  const untilLog = async (browser: Browser, holds: (log: Awaited<ReturnType<typeof logAt>>) => boolean) => {
    let log = await logAt(browser);
    for (let round = 0; round < 100 && !holds(log); round++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      log = await logAt(browser);
    }
    expect(holds(log), JSON.stringify(log)).toBe(true);
    return log;
  };

  it('begins a new epoch with a new PIN, with a new code, and when a month is over, and not otherwise', async () => {
    const browser = await Browser.begin();
    await browser.enrol();
    const client = browser.client();
    await browser.desk.due();
    expect((await logAt(browser)).epoch).toBe(0);
    expect(await client.call('backup.changePin', { pin: '914705' }, 60_000)).toEqual(OK);
    await untilLog(browser, ({ epoch }) => epoch === 1);
    expect((await client.call('backup.newCode', {}, 60_000)).code).toBe('');
    await browser.until(({ work }) => work === '');
    await browser.desk.due();
    expect((await logAt(browser)).epoch).toBe(2);
    browser.later = 29 * DAY_MS;
    await browser.desk.due();
    expect((await logAt(browser)).epoch).toBe(2);
    browser.later = 31 * DAY_MS;
    await browser.desk.due();
    expect((await logAt(browser)).epoch).toBe(3);
  });

  it('takes what was deleted out of the log, a day later, in few segments', async () => {
    const browser = await Browser.begin();
    await invite(browser.around, page, 'hello');
    await browser.enrol();
    const { conversationId } = placeOf(page);
    const slice = await new HistoryReader().read(browser.around, conversationId, { before: 1e9, words: '' });
    expect((await logAt(browser)).kinds).toContain('message');
    expect(await forgetMessage(browser.around, conversationId, slice.lines[0]!.id)).toBe(true);
    expect(await browser.client().call('backup.save', {}, 60_000)).toEqual(OK);
    await browser.desk.due();
    expect((await logAt(browser)).kinds).toContain('tombstone');
    browser.later = DAY_MS;
    await browser.desk.due();
    expect(await logAt(browser)).toEqual({ segments: 1, epoch: 0, kinds: ['persona', 'contact'] });
    // Nothing more is due, and what comes then is uploaded as ever.
    await browser.desk.due();
    expect((await logAt(browser)).segments).toBe(1);
  });

  it('asks for the PIN ever more rarely, is sent away or answered, and counts a wrong answer as a try', async () => {
    const browser = await Browser.begin();
    await browser.enrol();
    const client = browser.client('popup');
    const nextIn = async (): Promise<number> => {
      const notes = (await browser.around.store.read((rows) => getSingle(rows, NOTES)))!;
      return Math.round((notes.remindAt - browser.around.now()) / DAY_MS);
    };
    const waits = [await nextIn()];
    expect((await browser.desk.state()).remind).toBe(false);
    for (let round = 0; round < 6; round++) {
      browser.later += waits.at(-1)! * DAY_MS;
      expect((await browser.desk.state()).remind).toBe(true);
      expect(await client.call('backup.later', {})).toEqual(OK);
      expect((await browser.desk.state()).remind).toBe(false);
      waits.push(await nextIn());
    }
    expect(waits).toEqual([1, 3, 7, 14, 30, 60, 60]);
    browser.later += 60 * DAY_MS;
    expect(await client.call('backup.checkPin', { pin: '748292' }, 60_000)).toMatchObject({
      code: 'WrongPin',
      left: 9,
    });
    // It is still asked for, and the tries are full again once it was right.
    expect((await browser.desk.state()).remind).toBe(true);
    expect(await client.call('backup.checkPin', { pin: PIN }, 60_000)).toEqual(OK);
    expect((await browser.desk.state()).remind).toBe(false);
    expect(await nextIn()).toBe(60);
    await browser.until(({ vaults }) => vaults[0]?.left === 10);
  });
});

describe('a file without any vault', () => {
  const passphrase = { opener: 'passphrase', typed: 'lamp river orbit sugar' } as const;
  const head = (file: Uint8Array) => encodeBase64Url(file.subarray(0, 256));

  async function fetched(browser: Browser, size: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < size; at += parts.at(-1)!.length) {
      parts.push(decodeBase64Url((await browser.client().call('backup.filePart', { at })).bytes)!);
    }
    return concatBytes(...parts);
  }

  it('is for home alone: the popup may not ask for one', async () => {
    const client = (await Browser.begin()).client('popup');
    await expect(client.call('backup.fileSave', passphrase)).rejects.toMatchObject({ code: 'NotAllowed' });
    await expect(client.call('backup.fileOpen', passphrase)).rejects.toMatchObject({ code: 'NotAllowed' });
  });

  it('is made, fetched once, and taken in by another browser, where no backup is on', async () => {
    const old = await Browser.begin();
    await invite(old.around, page, 'hello');
    old.online = false;
    const made = await old.client().call('backup.fileSave', { opener: 'code', typed: '' }, 60_000);
    expect(made).toMatchObject({ code: '', contacts: 1, messages: 0 });
    const file = await fetched(old, made.size);
    expect(file).toHaveLength(made.size);
    await expect(old.client().call('backup.filePart', { at: 0 })).rejects.toMatchObject({ code: 'BadRequest' });
    const fresh = await Browser.begin();
    fresh.online = false;
    const client = fresh.client();
    const seen = await client.call('backup.fileLook', { head: head(file), size: file.length });
    expect(seen).toEqual({ ...OK, opener: 'code', part: 180_000 });
    const feed = () => client.call('backup.fileFeed', { at: 0, size: file.length, bytes: encodeBase64Url(file) });
    await feed();
    const wrong = { opener: 'code', typed: `${made.fileCode.slice(0, -1)}?` } as const;
    expect((await client.call('backup.fileOpen', wrong, 60_000)).code).toBe('CodeLetterUnknown');
    await feed();
    expect((await client.call('backup.fileOpen', passphrase, 60_000)).code).toBe('ExportWrongSecret');
    // What was not opened is handed over anew.
    expect((await client.call('backup.fileOpen', passphrase)).code).toBe('BadRequest');
    await feed();
    expect(await client.call('backup.fileOpen', { opener: 'code', typed: made.fileCode }, 60_000)).toEqual(OK);
    const state = await fresh.until(({ opened }) => opened?.finished === true);
    expect(state.opened).toMatchObject({ contacts: 1, known: 0, conflicts: 0, damaged: 0, failure: '' });
    expect(state.phase).toBe('off');
    expect(await listContacts(fresh.around)).toHaveLength(1);
    await vi.waitFor(() => expect(fresh.reloads).toBe(1));
    await fresh.desk.due();
    expect(fresh.reloads).toBe(1);
    expect(await client.call('backup.fileSeen', {})).toEqual(OK);
    expect((await fresh.desk.state()).opened).toBeNull();
  });

  it('is refused by name, and a part that does not fit is no part', async () => {
    const browser = await Browser.begin();
    const client = browser.client();
    expect(await client.call('backup.fileSave', { opener: 'passphrase', typed: 'too short' })).toMatchObject({
      code: 'PinTooShort',
    });
    const letter = { head: encodeBase64Url(new TextEncoder().encode('Dear diary')), size: 10 };
    expect(await client.call('backup.fileLook', letter)).toMatchObject({ code: 'ExportNotOne', opener: '' });
    const made = await client.call('backup.fileSave', passphrase, 60_000);
    const file = await fetched(browser, made.size);
    const large = { head: head(file), size: 64 * 1024 * 1024 + 1 };
    expect(await client.call('backup.fileLook', large)).toMatchObject({ code: 'ExportTooLarge' });
    const cut = { head: head(file), size: file.length - 1 };
    expect(await client.call('backup.fileLook', cut)).toMatchObject({ code: 'ExportDamaged' });
    const part = { at: 1, size: file.length, bytes: encodeBase64Url(file) };
    await expect(client.call('backup.fileFeed', part)).rejects.toMatchObject({ code: 'BadRequest' });
  });
});

/** Two of three vaults, from the extension's desk to whole vaults: one away, one that lies, two away, and what is told of each. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupBrowser, type Fetch, must } from './support/backup-browser.ts';
import { Chat } from './support/chat.ts';
import { RunningVault } from './support/running-vault.ts';

const { listContacts } = await import('../../lib/conversation/index.ts');

const PIN = '748291';
/** What each of three vaults gives where two are needed: then a stranger who holds one of them has twelve at most. */
const TRIES = 6;

let vaults: RunningVault[] = [];
let chat: Chat;
/** Where the backup lies, as the browser's storage has synchronised it. */
let synced = '';
/** Vaults by their number: who is away from now on, and who lies. The first one is the host of the segments, too. */
let away: readonly number[] = [];
let isHostAway = false;
let liar: number | undefined;

/** The network. What a liar says of a record is not what it signed. */
const send: Fetch = async (url, init) => {
  const number = vaults.findIndex((vault) => url.startsWith(vault.url));
  const isBlob = url.includes('/v1/blobs/');
  if (isBlob ? isHostAway : away.includes(number)) throw new TypeError('nobody answers');
  const answer = await fetch(url, init);
  if (number !== liar || !url.includes('/v1/records/')) return answer;
  const { status, headers } = answer;
  return new Response(`${await answer.text()} `, { status, headers });
};

beforeAll(async () => {
  vaults = await Promise.all([RunningVault.make(), RunningVault.make(), RunningVault.make()]);
  chat = await Chat.open({ me: 'alice', peer: 'bob', site: 'https://chat.example' }, send);
  await chat.me.enrol(
    vaults.map(({ url }) => url),
    2,
    PIN,
  );
  must(await chat.me.call('backup.save', {}));
  synced = chat.me.synced;
}, 180_000);
afterAll(async () => {
  chat?.close();
  await Promise.all(vaults.map((vault) => vault.remove()));
}, 60_000);

/** A fresh browser of the same person, closed after `use`. */
async function inFresh(use: (browser: BackupBrowser, type: (pin: string) => Promise<object>) => Promise<void>) {
  const browser = await BackupBrowser.open(send, synced);
  try {
    const address = await browser.find();
    await use(browser, (pin) => browser.call('backup.restore', { address, secret: 'pin', typed: pin }));
  } finally {
    away = [];
    isHostAway = false;
    liar = undefined;
    browser.close();
  }
}

/** Waits until everything is there and every vault was heard, and gives what is told of each: its tries, or its problem. */
async function heard(browser: BackupBrowser): Promise<(number | string)[]> {
  const state = await browser.until(
    ({ restore, vaults }) =>
      restore?.finished === true && vaults.every(({ left, problem }) => left >= 0 || problem !== ''),
  );
  expect(await listContacts(browser.around)).toHaveLength(1);
  return state.vaults.map(({ left, problem }) => problem || left);
}

const done = { code: '' };

describe('a backup at two of three vaults', () => {
  it('tells of each vault how many tries it has left', async () => {
    const state = await chat.me.until(({ vaults }) => vaults.every(({ left }) => left >= 0));
    expect(state).toMatchObject({ phase: 'on', threshold: 2 });
    expect(state.vaults).toEqual(vaults.map(({ url }) => ({ url, grade: 'software', left: TRIES, problem: '' })));
  });

  it('counts wrong PINs over all of them, and fills every one up again with the right one', () =>
    inFresh(async (browser, type) => {
      // The two that were asked have said what they have left, the third one has not: five more are sure.
      expect(await type('748292')).toMatchObject({ code: 'WrongPin', left: 5 });
      // The third one and one of the others: 5, 4 and 5 are left, and each PIN takes one at two of them.
      expect(await type('748293')).toMatchObject({ code: 'WrongPin', left: 7 });
      expect(await type('748294')).toMatchObject({ code: 'WrongPin', left: 6 });
      expect(await type(PIN)).toMatchObject(done);
      expect(await heard(browser)).toEqual([TRIES, TRIES, TRIES]);
    }));

  it.each([0, 1, 2])('comes back while vault %i is away, and says which one that is', (number) =>
    inFresh(async (browser, type) => {
      away = [number];
      expect(await type(PIN)).toMatchObject(done);
      expect(await heard(browser)).toEqual([0, 1, 2].map((vault) => (vault === number ? 'unreachable' : TRIES)));
    }),
  );

  it('comes back while a vault lies, and names the liar', () =>
    inFresh(async (browser, type) => {
      liar = 1;
      expect(await type(PIN)).toMatchObject(done);
      expect(await heard(browser)).toEqual([TRIES, 'lied', TRIES]);
    }));

  it('does not come back from one vault alone, loses nothing by it, and does when another one is there', () =>
    inFresh(async (browser, type) => {
      away = [1, 2];
      expect(await type(PIN)).toMatchObject({ code: 'NotEnoughVaults' });
      expect(await browser.state()).toMatchObject({ phase: 'off', vaults: [] });
      away = [1];
      liar = 2;
      expect(await type(PIN)).toMatchObject({ code: 'NotEnoughVaults' });
      liar = undefined;
      expect(await type(PIN)).toMatchObject(done);
      expect(await heard(browser)).toEqual([TRIES, 'unreachable', TRIES]);
    }));

  it('does not come back while the one host of its segments is away, and does later, at no cost', () =>
    inFresh(async (browser, type) => {
      away = [0];
      isHostAway = true;
      expect(await type(PIN)).toMatchObject({ code: 'HostUnreachable' });
      isHostAway = false;
      expect(await type(PIN)).toMatchObject(done);
      expect(await heard(browser)).toEqual(['unreachable', TRIES, TRIES]);
    }));

  it('is turned off at all of them or is still on', async () => {
    away = [2];
    expect(await chat.me.call('backup.off', { sure: true })).toMatchObject({ code: 'VaultUnreachable' });
    expect(await chat.me.state()).toMatchObject({ phase: 'on' });
    away = [];
    expect(await chat.me.call('backup.off', { sure: true })).toMatchObject(done);
    expect(await chat.me.state()).toMatchObject({ phase: 'off', vaults: [] });
    await inFresh(async (_browser, type) => {
      expect(await type(PIN)).toMatchObject({ code: 'Gone' });
    });
  });
});

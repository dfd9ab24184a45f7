import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeUtf8 } from '../../../lib/bytes/index.ts';
import { openRawToken } from '../../test-support/raw-token.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { type Custody, openCustody, type StoredKey } from '../index.ts';
import type { HsmSettings } from './custody.ts';

let hsm: SoftHsm;
const context = encodeUtf8('record');
const failing = (code: string, retry: string) => expect.objectContaining({ name: 'Failure', code, retry });
/** CKF_USER_PIN_COUNT_LOW: a wrong PIN was tried since the last right one. */
const COUNT_LOW = 0x10000;
const unavailable = failing('HsmUnavailable', 'later');

beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('device');
});
afterAll(() => hsm.remove());

function open(more: Partial<HsmSettings> = {}): Promise<Custody> {
  return openCustody({ mode: 'wrapped', module: hsm.module, tokenLabel: 'device', pin: userPin(), ...more });
}

/** The module as another part of this process would have it, without a session. */
function moduleOfProcess() {
  const module = new pkcs11js.PKCS11();
  module.load(hsm.module);
  return module;
}

describe('a device that is lost in mid-run', () => {
  let custody: Custody;
  let key: StoredKey;
  let expected: Uint8Array;

  beforeAll(async () => {
    // The pause between two searches is told by this clock.
    vi.useFakeTimers({ toFake: ['performance'] });
    custody = await open();
    key = { ...(await custody.createKey(context)), context };
    expected = await custody.evaluate(key, key.publicKey);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await custody.close();
  });

  it('is found again when all its sessions were closed', async () => {
    const raw = openRawToken(hsm.module, 'device');
    raw.module.C_CloseAllSessions(raw.slot);
    expect(await custody.evaluate(key, key.publicKey)).toEqual(expected);
  });

  it('is found again when it was logged out', async () => {
    const raw = openRawToken(hsm.module, 'device');
    raw.module.C_Logout(raw.session);
    expect(await custody.sign(new Uint8Array(32))).toHaveLength(64);
    expect(await custody.evaluate(key, key.publicKey)).toEqual(expected);
    raw.close();
  });

  it('is found again when its module was ended', async () => {
    moduleOfProcess().C_Finalize();
    expect(await custody.mac(context)).toHaveLength(32);
    moduleOfProcess().C_Finalize();
    await custody.writeAnchor('r', { seq: 1, head: new Uint8Array(32) });
    moduleOfProcess().C_Finalize();
    expect(await custody.readAnchor('r')).toEqual({ seq: 1, head: new Uint8Array(32) });
    await custody.writeAnchor('r', { seq: 2, head: new Uint8Array(32) });
    moduleOfProcess().C_Finalize();
    await custody.writeAnchor('r', { seq: 3, head: new Uint8Array(32) });
    expect(await custody.readAnchor('r')).toEqual({ seq: 3, head: new Uint8Array(32) });
  });

  it('is unavailable for as long as it is away, answers quickly meanwhile, and works when it is back', async () => {
    hsm.unplug();
    moduleOfProcess().C_Finalize();
    const calls = [
      () => custody.evaluate(key, key.publicKey),
      () => custody.sign(new Uint8Array(32)),
      () => custody.mac(context),
      () => custody.createKey(context),
      () => custody.readAnchor('r'),
      () => custody.writeAnchor('r', { seq: 4, head: new Uint8Array(32) }),
    ];
    for (const call of calls) await expect(call()).rejects.toEqual(unavailable);
    hsm.plug();
    // Not searched for again before a second is over.
    vi.advanceTimersByTime(999);
    await expect(custody.mac(context)).rejects.toEqual(unavailable);
    vi.advanceTimersByTime(1);
    expect(await custody.evaluate(key, key.publicKey)).toEqual(expected);
    expect(await custody.readAnchor('r')).toEqual({ seq: 3, head: new Uint8Array(32) });
  });

  it('refuses another vault that came back under its label, and takes its own again', async () => {
    hsm.unplug();
    hsm.makeFolder();
    hsm.makeVault('device');
    moduleOfProcess().C_Finalize();
    await expect(custody.evaluate(key, key.publicKey)).rejects.toEqual(failing('HsmFault', 'never'));
    hsm.plug();
    moduleOfProcess().C_Finalize();
    vi.advanceTimersByTime(1000);
    expect(await custody.evaluate(key, key.publicKey)).toEqual(expected);
  });

  it('has its loss seen by two custodies of one process, which both go on', async () => {
    const other = await open({ mode: 'resident' });
    const theirs = { ...(await other.createKey(context)), context };
    moduleOfProcess().C_Finalize();
    for (let round = 0; round < 3; round++) {
      expect(await custody.evaluate(key, key.publicKey)).toEqual(expected);
      expect(await other.evaluate(theirs, theirs.publicKey)).toHaveLength(33);
    }
    await other.close();
    expect(await custody.evaluate(key, key.publicKey)).toEqual(expected);
  });
});

describe('a device that can not be opened', () => {
  it('is unavailable where there is no such module, or no token of this label', async () => {
    await expect(open({ module: '/nowhere/libpkcs11.so' })).rejects.toEqual(unavailable);
    await expect(open({ tokenLabel: 'nobody' })).rejects.toEqual(unavailable);
  });

  it('is not ready where two tokens have the label', async () => {
    hsm.makeToken('twins');
    hsm.makeToken('twins');
    await expect(open({ tokenLabel: 'twins' })).rejects.toEqual(failing('HsmNotReady', 'user'));
  });
});

describe('a wrong PIN', () => {
  it('is tried once, and not at all by the next vault that starts, until the right one was used by hand', async () => {
    hsm.makeVault('guarded');
    const wrong = () => userPin('1234567890');
    await expect(open({ tokenLabel: 'guarded', pin: wrong() })).rejects.toEqual(failing('HsmPinWrong', 'user'));
    expect(tokenFlagsAfter('guarded') & COUNT_LOW).toBe(COUNT_LOW);
    // The token remembers: neither a wrong nor the right PIN is tried on it now.
    for (const pin of [wrong(), userPin(), wrong(), userPin()]) {
      await expect(open({ tokenLabel: 'guarded', pin })).rejects.toEqual(failing('HsmPinWrong', 'user'));
    }
    const raw = openRawToken(hsm.module, 'guarded');
    raw.module.C_Finalize();
    const custody = await open({ tokenLabel: 'guarded' });
    expect(await custody.mac(context)).toHaveLength(32);
    await custody.close();
  });

  it('after the PIN was changed under way is tried once, and never again by this process', async () => {
    hsm.makeVault('changed');
    const custody = await open({ tokenLabel: 'changed' });
    const raw = openRawToken(hsm.module, 'changed');
    raw.module.C_SetPIN(raw.session, '9876543210', '1111111111');
    raw.module.C_Finalize();
    for (let call = 0; call < 3; call++) {
      await expect(custody.mac(context)).rejects.toEqual(failing('HsmPinWrong', 'user'));
    }
    // Once somebody logs in with the new PIN the token forgets; this process still has the old one, and keeps quiet.
    const byHand = openRawToken(hsm.module, 'changed', '1111111111');
    expect(tokenFlags('changed') & COUNT_LOW).toBe(0);
    byHand.module.C_Finalize();
    await expect(custody.mac(context)).rejects.toEqual(failing('HsmPinWrong', 'user'));
    byHand.module.C_Initialize();
    expect(tokenFlags('changed') & COUNT_LOW).toBe(0);
    await custody.close();
  });

  function tokenFlagsAfter(label: string): number {
    const module = moduleOfProcess();
    module.C_Initialize();
    const flags = tokenFlags(label);
    module.C_Finalize();
    return flags;
  }

  function tokenFlags(label: string): number {
    const module = moduleOfProcess();
    const slot = module.C_GetSlotList(true).find((id) => module.C_GetTokenInfo(id).label.trimEnd() === label);
    return module.C_GetTokenInfo(slot!).flags;
  }
});

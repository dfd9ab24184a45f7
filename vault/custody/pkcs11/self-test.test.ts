import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../lib/bytes/index.ts';
import { openRawToken } from '../../test-support/raw-token.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { type HsmSettings, openHsmCustody } from './custody.ts';

/** Each token's ceremony leaves another door open, and the self-test must find just that door. */
let hsm: SoftHsm;
const failing = (code: string, cause?: string) => expect.objectContaining({ code, ...(cause && { cause }) });

beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('full');
  hsm.makeVault('minimal', '--unwrap-template', 'minimal');
  hsm.makeVault('bare', '--unwrap-template', 'none');
  hsm.makeVault('modifiable', '--omit', 'CKA_MODIFIABLE');
  hsm.makeVault('copyable', '--omit', 'CKA_COPYABLE');
  hsm.makeVault('open', '--omit', 'CKA_MODIFIABLE', '--omit', 'CKA_COPYABLE');
  hsm.makeVault('trusted', '--trusted');
});
afterAll(() => hsm.remove());

async function opened(tokenLabel: string, mode: HsmSettings['mode'], more: Partial<HsmSettings> = {}) {
  const custody = await openHsmCustody({ module: hsm.module, tokenLabel, pin: userPin(), mode, ...more });
  await custody.close();
  return { grade: custody.grade, weaknesses: custody.weaknesses };
}

const enforced = { grade: 'enforced', weaknesses: [] };

describe('the self-test', () => {
  it.each(['full', 'minimal', 'trusted'])('grades the wrapping key of a %s ceremony as enforced', async (token) => {
    expect(await opened(token, 'wrapped')).toEqual(enforced);
  });

  it('grades a wrapping key without the template as unenforced: keys come back readable and extractable', async () => {
    expect(await opened('bare', 'wrapped')).toEqual({
      grade: 'unenforced',
      weaknesses: ['a user key comes back readable', 'a user key comes back extractable'],
    });
  });

  it('grades a wrapping key as unenforced that can be given the right to decrypt', async () => {
    expect(await opened('modifiable', 'wrapped')).toEqual({
      grade: 'unenforced',
      weaknesses: ['the wrapping key can be made to decrypt'],
    });
    // And takes back what it tried.
    const raw = openRawToken(hsm.module, 'modifiable');
    const key = raw.find(pkcs11js.CKO_SECRET_KEY, 'sotto wrapping');
    const [decrypt] = raw.module.C_GetAttributeValue(raw.session, key, [{ type: pkcs11js.CKA_DECRYPT }]);
    expect([...decrypt!.value]).toEqual([0]);
    raw.close();
    raw.module.C_Finalize();
  });

  it('grades a wrapping key as unenforced whose copy can be given the right to decrypt', async () => {
    expect(await opened('open', 'wrapped')).toEqual({
      grade: 'unenforced',
      weaknesses: [
        'the wrapping key can be made to decrypt',
        'a copy of the wrapping key can be made to decrypt',
        'a modifiable copy of the wrapping key can be made',
      ],
    });
    // SoftHSM copies nothing that can't be modified.
    expect(await opened('copyable', 'wrapped')).toEqual(enforced);
  });

  it.each(['resident', 'split'] as const)('does not ask of mode %s what is of wrapping alone', async (mode) => {
    expect(await opened('bare', mode)).toEqual(enforced);
  });

  it('never grades mode hmac as enforced: its keys are used outside the device', async () => {
    expect(await opened('full', 'hmac')).toEqual({
      grade: 'unenforced',
      weaknesses: ['user keys are derived outside the device'],
    });
  });

  it('leaves no object in the token', async () => {
    const raw = openRawToken(hsm.module, 'full');
    const before = raw.count([]);
    for (const mode of ['wrapped', 'resident', 'split', 'hmac'] as const) await opened('full', mode);
    // Closing the last custody ended this session with the module.
    const again = openRawToken(hsm.module, 'full');
    expect(again.count([])).toBe(before);
    expect(before).toBeGreaterThan(5);
    again.close();
    again.module.C_Finalize();
  });
});

describe('where the security officer trusts the wrapping key', () => {
  it('a new key of a user can be wrapped under nothing else, not even between its making and its wrapping', async () => {
    const raw = openRawToken(hsm.module, 'trusted');
    const wrapping = raw.find(pkcs11js.CKO_SECRET_KEY, 'sotto wrapping');
    const [trusted] = raw.module.C_GetAttributeValue(raw.session, wrapping, [{ type: pkcs11js.CKA_TRUSTED }]);
    expect([...trusted!.value]).toEqual([1]);
    raw.close();
    raw.module.C_Finalize();
    const custody = await openHsmCustody({
      module: hsm.module,
      tokenLabel: 'trusted',
      pin: userPin(),
      mode: 'wrapped',
    });
    const context = encodeUtf8('record');
    const key = { ...(await custody.createKey(context)), context };
    expect(await custody.evaluate(key, key.publicKey)).toHaveLength(33);
    await custody.close();
  });
});

describe('a device', () => {
  it('that lacks the mechanism of wrapping is refused by name', async () => {
    await expect(opened('full', 'wrapped', { wrapMechanism: 0x210b })).rejects.toEqual(
      failing('MechanismMissing', '0x210b'),
    );
    // The other modes do not need it.
    expect((await opened('full', 'hmac', { wrapMechanism: 0x210b })).grade).toBe('unenforced');
  });

  it('without the keys of the ceremony is not ready, and says which', async () => {
    hsm.makeToken('empty');
    await expect(opened('empty', 'wrapped')).rejects.toEqual(failing('HsmNotReady', 'identity: 0 objects'));
    hsm.holdCeremony('empty', '--modes', 'hmac');
    await expect(opened('empty', 'wrapped')).rejects.toEqual(failing('HsmNotReady', 'wrapping: 0 objects'));
    await expect(opened('empty', 'split')).rejects.toEqual(failing('HsmNotReady', 'oprf: 0 objects'));
    expect((await opened('empty', 'hmac')).grade).toBe('unenforced');
    await expect(opened('full', 'wrapped', { name: 'other' })).rejects.toEqual(
      failing('HsmNotReady', 'identity: 0 objects'),
    );
  });

  it('with two keys of one label is not ready', async () => {
    const raw = openRawToken(hsm.module, 'minimal');
    raw.module.C_GenerateKey(raw.session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
      { type: pkcs11js.CKA_TOKEN, value: true },
      { type: pkcs11js.CKA_LABEL, value: 'sotto wrapping' },
      { type: pkcs11js.CKA_VALUE_LEN, value: 32 },
    ]);
    raw.close();
    raw.module.C_Finalize();
    await expect(opened('minimal', 'wrapped')).rejects.toEqual(failing('HsmNotReady', 'wrapping: 2 objects'));
  });
});

import { createHash } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, encodeBase64Url, encodeHex, encodeUtf8 } from '../../lib/bytes/index.ts';
import { openCustody } from '../custody/index.ts';
import { openRawToken } from '../test-support/raw-token.ts';
import { type SoftHsm, startSoftHsm, USER_PIN, userPin } from '../test-support/softhsm.ts';

let hsm: SoftHsm;
const every = ['--modes', 'wrapped,resident,split,hmac'];
const all = ['identity', 'mac', 'oprf', 'seed', 'wrapping', 'lineage'].map((purpose) => `sotto ${purpose}`);

beforeAll(() => {
  hsm = startSoftHsm();
});
afterAll(() => hsm.remove());

/** The objects of a ceremony's output, by what became of each. */
function told(output: string, what: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith(`${what} `));
  return lines.map((line) => line.slice(14).trim());
}
function value(output: string, what: string): string {
  return told(output, what)[0] ?? '';
}
function open(tokenLabel: string, name = 'sotto') {
  return openCustody({ mode: 'wrapped', module: hsm.module, tokenLabel, pin: userPin(), name });
}
function change(label: string, use: (raw: ReturnType<typeof openRawToken>) => void): void {
  const raw = openRawToken(hsm.module, label);
  use(raw);
  raw.close();
  raw.module.C_Finalize();
}

describe('the key ceremony', () => {
  it('says what it would make in a dry run, and makes nothing', () => {
    hsm.makeToken('dry');
    for (let run = 0; run < 2; run++) {
      const output = hsm.holdCeremony('dry', ...every, '--dry-run');
      expect(told(output, 'would make')).toEqual(all);
      expect(told(output, 'made')).toEqual([]);
    }
    change('dry', (raw) => expect(raw.count([])).toBe(0));
  });

  it('makes what the modes need, and prints what a client will pin', async () => {
    hsm.makeToken('new');
    const output = hsm.holdCeremony('new', ...every);
    expect(told(output, 'made')).toEqual(all);
    const custody = await open('new');
    expect(value(output, 'identity key')).toBe(encodeBase64Url(custody.identityKey));
    expect(value(output, 'fingerprint')).toBe(createHash('sha256').update(custody.identityKey).digest('hex'));
    const id = createHash('sha256')
      .update(concatBytes(encodeUtf8('Sotto vault id v1'), custody.identityKey))
      .digest();
    expect(value(output, 'vault id')).toBe(encodeHex(id.subarray(0, 16)));
    expect(value(output, 'lineage')).toBe(encodeHex(custody.lineage));
    await custody.close();
    expect(output).not.toContain(USER_PIN);
  });

  it('held again keeps everything and says the same', () => {
    const [first, second] = [hsm.holdCeremony('new', ...every), hsm.holdCeremony('new', ...every)];
    expect(told(first, 'made')).toEqual([]);
    expect(told(first, 'kept').sort()).toEqual([...all].sort());
    expect(second).toBe(first);
  });

  it('makes what one mode needs alone, and another mode’s later without a new lineage', () => {
    hsm.makeToken('modes');
    const first = hsm.holdCeremony('modes');
    expect(told(first, 'made')).toEqual(['identity', 'mac', 'wrapping', 'lineage'].map((name) => `sotto ${name}`));
    const second = hsm.holdCeremony('modes', '--modes', 'split');
    expect(told(second, 'made')).toEqual(['sotto oprf', 'sotto seed']);
    expect(value(second, 'lineage')).toBe(value(first, 'lineage'));
  });

  it('that was cut short is taken up where it ended', async () => {
    hsm.makeVault('cut');
    // The lineage is the last: without it, nothing was ever kept by this vault.
    change('cut', (raw) => {
      raw.module.C_DestroyObject(raw.session, raw.find(pkcs11js.CKO_DATA, 'sotto lineage'));
      raw.module.C_DestroyObject(raw.session, raw.find(pkcs11js.CKO_SECRET_KEY, 'sotto wrapping'));
    });
    await expect(open('cut')).rejects.toThrow('HsmNotReady');
    expect(told(hsm.holdCeremony('cut', ...every), 'made')).toEqual(['sotto wrapping', 'sotto lineage']);
    await (await open('cut')).close();
  });

  it('refuses a vault that was whole and has lost its identity or half of a pair', () => {
    hsm.makeVault('lost');
    change('lost', (raw) => raw.module.C_DestroyObject(raw.session, raw.find(pkcs11js.CKO_SECRET_KEY, 'sotto mac')));
    expect(() => hsm.holdCeremony('lost', ...every)).toThrow('this vault has lost mac');
    change('lost', (raw) =>
      raw.module.C_DestroyObject(raw.session, raw.find(pkcs11js.CKO_PUBLIC_KEY, 'sotto identity')),
    );
    expect(() => hsm.holdCeremony('lost', ...every)).toThrow("of the pair 'sotto identity' one half is missing");
  });

  it('refuses a token that has two keys of one label', () => {
    hsm.makeVault('double');
    change('double', (raw) => {
      raw.module.C_GenerateKey(raw.session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
        { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
        { type: pkcs11js.CKA_TOKEN, value: true },
        { type: pkcs11js.CKA_LABEL, value: 'sotto wrapping' },
        { type: pkcs11js.CKA_VALUE_LEN, value: 32 },
      ]);
    });
    expect(() => hsm.holdCeremony('double', ...every)).toThrow("2 objects 'sotto wrapping'");
  });

  it('keeps two vaults on one token apart by their names', async () => {
    const output = hsm.holdCeremony('new', '--name', 'second');
    expect(told(output, 'made')).toEqual(['identity', 'mac', 'wrapping', 'lineage'].map((name) => `second ${name}`));
    const [first, second] = [await open('new'), await open('new', 'second')];
    expect(first.identityKey).not.toEqual(second.identityKey);
    expect(value(output, 'identity key')).toBe(encodeBase64Url(second.identityKey));
    await first.close();
    await second.close();
  });

  it('refuses a token or a mode that is not there', () => {
    expect(() => hsm.holdCeremony('nobody')).toThrow("0 tokens are called 'nobody'");
    expect(() => hsm.holdCeremony('new', '--modes', 'wrapped,other')).toThrow("'other' is none of");
  });
});

describe('a rotation', () => {
  it('replaces what users’ keys hang on and the lineage, and keeps the identity', async () => {
    hsm.makeVault('rotated');
    const custody = await open('rotated');
    const context = encodeUtf8('record');
    const key = { ...(await custody.createKey(context)), context };
    await custody.writeAnchor('r', { seq: 5, head: new Uint8Array(32) });
    await custody.close();
    const before = hsm.holdCeremony('rotated', ...every);
    const fingerprint = value(before, 'fingerprint');

    const dry = hsm.holdCeremony('rotated', '--rotate', fingerprint, '--dry-run');
    expect(told(dry, 'would make')).toEqual(['wrapping', 'oprf', 'seed', 'lineage'].map((name) => `sotto ${name}`));
    expect(hsm.holdCeremony('rotated', ...every)).toBe(before);

    const after = hsm.holdCeremony('rotated', '--rotate', fingerprint);
    expect(told(after, 'destroyed')).toEqual(['lineage', 'seed', 'oprf', 'wrapping'].map((name) => `sotto ${name}`));
    expect(value(after, 'fingerprint')).toBe(fingerprint);
    expect(value(after, 'lineage')).not.toBe(value(before, 'lineage'));

    const again = await open('rotated');
    expect(again.grade).toBe('enforced');
    expect(await again.readAnchor('r')).toEqual({ seq: 5, head: new Uint8Array(32) });
    await expect(again.evaluate(key, key.publicKey)).rejects.toEqual(
      expect.objectContaining({ code: 'KeyBlobInvalid', retry: 'never' }),
    );
    const fresh = { ...(await again.createKey(context)), context };
    expect(await again.evaluate(fresh, fresh.publicKey)).toHaveLength(33);
    await again.close();
  });

  it('is refused with the fingerprint of another vault, and where there is none', () => {
    hsm.makeVault('kept');
    expect(() => hsm.holdCeremony('kept', '--rotate', '00'.repeat(32))).toThrow('this is another one');
    hsm.makeToken('bare');
    expect(() => hsm.holdCeremony('bare', '--rotate', '00'.repeat(32))).toThrow('there is no vault to rotate');
  });
});

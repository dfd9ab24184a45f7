import pkcs11js, { type Attribute, type Handle } from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../lib/bytes/index.ts';
import { openRawToken, type RawToken } from '../../test-support/raw-token.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { type Custody, openCustody } from '../index.ts';
import { AES_KEY_WRAP_PAD } from './custody.ts';

/**
 * Who stands on the vault's host with the HSM's PIN and a copy of the database, and wants the keys themselves, to try PINs
 * elsewhere and later. That he can ask the device for as long as he stands there, no test can deny: see docs/vault-ceremony.md.
 */
let hsm: SoftHsm;
let custody: Custody;
let raw: RawToken;
let wrapping: Handle;
let wrapped: Buffer;
let resident: Handle;

const secretLabels = ['identity', 'mac', 'wrapping', 'oprf', 'seed'];
const classOf = (label: string) =>
  ['identity', 'oprf'].includes(label) ? pkcs11js.CKO_PRIVATE_KEY : pkcs11js.CKO_SECRET_KEY;
const guarded: Attribute[] = [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
  { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_EC },
  { type: pkcs11js.CKA_TOKEN, value: false },
  { type: pkcs11js.CKA_PRIVATE, value: true },
  { type: pkcs11js.CKA_SENSITIVE, value: true },
  { type: pkcs11js.CKA_EXTRACTABLE, value: false },
  { type: pkcs11js.CKA_DERIVE, value: true },
];
const except = (...changes: Attribute[]) => [
  ...guarded.filter(({ type }) => changes.every((change) => change.type !== type)),
  ...changes,
];
const unwrap = (template: Attribute[]) =>
  raw.module.C_UnwrapKey(raw.session, { mechanism: AES_KEY_WRAP_PAD }, wrapping, wrapped, template);
const read = (key: Handle) => raw.module.C_GetAttributeValue(raw.session, key, [{ type: pkcs11js.CKA_VALUE }]);
const wrapUnder = (other: Handle, key: Handle) =>
  raw.module.C_WrapKey(raw.session, { mechanism: AES_KEY_WRAP_PAD }, other, key, Buffer.alloc(512));

beforeAll(async () => {
  hsm = startSoftHsm();
  hsm.makeVault('intruder');
  const settings = { module: hsm.module, tokenLabel: 'intruder' };
  const second = await openCustody({ ...settings, pin: userPin(), mode: 'resident' });
  await second.createKey(encodeUtf8('resident'));
  await second.close();
  custody = await openCustody({ ...settings, pin: userPin(), mode: 'wrapped' });
  const { blob } = await custody.createKey(encodeUtf8('wrapped'));
  // After version, mode, tag and the public key's y: what the HSM wrapped.
  wrapped = Buffer.from(blob.subarray(50));
  raw = openRawToken(hsm.module, 'intruder');
  wrapping = raw.find(pkcs11js.CKO_SECRET_KEY, 'sotto wrapping');
  resident = raw.find(pkcs11js.CKO_PRIVATE_KEY, 'sotto user');
});
afterAll(async () => {
  raw.close();
  await custody.close();
  hsm.remove();
});

function knownKey(): Handle {
  return raw.module.C_CreateObject(raw.session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_AES },
    { type: pkcs11js.CKA_TOKEN, value: false },
    { type: pkcs11js.CKA_WRAP, value: true },
    { type: pkcs11js.CKA_VALUE, value: Buffer.alloc(32, 1) },
  ]);
}

describe('an intruder who is logged in', () => {
  it('can use a wrapped key: what follows fails by its own, not because nothing works', () => {
    expect(wrapped).toHaveLength(80);
    const key = unwrap(guarded);
    raw.module.C_DestroyObject(raw.session, key);
    raw.module.C_DestroyObject(raw.session, knownKey());
  });

  it("reads no user's key, wrapped or resident", () => {
    expect(() => read(unwrap(guarded))).toThrow('CKR_ATTRIBUTE_SENSITIVE');
    expect(() => read(resident)).toThrow('CKR_ATTRIBUTE_SENSITIVE');
  });

  it.each(secretLabels)("reads nothing of the vault's %s key", (label) => {
    expect(() => read(raw.find(classOf(label), `sotto ${label}`))).toThrow('CKR_ATTRIBUTE_SENSITIVE');
  });

  it.each([
    ['readable', { type: pkcs11js.CKA_SENSITIVE, value: false }],
    ['extractable', { type: pkcs11js.CKA_EXTRACTABLE, value: true }],
    ['for longer than his session', { type: pkcs11js.CKA_TOKEN, value: true }],
    ['for whoever is not logged in', { type: pkcs11js.CKA_PRIVATE, value: false }],
    ['as a key of another kind', { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_RSA }],
  ])('gets no wrapped key back %s', (_, change) => {
    expect(() => unwrap(except(change))).toThrow('CKR_TEMPLATE_INCONSISTENT');
  });

  it('gets no wrapped key back as a secret, to derive from', () => {
    const secret = [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
      { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_GENERIC_SECRET },
    ];
    expect(() => unwrap(except(...secret))).toThrow('CKR_TEMPLATE_INCONSISTENT');
    expect(() => unwrap(secret)).toThrow('CKR_TEMPLATE_INCONSISTENT');
  });

  it('wraps no key again, neither under the wrapping key nor under one that he knows', () => {
    const known = knownKey();
    for (const key of [unwrap(guarded), resident]) {
      expect(() => wrapUnder(wrapping, key)).toThrow('CKR_KEY_UNEXTRACTABLE');
      expect(() => wrapUnder(known, key)).toThrow('CKR_KEY_UNEXTRACTABLE');
    }
    for (const label of secretLabels) {
      const key = raw.find(classOf(label), `sotto ${label}`);
      expect(() => wrapUnder(known, key)).toThrow(/CKR_KEY_(UNEXTRACTABLE|NOT_WRAPPABLE)/);
    }
  });

  it.each(secretLabels)("changes nothing of the vault's %s key, and copies none of it", (label) => {
    const key = raw.find(classOf(label), `sotto ${label}`);
    for (const [type, value] of [
      [pkcs11js.CKA_SENSITIVE, false],
      [pkcs11js.CKA_EXTRACTABLE, true],
      [pkcs11js.CKA_DECRYPT, true],
      [pkcs11js.CKA_DERIVE, true],
      [pkcs11js.CKA_MODIFIABLE, true],
    ] as const) {
      expect(() => raw.module.C_SetAttributeValue(raw.session, key, [{ type, value }])).toThrow(/CKR_/);
      const copied = [
        { type: pkcs11js.CKA_TOKEN, value: false },
        { type, value },
      ];
      expect(() => raw.module.C_CopyObject(raw.session, key, copied)).toThrow(/CKR_/);
    }
  });

  it('undoes no wrapping by decrypting with the wrapping key', () => {
    const start = () => raw.module.C_DecryptInit(raw.session, { mechanism: pkcs11js.CKM_AES_ECB }, wrapping);
    expect(start).toThrow('CKR_KEY_FUNCTION_NOT_PERMITTED');
  });

  it('gets nothing for an altered blob, and the vault goes on', async () => {
    const altered = Buffer.from(wrapped);
    altered[9]! ^= 1;
    expect(() =>
      raw.module.C_UnwrapKey(raw.session, { mechanism: AES_KEY_WRAP_PAD }, wrapping, altered, guarded),
    ).toThrow(/CKR_/);
    expect(await custody.createKey(encodeUtf8('after'))).toBeDefined();
  });
});

describe('after its use', () => {
  it('no key of a user is left in the token', async () => {
    const session = (objectClass: number) =>
      raw.count([
        { type: pkcs11js.CKA_CLASS, value: objectClass },
        { type: pkcs11js.CKA_TOKEN, value: false },
      ]);
    const count = () => [pkcs11js.CKO_PRIVATE_KEY, pkcs11js.CKO_PUBLIC_KEY, pkcs11js.CKO_SECRET_KEY].map(session);
    const before = count();
    const context = encodeUtf8('used');
    const key = { ...(await custody.createKey(context)), context };
    await custody.evaluate(key, key.publicKey);
    const strange = { ...key, blob: key.blob.slice(0, -1) };
    await expect(custody.evaluate(strange, key.publicKey)).rejects.toThrow('KeyBlobInvalid');
    expect(count()).toEqual(before);
  });
});

import { type Evaluation, EvaluationRequest, OPRFServer, Oprf } from '@cloudflare/voprf-ts';
import { CryptoNoble } from '@cloudflare/voprf-ts/crypto-noble';
import { p256 } from '@noble/curves/nist.js';
import pkcs11js, { type Handle } from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRawToken, type RawToken } from '../../test-support/raw-token.ts';
import { type SoftHsm, startSoftHsm, userPin } from '../../test-support/softhsm.ts';
import { multiply } from '../evaluation.ts';
import { deriveScalar } from '../local-key.ts';
import { decodePoint, encodePoint } from '../points.ts';
import rfc from '../vectors/oprf-p256.json' with { type: 'json' };
import { AES_KEY_WRAP_PAD } from './custody.ts';
import { Device } from './device.ts';
import type { Token } from './token.ts';
import { wrappedKeys, wrappingKey } from './wrapped.ts';

/** RFC 9497 through the device: the vector's key is brought into it here, and nowhere else. */
let hsm: SoftHsm;
let raw: RawToken;
let device: Device<Token>;
const settings = { mode: 'wrapped', name: 'sotto', wrapMechanism: AES_KEY_WRAP_PAD } as const;
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

beforeAll(() => {
  hsm = startSoftHsm();
  hsm.makeVault('vectors');
  device = new Device({ module: hsm.module, tokenLabel: 'vectors', pin: userPin() }, (token) => token);
  raw = openRawToken(hsm.module, 'vectors');
});
afterAll(() => {
  raw.close();
  device.close();
  hsm.remove();
});

/** A scalar as an extractable session object. */
function bringIn(scalar: Uint8Array): Handle {
  return raw.module.C_CreateObject(raw.session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_EC },
    { type: pkcs11js.CKA_TOKEN, value: false },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: true },
    { type: pkcs11js.CKA_EXTRACTABLE, value: true },
    { type: pkcs11js.CKA_DERIVE, value: true },
    { type: pkcs11js.CKA_EC_PARAMS, value: Buffer.from('06082a8648ce3d030107', 'hex') },
    { type: pkcs11js.CKA_VALUE, value: Buffer.from(scalar) },
  ]);
}

describe('RFC 9497, A.3.1 (P256-SHA256, OPRF)', () => {
  const scalar = hex(rfc.secretKey);
  const publicKey = decodePoint(p256.getPublicKey(scalar))!;

  it("derives the vector's key pair", () => {
    expect(deriveScalar(hex(rfc.seed), Buffer.from(rfc.keyInfo, 'hex').toString())).toEqual(scalar);
  });

  it.each(rfc.vectors)('evaluates the element of input $input in the HSM', ({ blindedElement, evaluationElement }) => {
    const key = bringIn(scalar);
    const element = decodePoint(hex(blindedElement))!;
    const evaluated = device.run((token) => encodePoint(multiply((at) => token.ecdh(key, at), element, publicKey)));
    expect(Buffer.from(evaluated).toString('hex')).toBe(evaluationElement);
    raw.module.C_DestroyObject(raw.session, key);
  });

  it.each(rfc.vectors)(
    'evaluates it by a key that was wrapped and came back',
    ({ blindedElement, evaluationElement }) => {
      const key = bringIn(scalar);
      const payload = device.run((token) => token.wrap(AES_KEY_WRAP_PAD, wrappingKey(token, 'sotto'), key));
      raw.module.C_DestroyObject(raw.session, key);
      const element = decodePoint(hex(blindedElement))!;
      const kept = { payload, publicKey, context: new Uint8Array(1) };
      const evaluated = device.run((token) => wrappedKeys(token, settings).evaluate(kept, element));
      expect(evaluated).toEqual(decodePoint(hex(evaluationElement)));
    },
  );

  it('equals an independent server under the same key, for 50 random elements', async () => {
    const server = new OPRFServer(Oprf.Suite.P256_SHA256, scalar, CryptoNoble);
    const key = bringIn(scalar);
    for (let round = 0; round < 50; round++) {
      const blinded = p256.getPublicKey(p256.utils.randomSecretKey());
      const expected: Evaluation = await server.blindEvaluate(new EvaluationRequest([server.group.desElt(blinded)]));
      const element = decodePoint(blinded)!;
      const evaluated = device.run((token) => encodePoint(multiply((at) => token.ecdh(key, at), element, publicKey)));
      expect(evaluated).toEqual(Uint8Array.from(expected.evaluated[0]!.serialize(true)));
    }
    raw.module.C_DestroyObject(raw.session, key);
  });

  it('is refused where the public key is another one', () => {
    const key = bringIn(scalar);
    const element = decodePoint(hex(rfc.vectors[0]!.blindedElement))!;
    const other = decodePoint(p256.getPublicKey(p256.utils.randomSecretKey()))!;
    expect(() => device.run((token) => multiply((at) => token.ecdh(key, at), element, other))).toThrow('HsmFault');
    raw.module.C_DestroyObject(raw.session, key);
  });
});

import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { concatBytes } from '../../bytes/index.ts';
import {
  cryptoReady,
  decapsulateKyber1024,
  verifyXEdDsa,
  type X25519PrivateKey,
  type X25519PublicKey,
} from '../../crypto/index.ts';
import { attempt } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { generateKeyPair, serializeKemPublicKey, serializePublicKey } from '../keys.ts';
import { type AgreedKeys, agreeAsInitiator, agreeAsResponder } from './agreement.ts';
import { encodePreKeyBundle, type PreKeyBundle, parsePreKeyBundle, verifyPreKeyBundle } from './pre-key-bundle.ts';
import { generateKemPreKey, generateSignedPreKey } from './pre-keys.ts';

beforeAll(cryptoReady);

const codeOf = (operation: () => unknown): string => {
  const outcome = attempt<unknown, SignalFailureCode>(operation);
  return outcome.ok ? 'ok' : outcome.failure.code;
};

function makeResponder(withOneTime = true) {
  const identity = generateKeyPair(systemRandom);
  const signedPreKey = generateSignedPreKey(7, identity, systemRandom);
  const kemPreKey = generateKemPreKey(0xffffffff, identity, systemRandom);
  const oneTimePreKey = withOneTime ? generateKeyPair(systemRandom) : undefined;
  const bundle: PreKeyBundle = {
    registrationId: 12,
    identityKey: identity.publicKey,
    signedPreKey: { id: 7, publicKey: signedPreKey.keyPair.publicKey, signature: signedPreKey.signature },
    kemPreKey: { id: 0xffffffff, publicKey: kemPreKey.keyPair.publicKey, signature: kemPreKey.signature },
    oneTimePreKey: oneTimePreKey && { id: 0, publicKey: oneTimePreKey.publicKey },
  };
  const keys = {
    identity,
    signedPreKey: signedPreKey.keyPair,
    oneTimePreKey,
    kemPrivateKey: kemPreKey.keyPair.privateKey,
  };
  return { bundle, keys };
}

const flat = (keys: AgreedKeys): Uint8Array =>
  concatBytes(keys.rootKey.reveal(), keys.chainKey.reveal(), keys.authKey.reveal());

/** X25519 by Node's own implementation. */
function nodeAgree(privateKey: X25519PrivateKey, publicKey: X25519PublicKey): Uint8Array {
  const pkcs8 = concatBytes(Buffer.from('302e020100300506032b656e04220420', 'hex'), privateKey.reveal());
  const spki = concatBytes(Buffer.from('302a300506032b656e032100', 'hex'), publicKey);
  return new Uint8Array(
    diffieHellman({
      privateKey: createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }),
      publicKey: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }),
    }),
  );
}

describe('the agreement', () => {
  it.each([true, false])(
    'gives both sides the same keys, derived as specified (one-time prekey: %s)',
    (withOneTime) => {
      const { bundle, keys } = makeResponder(withOneTime);
      const [identity, baseKey] = [generateKeyPair(systemRandom), generateKeyPair(systemRandom)];
      const initiated = agreeAsInitiator(identity, baseKey, bundle, systemRandom);
      const secrets = [
        new Uint8Array(32).fill(0xff),
        nodeAgree(identity.privateKey, bundle.signedPreKey.publicKey),
        nodeAgree(baseKey.privateKey, bundle.identityKey),
        nodeAgree(baseKey.privateKey, bundle.signedPreKey.publicKey),
        ...(bundle.oneTimePreKey ? [nodeAgree(baseKey.privateKey, bundle.oneTimePreKey.publicKey)] : []),
        decapsulateKyber1024(keys.kemPrivateKey, initiated.kemCiphertext).reveal(),
      ];
      const label = 'WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024';
      const expected = new Uint8Array(hkdfSync('sha256', concatBytes(...secrets), new Uint8Array(32), label, 96));
      expect(flat(initiated.keys)).toEqual(expected);
      const accepted = agreeAsResponder(keys, identity.publicKey, baseKey.publicKey, initiated.kemCiphertext);
      expect(flat(accepted)).toEqual(expected);
      expect([accepted.rootKey.length, accepted.chainKey.length, accepted.authKey.length]).toEqual([32, 32, 32]);
    },
  );

  it('leaves the long-term and prekey pairs as they are', () => {
    const { bundle, keys } = makeResponder();
    const [identity, baseKey] = [generateKeyPair(systemRandom), generateKeyPair(systemRandom)];
    const before = [identity, baseKey, keys.identity, keys.signedPreKey].map((pair) =>
      pair.privateKey.reveal().slice(),
    );
    const { kemCiphertext } = agreeAsInitiator(identity, baseKey, bundle, systemRandom);
    agreeAsResponder(keys, identity.publicKey, baseKey.publicKey, kemCiphertext);
    const after = [identity, baseKey, keys.identity, keys.signedPreKey].map((pair) => pair.privateKey.reveal());
    expect(after).toEqual(before);
  });

  it('refuses an all-zero agreement wherever it would come in', () => {
    const zero = new Uint8Array(32) as X25519PublicKey;
    const { bundle, keys } = makeResponder();
    const [identity, baseKey] = [generateKeyPair(systemRandom), generateKeyPair(systemRandom)];
    const initiate = (changed: Partial<PreKeyBundle>) => () =>
      agreeAsInitiator(identity, baseKey, { ...bundle, ...changed }, systemRandom);
    expect(codeOf(initiate({ identityKey: zero }))).toBe('InvalidKey');
    expect(codeOf(initiate({ signedPreKey: { ...bundle.signedPreKey, publicKey: zero } }))).toBe('InvalidKey');
    expect(codeOf(initiate({ oneTimePreKey: { id: 0, publicKey: zero } }))).toBe('InvalidKey');
    const { kemCiphertext } = agreeAsInitiator(identity, baseKey, bundle, systemRandom);
    expect(codeOf(() => agreeAsResponder(keys, zero, baseKey.publicKey, kemCiphertext))).toBe('InvalidKey');
    expect(codeOf(() => agreeAsResponder(keys, identity.publicKey, zero, kemCiphertext))).toBe('InvalidKey');
  });

  it('refuses a KEM prekey that is no key', () => {
    const { bundle } = makeResponder();
    const publicKey = bundle.kemPreKey.publicKey.slice().fill(0xff) as PreKeyBundle['kemPreKey']['publicKey'];
    const [identity, baseKey] = [generateKeyPair(systemRandom), generateKeyPair(systemRandom)];
    const broken = { ...bundle, kemPreKey: { ...bundle.kemPreKey, publicKey } };
    expect(codeOf(() => agreeAsInitiator(identity, baseKey, broken, systemRandom))).toBe('InvalidKey');
  });
});

describe('prekeys', () => {
  it('are signed by the identity key over their form on the wire', () => {
    const { bundle } = makeResponder();
    const signedPreKey = serializePublicKey(bundle.signedPreKey.publicKey);
    const kemPreKey = serializeKemPublicKey(bundle.kemPreKey.publicKey);
    expect(verifyXEdDsa(bundle.identityKey, signedPreKey, bundle.signedPreKey.signature)).toBe(true);
    expect(verifyXEdDsa(bundle.identityKey, kemPreKey, bundle.kemPreKey.signature)).toBe(true);
    expect(generateSignedPreKey(3, generateKeyPair(systemRandom), systemRandom).id).toBe(3);
    expect(generateKemPreKey(4, generateKeyPair(systemRandom), systemRandom).id).toBe(4);
  });
});

describe('a prekey bundle', () => {
  it('is 1774 bytes, or 1810 with a one-time prekey, and comes back as it was', () => {
    for (const [withOneTime, length] of [
      [false, 1774],
      [true, 1810],
    ] as const) {
      const { bundle } = makeResponder(withOneTime);
      const bytes = encodePreKeyBundle(bundle);
      expect(bytes.length).toBe(length);
      expect(bytes[0]).toBe(1);
      expect(parsePreKeyBundle(bytes)).toEqual(bundle);
    }
  });

  it('is refused with a byte too few or too many, another version or a flag that is none', () => {
    const bytes = encodePreKeyBundle(makeResponder(false).bundle);
    expect(codeOf(() => parsePreKeyBundle(bytes.subarray(0, -1)))).toBe('InvalidMessage');
    expect(codeOf(() => parsePreKeyBundle(concatBytes(bytes, Uint8Array.of(0))))).toBe('InvalidMessage');
    expect(codeOf(() => parsePreKeyBundle(new Uint8Array(0)))).toBe('InvalidMessage');
    expect(codeOf(() => parsePreKeyBundle(bytes.with(0, 2)))).toBe('UnknownVersion');
    expect(codeOf(() => parsePreKeyBundle(bytes.with(bytes.length - 1, 2)))).toBe('InvalidMessage');
    expect(codeOf(() => parsePreKeyBundle(bytes.with(bytes.length - 1, 1)))).toBe('InvalidMessage');
  });

  it('has one spelling, whatever the bytes', () => {
    const bytes = encodePreKeyBundle(makeResponder().bundle);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const changed = bytes.with(at, value);
        const outcome = attempt<PreKeyBundle, SignalFailureCode>(() => parsePreKeyBundle(changed));
        if (outcome.ok) expect(encodePreKeyBundle(outcome.value)).toEqual(changed);
      }),
    );
  });

  it('is true when its identity key signed both prekeys', () => {
    const { bundle } = makeResponder();
    const other = makeResponder().bundle;
    expect(codeOf(() => verifyPreKeyBundle(bundle))).toBe('ok');
    expect(codeOf(() => verifyPreKeyBundle(makeResponder(false).bundle))).toBe('ok');
    for (const changed of [
      { signedPreKey: { ...bundle.signedPreKey, publicKey: other.signedPreKey.publicKey } },
      { signedPreKey: { ...bundle.signedPreKey, signature: other.signedPreKey.signature } },
      { kemPreKey: { ...bundle.kemPreKey, publicKey: other.kemPreKey.publicKey } },
      { kemPreKey: { ...bundle.kemPreKey, signature: other.kemPreKey.signature } },
      { identityKey: other.identityKey },
    ]) {
      expect(codeOf(() => verifyPreKeyBundle({ ...bundle, ...changed }))).toBe('InvalidSignature');
    }
  });

  it('is refused with a key that no honest side makes, in any place', () => {
    const { bundle } = makeResponder();
    const highBit = (key: X25519PublicKey) => key.with(31, key[31]! | 0x80) as X25519PublicKey;
    for (const changed of [
      { identityKey: highBit(bundle.identityKey) },
      { signedPreKey: { ...bundle.signedPreKey, publicKey: highBit(bundle.signedPreKey.publicKey) } },
      { oneTimePreKey: { id: 0, publicKey: highBit(bundle.oneTimePreKey!.publicKey) } },
    ]) {
      expect(codeOf(() => verifyPreKeyBundle({ ...bundle, ...changed }))).toBe('InvalidKey');
    }
  });
});

import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../bytes/index.ts';
import { verifyEcdsaP256 } from './ecdsa-p256.ts';
import { ed25519KeyPair, signEd25519, verifyEd25519 } from './ed25519.ts';
import { sha256 } from './hash.ts';
import { p256Ready } from './p256.ts';
import { cryptoReady } from './sodium.ts';

beforeAll(cryptoReady);
beforeAll(p256Ready);

const hex = (text: string) => decodeHex(text)!;
const flipped = (bytes: Uint8Array, at = 0) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('Ed25519', () => {
  it('signs as RFC 8032, section 7.1, test 2 says', () => {
    const pair = ed25519KeyPair(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
    expect(encodeHex(pair.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = signEd25519(pair, hex('72'));
    expect(encodeHex(signature)).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(verifyEd25519(pair.publicKey, hex('72'), signature)).toBe(true);
  });

  it('agrees with an independent implementation, and refuses what was changed', () => {
    const seed = new Uint8Array(32).fill(9);
    const pair = ed25519KeyPair(seed);
    const message = Uint8Array.of(1, 2, 3);
    const signature = signEd25519(pair, message);
    expect(signature).toEqual(ed25519.sign(message, seed));
    expect(seed).toEqual(new Uint8Array(32).fill(9));
    expect(verifyEd25519(pair.publicKey, flipped(message), signature)).toBe(false);
    expect(verifyEd25519(flipped(pair.publicKey), message, signature)).toBe(false);
    expect(verifyEd25519(pair.publicKey, message, flipped(signature, 40))).toBe(false);
    expect(verifyEd25519(pair.publicKey, message, signature.subarray(1))).toBe(false);
    expect(verifyEd25519(pair.publicKey.subarray(1), message, signature)).toBe(false);
    expect(() => ed25519KeyPair(seed.subarray(1))).toThrow(RangeError);
  });
});

describe('ECDSA over P-256', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const yBytes = Buffer.from(y, 'base64url');
  const key = Uint8Array.of(2 + (yBytes[31]! & 1), ...Buffer.from(x, 'base64url'));
  const message = Uint8Array.of(5, 6);

  it('takes what OpenSSL signs, whichever s it chose', () => {
    for (let round = 0; round < 16; round++) {
      const signature = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
      expect(verifyEcdsaP256(key, sha256(message), signature)).toBe(true);
      const s = BigInt(`0x${encodeHex(signature.subarray(32))}`);
      const other = signature.slice();
      other.set(hex((p256.Point.Fn.ORDER - s).toString(16).padStart(64, '0')), 32);
      expect(verifyEcdsaP256(key, sha256(message), other)).toBe(true);
    }
  });

  it('refuses another digest, key or signature, and what is none', () => {
    const digest = sha256(message);
    const signature = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
    expect(verifyEcdsaP256(key, flipped(digest), signature)).toBe(false);
    expect(verifyEcdsaP256(key, digest.subarray(1), signature)).toBe(false);
    expect(verifyEcdsaP256(key, digest, flipped(signature))).toBe(false);
    expect(verifyEcdsaP256(key, digest, signature.subarray(1))).toBe(false);
    expect(verifyEcdsaP256(key, digest, new Uint8Array(64))).toBe(false);
    expect(verifyEcdsaP256(flipped(key), digest, signature)).toBe(false);
    expect(verifyEcdsaP256(key.subarray(1), digest, signature)).toBe(false);
    expect(verifyEcdsaP256(new Uint8Array(33).fill(0xff), digest, signature)).toBe(false);
  });
});

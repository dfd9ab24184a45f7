import { createHash } from 'node:crypto';
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bytesOfLength, concatBytes, decodeHex, encodeHex } from '../bytes/index.ts';
import {
  decapsulateKyber1024,
  encapsulateKyber1024,
  generateKyber1024KeyPair,
  KYBER1024_LENGTHS,
  type Kyber1024Ciphertext,
  type Kyber1024PublicKey,
} from './kyber1024.ts';
import { cryptoReady, sodium } from './sodium.ts';
import vectors from './vectors/ml-kem-1024.json';

beforeAll(cryptoReady);
afterEach(() => vi.restoreAllMocks());

const hex = (text: string) => decodeHex(text)!;
const sha3 = (data: Uint8Array) => Uint8Array.from(createHash('sha3-256').update(data).digest());
const seed = Uint8Array.from({ length: 64 }, (_, i) => i);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** What round 3 does to the secret of ML-KEM, by another implementation of SHA-3. */
function roundThree(preKey: Uint8Array, ciphertext: Uint8Array): string {
  return createHash('shake256', { outputLength: 32 })
    .update(concatBytes(preKey, sha3(ciphertext)))
    .digest('hex');
}

describe('Kyber1024', () => {
  it('has the lengths of its specification', () => {
    expect(KYBER1024_LENGTHS).toEqual({
      publicKey: 1568,
      privateKey: 3168,
      ciphertext: 1568,
      seed: 64,
      random: 32,
      sharedSecret: 32,
    });
  });

  it('makes the key of the ML-KEM-1024 vector and derives its secret by the rule of round 3', () => {
    const { publicKey, privateKey } = generateKyber1024KeyPair(hex(vectors.seed));
    expect(encodeHex(publicKey)).toBe(vectors.ek);
    const ciphertext: Kyber1024Ciphertext = bytesOfLength(hex(vectors.c), 1568);
    const secret = decapsulateKyber1024(privateKey, ciphertext);
    expect(encodeHex(secret.reveal())).toBe(roundThree(hex(vectors.K), ciphertext));
  });

  it('encapsulates the hash of its random bytes, not the bytes, and derives from pre-key and ciphertext', () => {
    fc.assert(
      fc.property(bytes(64), bytes(32), (anySeed, random) => {
        const { publicKey, privateKey } = generateKyber1024KeyPair(anySeed);
        const before = random.slice();
        const { ciphertext, sharedSecret } = encapsulateKyber1024(publicKey, random)!;
        const { cipherText, sharedSecret: preKey } = ml_kem1024.encapsulate(publicKey, sha3(before));
        expect(ciphertext).toEqual(cipherText);
        expect(encodeHex(sharedSecret.reveal())).toBe(roundThree(preKey, cipherText));
        expect(decapsulateKyber1024(privateKey, ciphertext).equals(sharedSecret)).toBe(true);
        expect(random).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  it('gives another secret, the same one each time, for a ciphertext with one bit changed', () => {
    const { publicKey, privateKey } = generateKyber1024KeyPair(seed);
    const { ciphertext, sharedSecret } = encapsulateKyber1024(publicKey, new Uint8Array(32))!;
    for (const at of [0, 1407, 1408, 1567]) {
      const forged = ciphertext.slice();
      forged[at]! ^= 1;
      const secret = decapsulateKyber1024(privateKey, bytesOfLength(forged, 1568));
      expect(secret.equals(sharedSecret)).toBe(false);
      expect(secret.equals(decapsulateKyber1024(privateKey, bytesOfLength(forged, 1568)))).toBe(true);
    }
  });

  it.each([0, 63, 65])('makes no key pair from %i random bytes', (length) => {
    const wrong = new RangeError('a Kyber1024 key pair takes 64 random bytes');
    expect(() => generateKyber1024KeyPair(new Uint8Array(length))).toThrow(wrong);
  });

  it.each([0, 31, 33])('makes no encapsulation from %i random bytes', (length) => {
    const { publicKey } = generateKyber1024KeyPair(seed);
    const wrong = new RangeError('an encapsulation takes 32 random bytes');
    expect(() => encapsulateKyber1024(publicKey, new Uint8Array(length))).toThrow(wrong);
  });

  it('refuses a public key with a coefficient that is not below q, at any place', () => {
    const { publicKey } = generateKyber1024KeyPair(seed);
    const random = new Uint8Array(32);
    for (let group = 0; group < 512; group += 31) {
      // 12 bits a coefficient: three bytes of ones are two coefficients of 4095; 0xd01 is q, 0xd00 the greatest allowed.
      for (const [patch, allowed] of [
        [[0xff, 0xff, 0xff], false],
        [[0x01, 0x0d, 0x00], false],
        [[0x00, 0x10, 0xd0], false],
        [[0x00, 0x0d, 0x00], true],
        [[0x00, 0x00, 0xd0], true],
      ] as const) {
        const other = publicKey.slice();
        other.set(patch, 3 * group);
        const made = encapsulateKyber1024(bytesOfLength(other, 1568) as Kyber1024PublicKey, random);
        expect(made?.ciphertext.length).toBe(allowed ? 1568 : undefined);
      }
    }
  });

  it('leaves neither message nor pre-key behind, whether the public key was one or not', () => {
    const left: Uint8Array[] = [];
    const hash = sodium.crypto_hash_sha3256.bind(sodium);
    vi.spyOn(sodium, 'crypto_hash_sha3256').mockImplementation(((input: Uint8Array) => {
      const output = hash(input);
      if (input.length === 32) left.push(output);
      return output;
    }) as typeof sodium.crypto_hash_sha3256);
    const shake = sodium.crypto_xof_shake256.bind(sodium);
    vi.spyOn(sodium, 'crypto_xof_shake256').mockImplementation(((length: number, input: Uint8Array) => {
      left.push(input);
      return shake(length, input);
    }) as typeof sodium.crypto_xof_shake256);
    const { publicKey } = generateKyber1024KeyPair(seed);
    expect(encapsulateKyber1024(publicKey, new Uint8Array(32))).toBeDefined();
    expect(left.map((array) => array.length)).toEqual([32, 64]);
    expect(
      encapsulateKyber1024(bytesOfLength(new Uint8Array(1568).fill(0xff), 1568), new Uint8Array(32)),
    ).toBeUndefined();
    expect(left).toHaveLength(3);
    for (const array of left) expect(array.every((byte) => byte === 0)).toBe(true);
  });
});

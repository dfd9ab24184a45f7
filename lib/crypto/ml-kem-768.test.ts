import { createHash } from 'node:crypto';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as byteRoom from '../bytes/index.ts';
import { bytesOfLength, concatBytes, decodeHex, encodeHex, SecretBytes } from '../bytes/index.ts';
import {
  decapsulateMlKem768,
  encapsulateFirstPart,
  encapsulateSecondPart,
  generateMlKem768KeyPair,
  isMlKem768KeyOfHeader,
  ML_KEM_768_LENGTHS,
  type MlKem768Ciphertext1,
  type MlKem768Ciphertext2,
  type MlKem768Header,
  type MlKem768PrivateKey,
  type MlKem768Vector,
} from './ml-kem-768.ts';
import { cryptoReady, sodium } from './sodium.ts';
import vectors from './vectors/ml-kem-768.json';

/** SLOW=1 goes the longer of the two published ways. */
const ROUNDS = process.env.SLOW === '1' ? '10000' : '100';

beforeAll(cryptoReady);
afterEach(() => vi.restoreAllMocks());

const hex = (text: string) => decodeHex(text)!;
const sha3 = (data: Uint8Array) => Uint8Array.from(createHash('sha3-256').update(data).digest());
const seed = Uint8Array.from({ length: 64 }, (_, i) => i);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

function keyOf(publicKey: Uint8Array): { header: MlKem768Header; vector: MlKem768Vector } {
  const header = concatBytes(publicKey.subarray(1152), sha3(publicKey));
  return { header: bytesOfLength(header, 64), vector: bytesOfLength(publicKey.slice(0, 1152), 1152) };
}

function encapsulate(header: MlKem768Header, vector: MlKem768Vector, m: Uint8Array) {
  const { encapsulation, ciphertext1, sharedSecret } = encapsulateFirstPart(header, m);
  const ciphertext2 = encapsulateSecondPart(header, vector, encapsulation)!;
  return { ciphertext1, ciphertext2, whole: concatBytes(ciphertext1, ciphertext2), sharedSecret };
}

function split(ciphertext: Uint8Array): [MlKem768Ciphertext1, MlKem768Ciphertext2] {
  return [bytesOfLength(ciphertext.slice(0, 960), 960), bytesOfLength(ciphertext.slice(960), 128)];
}

describe('ML-KEM-768 in two parts', () => {
  it('has the lengths of FIPS 203, table 3, split as the Braid splits them', () => {
    expect(ML_KEM_768_LENGTHS).toEqual({
      header: 64,
      vector: 1152,
      privateKey: 2400,
      ciphertext1: 960,
      ciphertext2: 128,
      seed: 64,
      random: 32,
    });
    expect(ML_KEM_768_LENGTHS.vector + 32).toBe(1184);
    expect(ML_KEM_768_LENGTHS.ciphertext1 + ML_KEM_768_LENGTHS.ciphertext2).toBe(1088);
  });

  it('agrees with the ACVP vector of NIST in both parts, the secret and the decapsulation', () => {
    const { ek, dkPke, z, m, c, k } = vectors.acvp;
    const { header, vector } = keyOf(hex(ek));
    const made = encapsulate(header, vector, hex(m));
    expect(encodeHex(made.ciphertext1)).toBe(c.slice(0, 1920));
    expect(encodeHex(made.ciphertext2)).toBe(c.slice(1920));
    expect(encodeHex(made.sharedSecret.reveal())).toBe(k);
    const privateKey: MlKem768PrivateKey = SecretBytes.of(
      concatBytes(hex(dkPke), hex(ek), sha3(hex(ek)), hex(z)),
      2400,
    );
    expect(encodeHex(decapsulateMlKem768(privateKey, ...split(hex(c))).reveal())).toBe(k);
  });

  it('agrees with the vector whose matrix takes more of the hash stream than usual', () => {
    const { d, z, m, c, K } = vectors.unluckySample;
    const { header, vector, privateKey } = generateMlKem768KeyPair(hex(d + z));
    const made = encapsulate(header, vector, hex(m));
    expect(encodeHex(made.whole)).toBe(c);
    expect(encodeHex(made.sharedSecret.reveal())).toBe(K);
    expect(encodeHex(decapsulateMlKem768(privateKey, ...split(hex(c))).reveal())).toBe(K);
  });

  it(`agrees with the accumulated vectors over ${ROUNDS} rounds of keys, ciphertexts and rejections`, () => {
    const perRound = 64 + 32 + 1088;
    const stream = createHash('shake128', { outputLength: Number(ROUNDS) * perRound }).digest();
    const sum = createHash('shake128', { outputLength: 32 });
    for (let at = 0; at < stream.length; at += perRound) {
      const input = Uint8Array.from(stream.subarray(at, at + perRound));
      const { header, vector, privateKey } = generateMlKem768KeyPair(input.slice(0, 64));
      const made = encapsulate(header, vector, input.slice(64, 96));
      expect(decapsulateMlKem768(privateKey, made.ciphertext1, made.ciphertext2).equals(made.sharedSecret)).toBe(true);
      const rejected = decapsulateMlKem768(privateKey, ...split(input.slice(96)));
      sum.update(vector).update(header.subarray(0, 32)).update(made.whole);
      sum.update(made.sharedSecret.reveal()).update(rejected.reveal());
    }
    expect(sum.digest('hex')).toBe(vectors.accumulated.after[ROUNDS]);
  }, 300_000);

  it("gives libsodium's and noble's whole ciphertext and secret, for any key and message", () => {
    fc.assert(
      fc.property(bytes(64), bytes(32), (d, m) => {
        const { header, vector, privateKey } = generateMlKem768KeyPair(d);
        const { publicKey } = sodium.crypto_kem_mlkem768_seed_keypair(d);
        const whole = sodium.crypto_kem_mlkem768_enc_deterministic(publicKey, m);
        const made = encapsulate(header, vector, m.slice());
        const other = ml_kem768.encapsulate(ml_kem768.keygen(d).publicKey, m);
        expect(made.whole).toEqual(whole.ciphertext);
        expect(made.whole).toEqual(other.cipherText);
        expect(made.sharedSecret.reveal()).toEqual(whole.sharedSecret);
        expect(made.sharedSecret.reveal()).toEqual(other.sharedSecret);
        expect(decapsulateMlKem768(privateKey, made.ciphertext1, made.ciphertext2).reveal()).toEqual(
          whole.sharedSecret,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('a key pair', () => {
  it('has the header rho | SHA3-256 of the whole key, and a private key of its own', () => {
    const { header, vector, privateKey } = generateMlKem768KeyPair(seed);
    const whole = sodium.crypto_kem_mlkem768_seed_keypair(seed);
    expect(concatBytes(vector, header.subarray(0, 32))).toEqual(whole.publicKey);
    expect(header.subarray(32)).toEqual(sha3(whole.publicKey));
    expect(privateKey.reveal()).toEqual(whole.privateKey);
    expect(header).toHaveLength(64);
    expect(vector).toHaveLength(1152);
  });

  it.each([0, 63, 65])('is not made from %i random bytes', (length) => {
    const wrong = new RangeError('an ML-KEM-768 key pair takes 64 random bytes');
    expect(() => generateMlKem768KeyPair(new Uint8Array(length))).toThrow(wrong);
  });
});

describe('the header check', () => {
  const { header, vector } = keyOf(hex(vectors.acvp.ek));

  it('passes the rest of the key', () => {
    expect(isMlKem768KeyOfHeader(header, vector)).toBe(true);
  });

  it('refuses one changed bit anywhere in the vector, in rho and in the hash', () => {
    for (const at of [0, 1, 575, 1150, 1151]) {
      const other = vector.slice();
      other[at]! ^= 0x80;
      expect(isMlKem768KeyOfHeader(header, bytesOfLength(other, 1152))).toBe(false);
    }
    for (const at of [0, 31, 32, 63]) {
      const other = header.slice();
      other[at]! ^= 1;
      expect(isMlKem768KeyOfHeader(bytesOfLength(other, 64), vector)).toBe(false);
    }
  });
});

describe('an encapsulation', () => {
  const { header, vector } = keyOf(hex(vectors.acvp.ek));

  it('takes over its 32 random bytes and keeps them until it is wiped', () => {
    const random = new Uint8Array(32).fill(7);
    const { encapsulation } = encapsulateFirstPart(header, random);
    expect(encapsulation.reveal()).toBe(random);
    encapsulateSecondPart(header, vector, encapsulation);
    expect(random).toEqual(new Uint8Array(32).fill(7));
  });

  it.each([0, 31, 33])('is not begun with %i random bytes', (length) => {
    const wrong = new RangeError(`expected a secret of 32 bytes, got ${length}`);
    expect(() => encapsulateFirstPart(header, new Uint8Array(length))).toThrow(wrong);
  });

  it('has a secret of its own: wiping the hash that it came from leaves it whole', () => {
    const { sharedSecret } = encapsulateFirstPart(header, hex(vectors.acvp.m));
    expect(encodeHex(sharedSecret.reveal())).toBe(vectors.acvp.k);
    expect(sharedSecret.reveal().buffer.byteLength).toBe(32);
  });

  it('is refused for a vector with a coefficient that is not below q, at any place', () => {
    const { encapsulation } = encapsulateFirstPart(header, new Uint8Array(32));
    for (let at = 0; at < 768; at += 13) {
      // Coefficient `at` stands in 12 bits, little-endian: an even one begins a group of three bytes.
      for (const [value, allowed] of [
        [3328, true],
        [3329, false],
        [4095, false],
      ] as const) {
        const other = vector.slice();
        const byte = 3 * (at >> 1);
        if (at % 2 === 0) {
          other[byte] = value & 0xff;
          other[byte + 1] = (other[byte + 1]! & 0xf0) | (value >> 8);
        } else {
          other[byte + 1] = (other[byte + 1]! & 0x0f) | ((value & 0x0f) << 4);
          other[byte + 2] = value >> 4;
        }
        const second = encapsulateSecondPart(header, bytesOfLength(other, 1152), encapsulation);
        expect(second?.length).toBe(allowed ? 128 : undefined);
      }
    }
  });

  it('leaves neither its hash nor the secret that libsodium made again behind', () => {
    const left: Uint8Array[] = [];
    const hash = sodium.crypto_hash_sha3512.bind(sodium);
    vi.spyOn(sodium, 'crypto_hash_sha3512').mockImplementation(((input: Uint8Array) => {
      const output = hash(input);
      left.push(input, output);
      return output;
    }) as typeof sodium.crypto_hash_sha3512);
    const encapsulateWhole = sodium.crypto_kem_mlkem768_enc_deterministic.bind(sodium);
    vi.spyOn(sodium, 'crypto_kem_mlkem768_enc_deterministic').mockImplementation(((key: Uint8Array, m: Uint8Array) => {
      const made = encapsulateWhole(key, m);
      left.push(made.sharedSecret);
      return made;
    }) as typeof sodium.crypto_kem_mlkem768_enc_deterministic);
    const wipe = vi.spyOn(byteRoom, 'wipe');
    const { encapsulation } = encapsulateFirstPart(header, new Uint8Array(32).fill(3));
    encapsulateSecondPart(header, vector, encapsulation);
    expect(left.map((array) => array.length)).toEqual([64, 64, 32]);
    for (const array of left) expect(array.every((byte) => byte === 0)).toBe(true);
    expect(wipe).toHaveBeenCalled();
  });
});

describe('a decapsulation', () => {
  it('of a ciphertext with one bit changed gives another secret, the same one each time', () => {
    const { header, vector, privateKey } = generateMlKem768KeyPair(seed);
    const made = encapsulate(header, vector, new Uint8Array(32).fill(9));
    for (const at of [0, 959, 960, 1087]) {
      const forged = made.whole.slice();
      forged[at]! ^= 1;
      const secret = decapsulateMlKem768(privateKey, ...split(forged));
      expect(secret.length).toBe(32);
      expect(secret.equals(made.sharedSecret)).toBe(false);
      expect(secret.equals(decapsulateMlKem768(privateKey, ...split(forged)))).toBe(true);
    }
  });
});

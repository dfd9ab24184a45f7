import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as byteRoom from '../bytes/index.ts';
import { concatBytes, decodeHex, encodeHex } from '../bytes/index.ts';
import { encryptU } from './k-pke-u.ts';
import * as ring from './polynomial-ring.ts';
import { cryptoReady, sodium } from './sodium.ts';
import vectors from './vectors/ml-kem-768.json';

beforeAll(cryptoReady);
afterEach(() => vi.restoreAllMocks());

const hex = (text: string) => decodeHex(text)!;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** The coins r of FIPS 203, algorithm 17. */
function coinsOf(publicKey: Uint8Array, m: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha3512(concatBytes(m, sodium.crypto_hash_sha3256(publicKey))).slice(32);
}

describe('the first part of a ciphertext', () => {
  it("is the beginning of NIST's, for the ACVP vector", () => {
    const { ek, m, c } = vectors.acvp;
    expect(encodeHex(encryptU(hex(ek).slice(1152), coinsOf(hex(ek), hex(m))))).toBe(c.slice(0, 1920));
  });

  it('is right where the matrix takes more of the hash stream than is read at first', () => {
    const { d, z, m, c } = vectors.unluckySample;
    const { publicKey } = sodium.crypto_kem_mlkem768_seed_keypair(hex(d + z));
    expect(encodeHex(encryptU(publicKey.slice(1152), coinsOf(publicKey, hex(m))))).toBe(c.slice(0, 1920));
  });

  it("is the beginning of libsodium's ciphertext, for any key and message", () => {
    fc.assert(
      fc.property(bytes32, bytes32, bytes32, (d, z, m) => {
        const { publicKey } = sodium.crypto_kem_mlkem768_seed_keypair(concatBytes(d, z));
        const whole = sodium.crypto_kem_mlkem768_enc_deterministic(publicKey, m).ciphertext;
        expect(encryptU(publicKey.slice(1152), coinsOf(publicKey, m))).toEqual(whole.slice(0, 960));
      }),
      { numRuns: 150 },
    );
  });

  it('is read from the hash stream in three blocks, and one more at a time where those hold too little', () => {
    const lengths: number[] = [];
    const shake = sodium.crypto_xof_shake128.bind(sodium);
    vi.spyOn(sodium, 'crypto_xof_shake128').mockImplementation(((length: number, seed: Uint8Array) => {
      lengths.push(length);
      return shake(length, seed);
    }) as typeof sodium.crypto_xof_shake128);
    const { d, z } = vectors.unluckySample;
    encryptU(sodium.crypto_kem_mlkem768_seed_keypair(hex(d + z)).publicKey.slice(1152), new Uint8Array(32));
    expect(lengths.filter((length) => length === 504)).toHaveLength(9);
    expect(lengths).toContain(672);
    expect(Math.max(...lengths)).toBe(672);
  });

  it('leaves the key and the coins as they were', () => {
    const [rho, coins] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    encryptU(rho, coins);
    expect(rho).toEqual(new Uint8Array(32).fill(1));
    expect(coins).toEqual(new Uint8Array(32).fill(2));
  });

  it('hands the transform coefficients from 0 to q - 1 only', () => {
    const given: number[] = [];
    const toNtt = ring.toNtt;
    vi.spyOn(ring, 'toNtt').mockImplementation((f) => {
      given.push(...f);
      return toNtt(f);
    });
    encryptU(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));
    // The noise of eta = 2: from -2 to 2, the negative ones counted down from q.
    expect(new Set(given)).toEqual(new Set([0, 1, 2, ring.Q - 2, ring.Q - 1]));
  });

  it('leaves none of its secret polynomials and hash outputs behind', () => {
    const secrets: (Int32Array | Uint8Array)[] = [];
    const toNtt = ring.toNtt;
    const fromNtt = ring.fromNtt;
    vi.spyOn(ring, 'toNtt').mockImplementation((f) => {
      secrets.push(f);
      return toNtt(f);
    });
    vi.spyOn(ring, 'fromNtt').mockImplementation((f) => {
      secrets.push(f);
      return fromNtt(f);
    });
    const shake = sodium.crypto_xof_shake256.bind(sodium);
    vi.spyOn(sodium, 'crypto_xof_shake256').mockImplementation(((length: number, seed: Uint8Array) => {
      const stream = shake(length, seed);
      secrets.push(seed, stream);
      return stream;
    }) as typeof sodium.crypto_xof_shake256);
    const wipe = vi.spyOn(byteRoom, 'wipe');
    encryptU(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));
    // Three of r, three of u, and seed and output of six noise samples.
    expect(secrets).toHaveLength(18);
    for (const secret of secrets) expect(secret.every((value) => value === 0)).toBe(true);
    expect(wipe).toHaveBeenCalledTimes(6);
  });
});

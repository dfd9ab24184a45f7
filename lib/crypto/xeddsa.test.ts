import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as byteRoom from '../bytes/index.ts';
import { bytesOfLength, concatBytes, decodeHex, encodeHex } from '../bytes/index.ts';
import { cryptoReady, sodium } from './sodium.ts';
import wycheproof from './vectors/ed25519.json';
import rfc from './vectors/rfc.json';
import { deriveX25519PublicKey, type X25519PublicKey, x25519PrivateKey } from './x25519.ts';
import { signXEdDsa, verifyXEdDsa, XEDDSA_SIGNATURE_LENGTH } from './xeddsa.ts';

beforeAll(cryptoReady);
afterEach(() => vi.restoreAllMocks());

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const hex = (text: string) => decodeHex(text)!;
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const integerOf = (array: Uint8Array) => BigInt(`0x${Buffer.from(array).reverse().toString('hex')}`);
const bytesOf = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());
const sha512 = (...parts: Uint8Array[]) =>
  Uint8Array.from(
    createHash('sha512')
      .update(concatBytes(...parts))
      .digest(),
  );

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base % P; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** An Ed25519 key as the X25519 key that XEdDSA verifies with, u = (1 + y) / (1 - y), and the sign that it loses. */
function montgomeryOf(publicKey: Uint8Array): { key: X25519PublicKey; sign: number } {
  const y = integerOf(publicKey) % 2n ** 255n;
  const u = ((1n + y) * power((1n - y + P) % P, P - 2n)) % P;
  return { key: bytesOfLength(bytesOf(u), 32), sign: publicKey[31]! & 0x80 };
}

/** The Ed25519 signature with the sign of the key in the top bit, where XEdDSA carries it. */
function withSign(signature: Uint8Array, sign: number): Uint8Array {
  const marked = signature.slice();
  if (marked.length === 64) marked[63]! |= sign;
  return marked;
}

function fixture(fill = 1) {
  const privateKey = x25519PrivateKey(new Uint8Array(32).fill(fill));
  const publicKey = deriveX25519PublicKey(privateKey);
  const message = Uint8Array.of(1, 2, 3);
  return { privateKey, publicKey, message, signature: signXEdDsa(privateKey, message, new Uint8Array(64).fill(5)) };
}

describe('an XEdDSA signature', () => {
  it('is R | s of the specification, reckoned again with other arithmetic, with the sign of the key on top', () => {
    const signs = new Set<number>();
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 100 }), bytes(64), (random, message, z) => {
        const privateKey = x25519PrivateKey(random);
        const signature = signXEdDsa(privateKey, message, z);
        const prefix = new Uint8Array(32).fill(0xff);
        prefix[0] = 0xfe;
        const r = integerOf(sha512(prefix, random, message, z)) % L;
        const R = sodium.crypto_scalarmult_ed25519_base_noclamp(bytesOf(r));
        const A = sodium.crypto_scalarmult_ed25519_base_noclamp(random);
        const h = integerOf(sha512(R, A, message)) % L;
        const s = bytesOf((h * integerOf(random) + r) % L);
        s[31]! |= A[31]! & 0x80;
        expect(encodeHex(signature)).toBe(encodeHex(concatBytes(R, s)));
        signs.add(A[31]! & 0x80);
        expect(verifyXEdDsa(deriveX25519PublicKey(privateKey), message, signature)).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(signs).toEqual(new Set([0, 0x80]));
  });

  it('takes 64 random bytes', () => {
    const { privateKey, message } = fixture();
    for (const length of [0, 32, 63, 65]) {
      const wrong = new RangeError('a signature takes 64 random bytes');
      expect(() => signXEdDsa(privateKey, message, new Uint8Array(length))).toThrow(wrong);
    }
  });

  it('leaves key, message and random bytes as they were', () => {
    const { privateKey, message } = fixture();
    const random = new Uint8Array(64).fill(5);
    const key = privateKey.reveal().slice();
    signXEdDsa(privateKey, message, random);
    expect(privateKey.reveal()).toEqual(key);
    expect(message).toEqual(Uint8Array.of(1, 2, 3));
    expect(random).toEqual(new Uint8Array(64).fill(5));
  });

  it('leaves nothing behind that gives the key away', () => {
    const wiped: string[] = [];
    vi.spyOn(byteRoom, 'wipe').mockImplementation((...arrays: readonly Uint8Array[]) => {
      for (const array of arrays) wiped.push(encodeHex(array));
    });
    const { privateKey, message, signature } = fixture();
    const key = encodeHex(privateKey.reveal());
    const nonceInput = `fe${'ff'.repeat(31)}${key}010203${'05'.repeat(64)}`;
    const nonce = sha512(hex(nonceInput));
    const r = integerOf(nonce) % L;
    const h = integerOf(
      sha512(signature.slice(0, 32), sodium.crypto_scalarmult_ed25519_base_noclamp(hex(key)), message),
    );
    const a = integerOf(hex(key)) % L;
    expect(wiped).toEqual([
      nonceInput,
      encodeHex(nonce),
      encodeHex(bytesOf(r)),
      key + '00'.repeat(32),
      encodeHex(bytesOf(a)),
      encodeHex(bytesOf(((h % L) * a) % L)),
    ]);
  });
});

describe('verification', () => {
  it.each(rfc.ed25519.tests)('agrees with RFC 8032, section 7.1, $name', ({ public: key, message, signature }) => {
    const { key: montgomery, sign } = montgomeryOf(hex(key));
    expect(verifyXEdDsa(montgomery, hex(message), withSign(hex(signature), sign))).toBe(true);
    expect(verifyXEdDsa(montgomery, hex(message), withSign(hex(signature), sign ^ 0x80))).toBe(false);
  });

  it.each(wycheproof.tests)(
    'agrees with Wycheproof (Ed25519) $tcId: $result, $comment',
    ({ public: key, msg, sig, result }) => {
      const { key: montgomery, sign } = montgomeryOf(hex(key));
      const signature = hex(sig);
      // In Ed25519 the top bit of s is always clear; here it is the key's sign, so such a signature has no counterpart.
      if (signature.length === 64 && signature[63]! & 0x80) expect(result).toBe('invalid');
      else expect(verifyXEdDsa(montgomery, hex(msg), withSign(signature, sign))).toBe(result === 'valid');
    },
  );

  it('refuses one changed bit anywhere in the signature, the sign bit included', () => {
    const { publicKey, message, signature } = fixture();
    for (let bit = 0; bit < 512; bit++) {
      const forged = signature.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyXEdDsa(publicKey, message, forged)).toBe(false);
    }
  });

  it('refuses another message, another key, another length', () => {
    const { publicKey, message, signature } = fixture();
    expect(XEDDSA_SIGNATURE_LENGTH).toBe(64);
    expect(verifyXEdDsa(publicKey, message, signature)).toBe(true);
    expect(verifyXEdDsa(publicKey, Uint8Array.of(1, 2), signature)).toBe(false);
    expect(verifyXEdDsa(fixture(2).publicKey, message, signature)).toBe(false);
    for (const length of [0, 63]) expect(verifyXEdDsa(publicKey, message, signature.slice(0, length))).toBe(false);
    expect(verifyXEdDsa(publicKey, message, concatBytes(signature, Uint8Array.of(0)))).toBe(false);
  });

  it('refuses s + L, a second spelling of the same signature', () => {
    for (let fill = 1; fill <= 6; fill++) {
      const { publicKey, message, signature } = fixture(fill);
      const sign = signature[63]! & 0x80;
      const s = signature.slice(32);
      s[31]! &= 0x7f;
      const second = withSign(concatBytes(signature.slice(0, 32), bytesOf(integerOf(s) + L)), sign);
      expect(verifyXEdDsa(publicKey, message, second)).toBe(false);
    }
  });

  it('refuses keys of small order, for which anyone can sign, and the key that has no Edwards form', () => {
    // R = identity and s = 0 fit every message where hA vanishes.
    const identity = bytesOf(1n);
    for (const u of [0n, 1n, P - 1n, P, P + 1n]) {
      const key: X25519PublicKey = bytesOfLength(bytesOf(u), 32);
      for (const sign of [0, 0x80]) {
        const forged = withSign(concatBytes(identity, new Uint8Array(32)), sign);
        expect(verifyXEdDsa(key, Uint8Array.of(1), forged)).toBe(false);
      }
    }
  });

  it('leaves key, message and signature as they were', () => {
    for (const fill of [1, 2, 3, 4]) {
      const { publicKey, message, signature } = fixture(fill);
      const before = [publicKey.slice(), message.slice(), signature.slice()];
      verifyXEdDsa(publicKey, message, signature);
      expect([publicKey, message, signature]).toEqual(before);
    }
  });

  it('answers any bytes with no', () => {
    fc.assert(
      fc.property(
        bytes(32),
        fc.uint8Array({ maxLength: 8 }),
        fc.uint8Array({ maxLength: 70 }),
        (key, message, signature) => {
          expect(verifyXEdDsa(bytesOfLength(key, 32), message, signature)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

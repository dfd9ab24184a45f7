import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeHex, encodeHex } from '../bytes/index.ts';
import { aesReady, decryptAesCbc, encryptAesCbc } from './aes-cbc.ts';
import wycheproof from './vectors/aes-256-cbc-pkcs5.json';

const hex = (text: string) => decodeHex(text)!;
const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const iv = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);

beforeAll(aesReady);

describe('AES-256-CBC', () => {
  it('throws a TypeError before it was loaded', async () => {
    vi.resetModules();
    const fresh = await import('./aes-cbc.ts');
    expect(() => fresh.encryptAesCbc(key, iv, key)).toThrow(TypeError);
    expect(() => fresh.decryptAesCbc(key, iv, key)).toThrow(TypeError);
    await fresh.aesReady();
    expect(fresh.encryptAesCbc(key, iv, key)).toEqual(encryptAesCbc(key, iv, key));
  });

  it.each(wycheproof.tests)('agrees with Wycheproof $tcId: $result, $comment', ({ key, iv, msg, ct, result }) => {
    const plaintext = decryptAesCbc(hex(key), hex(iv), hex(ct));
    if (result === 'valid') {
      expect(encodeHex(plaintext!)).toBe(msg);
      expect(encodeHex(encryptAesCbc(hex(key), hex(iv), hex(msg)))).toBe(ct);
    } else {
      expect(plaintext).toBeUndefined();
    }
  });

  it('pads to the next multiple of 16 above the length', () => {
    for (const [length, padded] of [
      [0, 16],
      [1, 16],
      [15, 16],
      [16, 32],
      [31, 32],
      [32, 48],
    ] as const) {
      expect(encryptAesCbc(key, iv, new Uint8Array(length))).toHaveLength(padded);
    }
  });

  it.each([0, 1, 15, 17, 31, 33])('refuses a ciphertext of %i bytes', (length) => {
    expect(decryptAesCbc(key, iv, new Uint8Array(length))).toBeUndefined();
  });

  it.each([0, 16, 24, 31, 33])(
    'calls a key of %i bytes a mistake of the caller: it would be another cipher',
    (length) => {
      const wrong = new RangeError('AES-256 takes a key of 32 bytes');
      expect(() => encryptAesCbc(new Uint8Array(length), iv, new Uint8Array(1))).toThrow(wrong);
      expect(() => decryptAesCbc(new Uint8Array(length), iv, new Uint8Array(16))).toThrow(wrong);
    },
  );

  it.each([0, 15, 17])('calls an IV of %i bytes a mistake of the caller', (length) => {
    const wrong = new RangeError('CBC takes an IV of 16 bytes');
    expect(() => encryptAesCbc(key, new Uint8Array(length), new Uint8Array(1))).toThrow(wrong);
    expect(() => decryptAesCbc(key, new Uint8Array(length), new Uint8Array(16))).toThrow(wrong);
  });

  it('agrees with that of OpenSSL on anything, comes back as it was, and leaves its input alone', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), bytes(16), fc.uint8Array({ maxLength: 200 }), (anyKey, anyIv, plaintext) => {
        const before = [anyKey.slice(), anyIv.slice(), plaintext.slice()];
        const ciphertext = encryptAesCbc(anyKey, anyIv, plaintext);
        const cipher = createCipheriv('aes-256-cbc', anyKey, anyIv);
        expect(encodeHex(ciphertext)).toBe(cipher.update(plaintext, undefined, 'hex') + cipher.final('hex'));
        expect(decryptAesCbc(anyKey, anyIv, ciphertext)).toEqual(plaintext);
        expect([anyKey, anyIv, plaintext]).toEqual(before);
      }),
    );
  });

  it('answers any ciphertext with bytes or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (ciphertext) => {
        const plaintext = decryptAesCbc(key, iv, ciphertext);
        if (plaintext !== undefined) expect(encryptAesCbc(key, iv, plaintext)).toEqual(ciphertext);
      }),
      { numRuns: 500 },
    );
  });
});

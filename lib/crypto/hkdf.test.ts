import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as byteRoom from '../bytes/index.ts';
import { decodeHex, encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { hkdfSha256 } from './hkdf.ts';
import { hmacSha256 } from './hmac.ts';
import { cryptoReady } from './sodium.ts';
import wycheproof from './vectors/hkdf-sha256.json';
import rfc from './vectors/rfc.json';

beforeAll(cryptoReady);
afterEach(() => vi.restoreAllMocks());

const hex = (text: string) => decodeHex(text)!;
const key = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('HKDF-SHA256', () => {
  it.each(rfc.hkdf)('agrees with $source', ({ ikm, salt, info, length, okm }) => {
    expect(encodeHex(hkdfSha256(hex(ikm), hex(info), length, hex(salt)))).toBe(okm);
  });

  it.each(wycheproof.tests)(
    'agrees with Wycheproof $tcId: $result, $comment',
    ({ ikm, salt, info, size, okm, result }) => {
      const derive = () => hkdfSha256(hex(ikm), hex(info), size, hex(salt));
      if (result === 'valid') expect(encodeHex(derive())).toBe(okm);
      else expect(derive).toThrow(new RangeError('HKDF gives at most 8160 bytes'));
    },
  );

  it('gives up to 255 blocks of 32 bytes', () => {
    expect(hkdfSha256(key, '', 8160)).toHaveLength(8160);
    expect(() => hkdfSha256(key, '', 8161)).toThrow(new RangeError('HKDF gives at most 8160 bytes'));
  });

  it('gives a beginning of the same bytes for every shorter length, down to none', () => {
    const whole = hkdfSha256(key, 'info', 97);
    for (let length = 0; length <= 97; length++) {
      expect(hkdfSha256(key, 'info', length)).toEqual(whole.slice(0, length));
    }
  });

  it('takes its info as text or as the bytes of that text', () => {
    expect(hkdfSha256(key, 'Wörter', 32)).toEqual(hkdfSha256(key, encodeUtf8('Wörter'), 32));
  });

  it('without a salt is that with 32 zeros, and not that with another', () => {
    expect(hkdfSha256(key, 'info', 32)).toEqual(hkdfSha256(key, 'info', 32, new Uint8Array(32)));
    expect(hkdfSha256(key, 'info', 32)).not.toEqual(hkdfSha256(key, 'info', 32, Uint8Array.of(1)));
  });

  it('agrees with that of OpenSSL on anything, and leaves its input as it was', () => {
    const bytes = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 200 }), (ikm, salt, info, length) => {
        const before = [ikm.slice(), salt.slice(), info.slice()];
        const expected = new Uint8Array(hkdfSync('sha256', ikm, salt, info, length));
        expect(hkdfSha256(ikm, info, length, salt)).toEqual(expected);
        expect([ikm, salt, info]).toEqual(before);
      }),
    );
  });

  it('wipes the pseudo-random key and every block on the way', () => {
    const wiped: string[] = [];
    vi.spyOn(byteRoom, 'wipe').mockImplementation((...arrays: readonly Uint8Array[]) => {
      for (const array of arrays) wiped.push(encodeHex(array));
    });
    const output = encodeHex(hkdfSha256(key, 'i', 40));
    const first = output.slice(0, 64);
    expect(wiped).toHaveLength(4);
    expect(wiped[0]).toBe(first);
    expect(wiped[1]!.slice(0, 16)).toBe(output.slice(64));
    expect(wiped[2]).toBe(encodeHex(hmacSha256(new Uint8Array(32), key)));
    expect(wiped[3]).toBe(`${wiped[1]}6902`);
  });
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../bytes/index.ts';
import { hmacSha256 } from './hmac.ts';
import { cryptoReady } from './sodium.ts';
import wycheproof from './vectors/hmac-sha256.json';
import rfc from './vectors/rfc.json';

beforeAll(cryptoReady);

const hex = (text: string) => decodeHex(text)!;

describe('HMAC-SHA256', () => {
  it.each(rfc.hmac)('agrees with $source', ({ key, message, mac }) => {
    expect(encodeHex(hmacSha256(hex(key), hex(message))).slice(0, mac.length)).toBe(mac);
  });

  it.each(wycheproof.tests)('agrees with Wycheproof $tcId: $result, $comment', ({ key, msg, tag, tagSize, result }) => {
    const mac = encodeHex(hmacSha256(hex(key), hex(msg)));
    expect(mac).toHaveLength(64);
    expect(mac.slice(0, tagSize / 4) === tag).toBe(result === 'valid');
  });

  it('takes a key of any length: none, one byte around the usual one, around a block', () => {
    for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 200]) {
      const key = Uint8Array.from({ length }, (_, i) => i + 1);
      const data = Uint8Array.of(1, 2, 3);
      expect(encodeHex(hmacSha256(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'));
    }
  });

  it('agrees with that of OpenSSL on anything, and leaves key and data as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 300 }), (key, data) => {
        const [keyBefore, dataBefore] = [key.slice(), data.slice()];
        expect(encodeHex(hmacSha256(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'));
        expect(key).toEqual(keyBefore);
        expect(data).toEqual(dataBefore);
      }),
    );
  });
});

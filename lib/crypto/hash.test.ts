import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { sha256, sha512 } from './hash.ts';
import { cryptoReady } from './sodium.ts';

beforeAll(cryptoReady);

describe('the SHA-2 hashes', () => {
  it('of "abc" are those of FIPS 180-4', () => {
    const abc = encodeUtf8('abc');
    expect(encodeHex(sha256(abc))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(encodeHex(sha512(abc))).toBe(
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
        '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    );
  });

  it('agree with those of OpenSSL around every block boundary', () => {
    for (let length = 0; length <= 260; length++) {
      const data = Uint8Array.from({ length }, (_, i) => i);
      expect(encodeHex(sha256(data))).toBe(createHash('sha256').update(data).digest('hex'));
      expect(encodeHex(sha512(data))).toBe(createHash('sha512').update(data).digest('hex'));
    }
  });

  it('agree with those of OpenSSL on anything, and leave it as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (data) => {
        const before = data.slice();
        expect(encodeHex(sha256(data))).toBe(createHash('sha256').update(data).digest('hex'));
        expect(data).toEqual(before);
      }),
    );
  });
});

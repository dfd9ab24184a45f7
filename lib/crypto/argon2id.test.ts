import { argon2Sync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { stretchPassword } from './argon2id.ts';
import { cryptoReady } from './sodium.ts';

beforeAll(cryptoReady);

const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
const cost = { passes: 3, memoryKiB: 64 };

describe('Argon2id', () => {
  it.each([
    { passes: 1, memoryKiB: 8, password: '' },
    { passes: 3, memoryKiB: 64, password: '481516' },
    { passes: 2, memoryKiB: 256, password: 'päss'.repeat(40) },
  ])(
    'agrees with an independent implementation: $passes passes over $memoryKiB KiB',
    ({ passes, memoryKiB, password }) => {
      const expected = argon2Sync('argon2id', {
        message: encodeUtf8(password),
        nonce: salt,
        passes,
        memory: memoryKiB,
        parallelism: 1,
        tagLength: 32,
      });
      const stretched = stretchPassword(encodeUtf8(password), salt, { passes, memoryKiB });
      expect(encodeHex(stretched.reveal())).toBe(encodeHex(expected));
    },
  );

  it('takes a salt of 16 bytes and a cost that is one', () => {
    const password = encodeUtf8('1');
    expect(() => stretchPassword(password, salt.subarray(1), cost)).toThrow(RangeError);
    expect(() => stretchPassword(password, new Uint8Array(17), cost)).toThrow(RangeError);
    for (const wrong of [{ passes: 0 }, { passes: 1.5 }, { memoryKiB: 7 }, { memoryKiB: 8.5 }]) {
      expect(() => stretchPassword(password, salt, { ...cost, ...wrong })).toThrow(RangeError);
    }
    expect(stretchPassword(password, salt, { passes: 1, memoryKiB: 8 })).toHaveLength(32);
  });

  it('leaves the password as it was', () => {
    const password = encodeUtf8('123');
    stretchPassword(password, salt, cost);
    expect(password).toEqual(encodeUtf8('123'));
  });
});

import { hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, isAllZero, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import { withGroupMessageKeys } from './group-message-keys.ts';

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i * 7);

beforeAll(cryptoReady);

describe('the keys of a group message', () => {
  it('are 48 bytes of HKDF: the IV, then the key', () => {
    const expected = Buffer.from(hkdfSync('sha256', SEED, new Uint8Array(32), 'WhisperGroup', 48)).toString('hex');
    const seed = SecretBytes.of<'MessageKeySeed'>(SEED.slice());
    const [iv, key] = withGroupMessageKeys(seed, (keys) => [encodeHex(keys.iv), encodeHex(keys.key)] as const);
    expect(iv).toBe(expected.slice(0, 32));
    expect(key).toBe(expected.slice(32));
  });

  it('are wiped with their seed, whether their use succeeds or throws', () => {
    for (const fails of [false, true]) {
      const seed = SecretBytes.of<'MessageKeySeed'>(SEED.slice());
      const lent: Uint8Array[] = [];
      const use = () =>
        withGroupMessageKeys(seed, ({ iv, key }) => {
          lent.push(iv, key);
          if (fails) throw new Error('used in vain');
        });
      if (fails) expect(use).toThrow('used in vain');
      else use();
      expect(lent.map(({ length }) => length)).toEqual([16, 32]);
      expect([...lent, seed.reveal()].every(isAllZero)).toBe(true);
    }
  });
});

import { createHmac, hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, isAllZero, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import { deriveMessageKeySeed, deriveNextChainKey, withMessageKeys } from './sender-chain.ts';

const CHAIN_KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7);

beforeAll(cryptoReady);

function hmac(key: Uint8Array, input: number): string {
  return createHmac('sha256', key).update(Uint8Array.of(input)).digest('hex');
}

describe('a sender chain', () => {
  it('derives seed and next chain key by HMAC of 1 and 2, and leaves the chain key whole', () => {
    const chainKey = SecretBytes.of<'ChainKey'>(CHAIN_KEY.slice());
    expect(encodeHex(deriveMessageKeySeed(chainKey).reveal())).toBe(hmac(CHAIN_KEY, 1));
    expect(encodeHex(deriveNextChainKey(chainKey).reveal())).toBe(hmac(CHAIN_KEY, 2));
    expect(encodeHex(chainKey.reveal())).toBe(encodeHex(CHAIN_KEY));
  });

  it('splits 48 bytes of HKDF into the IV, then the key', () => {
    const expected = Buffer.from(hkdfSync('sha256', CHAIN_KEY, new Uint8Array(32), 'WhisperGroup', 48)).toString('hex');
    const seed = SecretBytes.of<'MessageKeySeed'>(CHAIN_KEY.slice());
    const [iv, key] = withMessageKeys(seed, (keys) => [encodeHex(keys.iv), encodeHex(keys.key)] as const);
    expect(iv).toBe(expected.slice(0, 32));
    expect(key).toBe(expected.slice(32));
  });

  it('leaves neither keys nor seed behind, whether their use succeeds or throws', () => {
    for (const fails of [false, true]) {
      const seed = SecretBytes.of<'MessageKeySeed'>(CHAIN_KEY.slice());
      const lent: Uint8Array[] = [];
      const use = () =>
        withMessageKeys(seed, ({ iv, key }) => {
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

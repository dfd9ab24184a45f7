import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, decodeHex, encodeHex, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady, deriveX25519PublicKey, x25519PrivateKey } from '../../crypto/index.ts';
import { attempt, Failure } from '../../failure/index.ts';
import { serializePublicKey } from '../keys.ts';
import vectors from '../sender-key/vectors/group-conversation.json' with { type: 'json' };
import { encodeFields } from './protobuf.ts';
import { encodeSenderKeyDistribution, parseSenderKeyDistribution } from './sender-key-distribution-message.ts';
import { distributionId } from './sender-key-header.ts';

const ID = Uint8Array.from({ length: 16 }, (_, i) => i);
const CHAIN_KEY = new Uint8Array(32).fill(0xcc);

beforeAll(cryptoReady);

function signingKey() {
  return deriveX25519PublicKey(x25519PrivateKey(new Uint8Array(32).fill(9)));
}

function codeOf(bytes: Uint8Array): string {
  const outcome = attempt(() => parseSenderKeyDistribution(bytes));
  return outcome.ok ? 'accepted' : outcome.failure.code;
}

function spelt(...fields: readonly (readonly [number, number | Uint8Array])[]): Uint8Array {
  return concatBytes(Uint8Array.of(0x33), encodeFields(fields));
}

describe('SenderKeyDistributionMessage', () => {
  it('writes version and fields in order, byte for byte, and reads them again', () => {
    const message = {
      distributionId: distributionId(ID),
      chainId: 5,
      iteration: 0xffffffff,
      chainKey: SecretBytes.of<'ChainKey'>(CHAIN_KEY.slice()),
      signingKey: signingKey(),
    };
    const bytes = encodeSenderKeyDistribution(message).reveal();
    const expected = `330a10${encodeHex(ID)}100518ffffffff0f2220${'cc'.repeat(32)}2a2105${encodeHex(signingKey())}`;
    expect(encodeHex(bytes)).toBe(expected);
    const parsed = parseSenderKeyDistribution(bytes);
    expect({ ...parsed, chainKey: encodeHex(parsed.chainKey.reveal()) }).toEqual({
      ...message,
      chainKey: 'cc'.repeat(32),
    });
    expect(encodeHex(message.chainKey.reveal())).toBe('cc'.repeat(32));
  });

  it('does not print', () => {
    const message = parseSenderKeyDistribution(decodeHex(vectors.distribution)!);
    expect(String(encodeSenderKeyDistribution(message))).toBe('[redacted]');
    expect(JSON.stringify(message)).toContain('"chainKey":"[redacted]"');
  });

  it("gives the same bytes again for messages of Signal's library", () => {
    for (const hex of [vectors.distribution, vectors.laterDistribution]) {
      const parsed = parseSenderKeyDistribution(decodeHex(hex)!);
      expect(encodeHex(parsed.distributionId)).toBe(vectors.distributionId);
      expect(encodeHex(encodeSenderKeyDistribution(parsed).reveal())).toBe(hex);
    }
    expect(parseSenderKeyDistribution(decodeHex(vectors.laterDistribution)!).iteration).toBe(4);
  });

  it('refuses other versions by their age, and no bytes at all', () => {
    const bytes = decodeHex(vectors.distribution)!;
    const withVersion = (version: number) => codeOf(Uint8Array.of(version, ...bytes.subarray(1)));
    expect(withVersion(0x33)).toBe('accepted');
    expect(withVersion(0x23)).toBe('LegacyVersion');
    expect(withVersion(0x43)).toBe('UnknownVersion');
    expect(codeOf(new Uint8Array())).toBe('InvalidMessage');
    expect(codeOf(Uint8Array.of(0x33))).toBe('InvalidMessage');
  });

  it('refuses missing fields, foreign ones, left-over bytes and wrong lengths', () => {
    const id = [1, ID] as const;
    const chain = [2, 1] as const;
    const iteration = [3, 1] as const;
    const chainKey = [4, CHAIN_KEY] as const;
    const key = [5, serializePublicKey(signingKey())] as const;
    const whole = spelt(id, chain, iteration, chainKey, key);
    expect(codeOf(whole)).toBe('accepted');
    expect(codeOf(concatBytes(whole, Uint8Array.of(0)))).toBe('InvalidMessage');
    expect(codeOf(whole.subarray(0, -1))).toBe('InvalidMessage');
    expect(codeOf(spelt(chain, iteration, chainKey, key))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, iteration, chainKey, key))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, chainKey, key))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, iteration, key))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, iteration, chainKey))).toBe('InvalidMessage');
    expect(codeOf(spelt(id, chain, iteration, chainKey, key, [6, 1]))).toBe('InvalidMessage');
    for (const length of [0, 31, 33])
      expect(codeOf(spelt(id, chain, iteration, [4, new Uint8Array(length)], key))).toBe('InvalidMessage');
    for (const length of [0, 32, 34])
      expect(codeOf(spelt(id, chain, iteration, chainKey, [5, new Uint8Array(length)]))).toBe('InvalidMessage');
  });

  it('refuses signing keys that no honest peer makes', () => {
    const withKey = (key: Uint8Array) => codeOf(spelt([1, ID], [2, 1], [3, 1], [4, CHAIN_KEY], [5, key]));
    const good = serializePublicKey(signingKey());
    expect(withKey(good)).toBe('accepted');
    expect(withKey(Uint8Array.of(0x04, ...good.subarray(1)))).toBe('InvalidKey');
    const highBit = good.slice();
    highBit[32]! |= 0x80;
    expect(withKey(highBit)).toBe('InvalidKey');
    const smallOrder = new Uint8Array(33);
    smallOrder[0] = 5;
    expect(withKey(smallOrder)).toBe('InvalidKey');
  });

  it('takes any bytes: it refuses by a code or reads the one spelling', () => {
    const known = fc.constantFrom(decodeHex(vectors.distribution)!, decodeHex(vectors.laterDistribution)!);
    const flipped = fc.tuple(known, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([bytes, at, mask]) => {
      const copy = bytes.slice();
      copy[at % copy.length]! ^= mask;
      return copy;
    });
    const random = fc.uint8Array({ maxLength: 120 }).map((rest) => Uint8Array.of(0x33, ...rest));
    fc.assert(
      fc.property(fc.oneof(flipped, random), (bytes) => {
        try {
          const parsed = parseSenderKeyDistribution(bytes);
          expect(encodeHex(encodeSenderKeyDistribution(parsed).reveal())).toBe(encodeHex(bytes));
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          expect(['InvalidMessage', 'InvalidKey', 'LegacyVersion', 'UnknownVersion']).toContain(error.code);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../test/support/signal/random.ts';
import { concatBytes } from '../bytes/index.ts';
import { cryptoReady, deriveX25519PublicKey, KYBER1024_LENGTHS } from '../crypto/index.ts';
import { attempt } from '../failure/index.ts';
import { refusal, type SignalFailureCode } from './failure.ts';
import * as keys from './keys.ts';
import { WorkAllowance } from './work-allowance.ts';

beforeAll(cryptoReady);

const codeOf = (operation: () => unknown): string => {
  const outcome = attempt<unknown, SignalFailureCode>(operation);
  return outcome.ok ? 'ok' : outcome.failure.code;
};

describe('public keys on the wire', () => {
  it('are the type byte 5 and the key', () => {
    const { publicKey } = keys.generateKeyPair(systemRandom);
    const serialized = keys.serializePublicKey(publicKey);
    expect(serialized).toEqual(concatBytes(Uint8Array.of(5), publicKey));
    expect(keys.parsePublicKey(serialized)).toEqual(publicKey);
  });

  it('are refused with another type, a byte too few and a byte too many', () => {
    const serialized = keys.serializePublicKey(keys.generateKeyPair(systemRandom).publicKey);
    const otherType = serialized.slice();
    otherType[0] = 8;
    for (const bytes of [
      otherType,
      serialized.subarray(0, 32),
      concatBytes(serialized, Uint8Array.of(0)),
      new Uint8Array(0),
    ]) {
      expect(codeOf(() => keys.parsePublicKey(bytes))).toBe('InvalidKey');
    }
  });

  it('do not share memory with the bytes that they were parsed from', () => {
    const serialized = keys.serializePublicKey(keys.generateKeyPair(systemRandom).publicKey);
    const parsed = keys.parsePublicKey(serialized);
    const before = parsed.slice();
    serialized.fill(0);
    expect(parsed).toEqual(before);
  });
});

describe('KEM keys and ciphertexts on the wire', () => {
  it('are the type byte 8 and 1568 bytes', () => {
    const { publicKey } = keys.generateKemKeyPair(systemRandom);
    const serialized = keys.serializeKemPublicKey(publicKey);
    expect(serialized).toEqual(concatBytes(Uint8Array.of(8), publicKey));
    expect(serialized.length).toBe(1569);
    const ciphertext = systemRandom(KYBER1024_LENGTHS.ciphertext) as Parameters<typeof keys.serializeKemCiphertext>[0];
    expect(keys.serializeKemCiphertext(ciphertext)).toEqual(concatBytes(Uint8Array.of(8), ciphertext));
    expect(keys.parseKemCiphertext(keys.serializeKemCiphertext(ciphertext))).toEqual(ciphertext);
  });

  it('are refused with another type and another length', () => {
    const right = concatBytes(Uint8Array.of(8), new Uint8Array(1568));
    const mlKem = concatBytes(Uint8Array.of(0x0a), new Uint8Array(1568));
    expect(codeOf(() => keys.parseKemCiphertext(right))).toBe('ok');
    expect(codeOf(() => keys.parseKemCiphertext(mlKem))).toBe('InvalidKey');
    expect(codeOf(() => keys.parseKemCiphertext(right.subarray(1)))).toBe('InvalidKey');
    expect(codeOf(() => keys.parseKemCiphertext(concatBytes(right, Uint8Array.of(0))))).toBe('InvalidKey');
  });
});

describe('a fresh key pair', () => {
  it('is made of 32 random bytes, clamped', () => {
    const asked: number[] = [];
    const pair = keys.generateKeyPair((length) => {
      asked.push(length);
      return new Uint8Array(length).fill(0xff);
    });
    expect(asked).toEqual([32]);
    expect(pair.privateKey.reveal()).toEqual(Uint8Array.of(0xf8, ...new Array(30).fill(0xff), 0x7f));
    expect(pair.publicKey).toEqual(deriveX25519PublicKey(pair.privateKey));
  });
});

describe('failures of the room', () => {
  it('say whether trying again can help', () => {
    const retries = { later: ['SenderKeyNotFound'], user: ['PreKeyExhausted', 'SessionNotFound', 'SessionStale'] };
    const user = [...retries.user, 'UnknownVersion', 'UntrustedIdentity'];
    const never = ['InvalidMessage', 'DuplicateMessage', 'MessageGapTooBig', 'LegacyVersion', 'InvalidKey'];
    for (const code of retries.later) expect(refusal(code as SignalFailureCode).retry).toBe('later');
    for (const code of user) expect(refusal(code as SignalFailureCode).retry).toBe('user');
    for (const code of never) expect(refusal(code as SignalFailureCode).retry).toBe('never');
  });
});

describe('a work allowance', () => {
  it('is spent to the last unit and not beyond', () => {
    const work = new WorkAllowance(10);
    work.spend(4);
    expect(codeOf(() => work.spend(7))).toBe('MessageGapTooBig');
    work.spend(6);
    work.spend(0);
    expect(codeOf(() => work.spend(1))).toBe('MessageGapTooBig');
  });
});

import { createHmac, hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../../test/support/signal/random.ts';
import { concatBytes, SecretBytes, writeUint32 } from '../../bytes/index.ts';
import { agreeX25519, cryptoReady, type X25519PublicKey } from '../../crypto/index.ts';
import { attempt } from '../../failure/index.ts';
import type { SignalFailureCode } from '../failure.ts';
import { type ChainKey, generateKeyPair, type PostQuantumMessageKey, type RootKey } from '../keys.ts';
import { WorkAllowance } from '../work-allowance.ts';
import * as steps from './message-keys.ts';
import { type ReceivingChain, takeReceivingSeed } from './receiving-chain.ts';
import { nextSendingSeed } from './sending-chain.ts';
import { SkippedSeeds } from './skipped-seeds.ts';

beforeAll(cryptoReady);

const chainKeyOf = (fill: number): ChainKey => SecretBytes.of(new Uint8Array(32).fill(fill));
const hmac = (key: Uint8Array, byte: number): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(Uint8Array.of(byte)).digest());
const hkdf = (key: Uint8Array, salt: Uint8Array, info: string, length: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, salt, info, length));
const ZERO = new Uint8Array(32);

/** The seed at `counter` of the chain that begins with `chainKey`, by Node's own HMAC. */
function seedAt(chainKey: Uint8Array, counter: number): Uint8Array {
  let key = chainKey;
  for (let i = 0; i < counter; i++) key = hmac(key, 2);
  return hmac(key, 1);
}

const codeOf = (operation: () => unknown): string => {
  const outcome = attempt<unknown, SignalFailureCode>(operation);
  return outcome.ok ? 'ok' : outcome.failure.code;
};

describe('chain steps', () => {
  it('are HMACs of 1 for the seed and of 2 for the next key, and the old key is wiped', () => {
    const key = chainKeyOf(7);
    const before = key.reveal().slice();
    expect(steps.deriveMessageKeySeed(key).reveal()).toEqual(hmac(before, 1));
    expect(steps.advanceChainKey(key).reveal()).toEqual(hmac(before, 2));
    expect(key.reveal()).toEqual(ZERO);
  });

  it('turn a seed into 80 bytes of keys with the post-quantum key as salt, and wipe both', () => {
    const seed = SecretBytes.of<'MessageKeySeed'>(systemRandom(32));
    const postQuantumKey: PostQuantumMessageKey = SecretBytes.of(systemRandom(32));
    const expected = hkdf(seed.reveal(), postQuantumKey.reveal(), 'WhisperMessageKeys', 80);
    const keys = steps.deriveMessageKeys(seed, postQuantumKey);
    expect(concatBytes(keys.cipherKey.reveal(), keys.macKey.reveal(), keys.iv.reveal())).toEqual(expected);
    expect([keys.cipherKey.length, keys.macKey.length, keys.iv.length]).toEqual([32, 32, 16]);
    expect(seed.reveal()).toEqual(ZERO);
    expect(postQuantumKey.reveal()).toEqual(ZERO);
    steps.wipeMessageKeys(keys);
    expect(concatBytes(keys.cipherKey.reveal(), keys.macKey.reveal(), keys.iv.reveal())).toEqual(new Uint8Array(80));
  });

  it('turn the root with what was agreed, and leave the old root to its owner', () => {
    const [ours, theirs] = [generateKeyPair(systemRandom), generateKeyPair(systemRandom)];
    const root: RootKey = SecretBytes.of(systemRandom(32));
    const agreed = agreeX25519(theirs.privateKey, ours.publicKey)!.reveal();
    const expected = hkdf(agreed, root.reveal(), 'WhisperRatchet', 64);
    const step = steps.stepRootKey(root, ours.privateKey, theirs.publicKey);
    expect(concatBytes(step.rootKey.reveal(), step.chainKey.reveal())).toEqual(expected);
    expect(step.rootKey.length).toBe(32);
    expect(root.reveal()).not.toEqual(ZERO);
  });

  it('refuse a ratchet key of small order', () => {
    const ours = generateKeyPair(systemRandom);
    const root: RootKey = SecretBytes.of(systemRandom(32));
    expect(codeOf(() => steps.stepRootKey(root, ours.privateKey, ZERO.slice() as X25519PublicKey))).toBe('InvalidKey');
  });
});

describe('a sending chain', () => {
  it('gives one seed after the other, with its counter', () => {
    const chain = { ratchetKeyPair: generateKeyPair(systemRandom), chainKey: chainKeyOf(1), index: 0 };
    for (let counter = 0; counter < 4; counter++) {
      const next = nextSendingSeed(chain);
      expect(next.counter).toBe(counter);
      expect(next.seed.reveal()).toEqual(seedAt(new Uint8Array(32).fill(1), counter));
    }
    expect(chain.index).toBe(4);
  });

  it('ends with the last counter that fits on the wire', () => {
    const chain = { ratchetKeyPair: generateKeyPair(systemRandom), chainKey: chainKeyOf(1), index: 0xfffffffe };
    expect(nextSendingSeed(chain).counter).toBe(0xfffffffe);
    const before = chain.chainKey.reveal().slice();
    expect(codeOf(() => nextSendingSeed(chain))).toBe('SessionStale');
    expect(chain.chainKey.reveal()).toEqual(before);
  });
});

describe('a receiving chain', () => {
  const begin = (): ReceivingChain => ({
    ratchetKey: generateKeyPair(systemRandom).publicKey,
    chainKey: chainKeyOf(2),
    index: 0,
    skipped: new SkippedSeeds(),
  });
  const START = new Uint8Array(32).fill(2);
  const take = (chain: ReceivingChain, counter: number, units = 100_000): Uint8Array =>
    takeReceivingSeed(chain, counter, new WorkAllowance(units)).reveal();

  it('gives each seed once, in any order', () => {
    const chain = begin();
    for (const counter of [0, 3, 1, 4, 2]) expect(take(chain, counter)).toEqual(seedAt(START, counter));
    for (const counter of [0, 1, 2, 3, 4]) expect(codeOf(() => take(chain, counter))).toBe('DuplicateMessage');
    expect(chain.index).toBe(5);
    expect(chain.skipped.count).toBe(0);
  });

  it('jumps 2000 messages and not 2001', () => {
    const chain = begin();
    const key = chain.chainKey.reveal().slice();
    expect(codeOf(() => take(chain, 2001))).toBe('MessageGapTooBig');
    expect([chain.index, chain.chainKey.reveal()]).toEqual([0, key]);
    expect(take(chain, 2000)).toEqual(seedAt(START, 2000));
    expect(chain.skipped.count).toBe(2000);
    expect(take(chain, 0)).toEqual(seedAt(START, 0));
  });

  it('ends before the last counter that fits on the wire', () => {
    const chain = { ...begin(), index: 0xfffffffe };
    expect(codeOf(() => take(chain, 0xffffffff))).toBe('MessageGapTooBig');
    expect(codeOf(() => take(chain, 0xfffffffe))).toBe('ok');
    expect(codeOf(() => take(chain, 0xffffffff))).toBe('MessageGapTooBig');
  });

  it('does no more work than it is allowed: a unit for each message that it skips', () => {
    const chain = begin();
    expect(codeOf(() => take(chain, 11, 10))).toBe('MessageGapTooBig');
    expect(chain.index).toBe(0);
    expect(codeOf(() => take(chain, 10, 10))).toBe('ok');
    expect(codeOf(() => take(chain, 11, 0))).toBe('ok');
  });

  it('drops the oldest of more than 2000 skipped seeds', () => {
    const chain = begin();
    take(chain, 2000);
    take(chain, 2002);
    expect(chain.skipped.count).toBe(2000);
    expect(codeOf(() => take(chain, 0))).toBe('DuplicateMessage');
    expect(take(chain, 1)).toEqual(seedAt(START, 1));
    expect(take(chain, 2001)).toEqual(seedAt(START, 2001));
  });
});

describe('skipped seeds', () => {
  const seed = (fill: number) => SecretBytes.of<'MessageKeySeed'>(new Uint8Array(32).fill(fill));

  it('lie flat: counter and seed, in the order in which they were passed over', () => {
    const skipped = new SkippedSeeds();
    const given = seed(1);
    skipped.keep(5, given);
    skipped.keep(0xffffffff, seed(2));
    expect(given.reveal()).toEqual(ZERO);
    const expected = concatBytes(
      writeUint32(5),
      new Uint8Array(32).fill(1),
      writeUint32(0xffffffff),
      new Uint8Array(32).fill(2),
    );
    expect(skipped.reveal()).toEqual(expected);
    expect(skipped.count).toBe(2);
    expect(new SkippedSeeds(expected.slice()).take(0xffffffff)?.reveal()).toEqual(new Uint8Array(32).fill(2));
  });

  it('leave nothing behind where one was taken', () => {
    const skipped = new SkippedSeeds();
    for (let i = 0; i < 20; i++) skipped.keep(i, seed(i + 1));
    expect(skipped.take(3)?.reveal()).toEqual(new Uint8Array(32).fill(4));
    expect(skipped.take(3)).toBeUndefined();
    expect(skipped.take(99)).toBeUndefined();
    expect(skipped.count).toBe(19);
    const whole = new Uint8Array(skipped.reveal().buffer);
    expect(whole.subarray(19 * 36).every((byte) => byte === 0)).toBe(true);
    for (let i = 0; i < 20; i++) if (i !== 3) expect(skipped.take(i)?.reveal()).toEqual(new Uint8Array(32).fill(i + 1));
    expect(skipped.count).toBe(0);
  });

  it('wipe the array that they outgrow', () => {
    const first = concatBytes(writeUint32(1), new Uint8Array(32).fill(9));
    const skipped = new SkippedSeeds(first);
    skipped.keep(2, seed(1));
    expect(first).toEqual(new Uint8Array(36));
    expect(skipped.take(1)?.reveal()).toEqual(new Uint8Array(32).fill(9));
  });

  it('come in whole entries', () => {
    expect(() => new SkippedSeeds(new Uint8Array(35))).toThrow(RangeError);
    expect(() => new SkippedSeeds(new Uint8Array(37))).toThrow('whole entries');
    expect(new SkippedSeeds(new Uint8Array(36)).count).toBe(1);
  });
});

import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeHex, isAllZero, SecretBytes } from '../../bytes/index.ts';
import { cryptoReady, type X25519PublicKey } from '../../crypto/index.ts';
import { attempt } from '../../failure/index.ts';
import { SkippedSeeds } from '../ratchet/skipped-seeds.ts';
import { canAdvance, type SenderKeyState, takeNextSeed, takeSeedAt, wipeSenderKeyState } from './sender-key-state.ts';

const START = new Uint8Array(32).fill(3);

beforeAll(cryptoReady);

function stateAt(iteration: number): SenderKeyState {
  return {
    chainId: 1,
    signingPublicKey: new Uint8Array(32) as X25519PublicKey,
    signingPrivateKey: SecretBytes.of(new Uint8Array(32).fill(8)),
    iteration,
    chainKey: SecretBytes.of(START.slice()),
    skipped: new SkippedSeeds(),
  };
}

/** The seed `steps` after the start, by Node's own HMAC. */
function expectedSeed(steps: number): string {
  let chainKey: Uint8Array = START;
  for (let i = 0; i < steps; i++) chainKey = createHmac('sha256', chainKey).update(Uint8Array.of(2)).digest();
  return createHmac('sha256', chainKey).update(Uint8Array.of(1)).digest('hex');
}

function seedAt(state: SenderKeyState, iteration: number): string {
  const outcome = attempt(() => takeSeedAt(state, iteration));
  return outcome.ok ? encodeHex(outcome.value.reveal()) : outcome.failure.code;
}

describe('a sender key state', () => {
  it('gives the seeds of its chain in order and moves on by one', () => {
    const state = stateAt(40);
    const { chainKey } = state;
    expect(encodeHex(takeNextSeed(state).reveal())).toBe(expectedSeed(0));
    expect(state.iteration).toBe(41);
    expect(isAllZero(chainKey.reveal())).toBe(true);
    expect(encodeHex(takeNextSeed(state).reveal())).toBe(expectedSeed(1));
    expect(state.iteration).toBe(42);
  });

  it('gives a seed ahead, remembers those between, and each of them once', () => {
    const state = stateAt(40);
    expect(seedAt(state, 43)).toBe(expectedSeed(3));
    expect(state.iteration).toBe(44);
    expect(state.skipped.count).toBe(3);
    expect(seedAt(state, 41)).toBe(expectedSeed(1));
    expect(seedAt(state, 41)).toBe('DuplicateMessage');
    expect(seedAt(state, 43)).toBe('DuplicateMessage');
    expect(seedAt(state, 40)).toBe(expectedSeed(0));
    expect(seedAt(state, 44)).toBe(expectedSeed(4));
    expect(seedAt(state, 42)).toBe(expectedSeed(2));
    expect(state.skipped.count).toBe(0);
  });

  it('calls what came before it was given to us a duplicate', () => {
    expect(seedAt(stateAt(40), 39)).toBe('DuplicateMessage');
  });

  it('jumps 2000 ahead and not 2001', () => {
    const state = stateAt(5);
    const { chainKey } = state;
    expect(seedAt(state, 2006)).toBe('MessageGapTooBig');
    expect(state.chainKey).toBe(chainKey);
    expect(state.iteration).toBe(5);
    expect(seedAt(state, 2005)).toBe(expectedSeed(2000));
    expect(state.skipped.count).toBe(2000);
    expect(seedAt(state, 5)).toBe(expectedSeed(0));
  });

  it('remembers the newest 2000 over several jumps', () => {
    const state = stateAt(0);
    expect(seedAt(state, 1500)).toBe(expectedSeed(1500));
    expect(seedAt(state, 2003)).toBe(expectedSeed(2003));
    expect(state.skipped.count).toBe(2000);
    expect(seedAt(state, 1)).toBe('DuplicateMessage');
    expect(seedAt(state, 2)).toBe(expectedSeed(2));
  });

  it('never uses the last iteration, since the chain could not go on', () => {
    const state = stateAt(0xfffffffd);
    expect(canAdvance(state)).toBe(true);
    expect(seedAt(state, 0xffffffff)).toBe('InvalidMessage');
    expect(seedAt(state, 0xfffffffe)).toBe(expectedSeed(1));
    expect(state.iteration).toBe(0xffffffff);
    expect(canAdvance(state)).toBe(false);
    expect(seedAt(state, 0xffffffff)).toBe('InvalidMessage');
    expect(seedAt(state, 0xfffffffd)).toBe(expectedSeed(0));
  });

  it('is wiped whole, with or without a private key', () => {
    const state = stateAt(0);
    takeSeedAt(state, 1);
    wipeSenderKeyState(state);
    const { chainKey, signingPrivateKey, skipped } = state;
    expect([chainKey.reveal(), signingPrivateKey!.reveal(), skipped.reveal()].every(isAllZero)).toBe(true);
    expect(skipped.count).toBe(1);
    expect(() => wipeSenderKeyState({ ...stateAt(0), signingPrivateKey: undefined })).not.toThrow();
  });
});

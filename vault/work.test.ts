import { describe, expect, it } from 'vitest';
import {
  beginsWithZeroBits,
  type RecordId,
  type WorkChallenge,
  type WorkOffer,
  type WorkSolution,
  workInput,
} from '../lib/vault-protocol/index.ts';
import { sha256 } from './hash.ts';
import { WorkDesk } from './work.ts';

const id = new Uint8Array(16).fill(1) as RecordId;
const other = new Uint8Array(16).fill(2) as RecordId;

function solve({ challenge, bits }: WorkOffer, subject = id): WorkSolution {
  const solution = new Uint8Array(8) as WorkSolution;
  for (let n = 0; ; n++) {
    new DataView(solution.buffer).setUint32(4, n);
    if (beginsWithZeroBits(sha256(workInput(challenge, subject, solution)), bits)) return solution;
  }
}

function desk(least = 4) {
  const state = { now: 1_000_000, asked: 0 };
  const authenticate = async (message: Uint8Array) => {
    state.asked++;
    return sha256(new Uint8Array(1), message);
  };
  return { state, desk: new WorkDesk(authenticate, () => state.now, least) };
}

describe('proof of work', () => {
  it('is accepted for the subject that it was done for, until the challenge expires', async () => {
    const { state, desk: work } = desk();
    const offer = await work.offer();
    expect(offer).toMatchObject({ bits: 4, expires: 1_600_000 });
    expect(offer.challenge).toHaveLength(57);
    const solution = solve(offer);
    expect(await work.accepts(offer.challenge, id, solution)).toBe(true);
    let wrong = 0;
    for (let n = 0; n < 64; n++) {
      const subject = new Uint8Array(16).fill(n + 3) as RecordId;
      if (!(await work.accepts(offer.challenge, subject, solution))) wrong++;
    }
    // One subject in sixteen is served by the same solution, by chance.
    expect(wrong).toBeGreaterThan(40);
    state.now = 1_600_000;
    expect(await work.accepts(offer.challenge, id, solution)).toBe(true);
    state.now += 1;
    expect(await work.accepts(offer.challenge, id, solution)).toBe(false);
  });

  it('is refused for a challenge that this vault did not write, of any length', async () => {
    const { desk: work } = desk();
    const { challenge } = await work.offer();
    const easy = challenge.slice() as WorkChallenge;
    easy[0] = 0;
    expect(await work.accepts(easy, id, new Uint8Array(8) as WorkSolution)).toBe(false);
    for (const length of [0, 1, 56, 58, 96]) {
      const odd = new Uint8Array(length) as WorkChallenge;
      expect(await work.accepts(odd, id, new Uint8Array(8) as WorkSolution)).toBe(false);
    }
  });

  it('asks nothing of the HSM for a solution that is none', async () => {
    const { state, desk: work } = desk(16);
    const offer = await work.offer();
    state.asked = 0;
    expect(await work.accepts(offer.challenge, other, new Uint8Array(8) as WorkSolution)).toBe(false);
    expect(state.asked).toBe(0);
  });

  it('hands one challenge out for a minute', async () => {
    const { state, desk: work } = desk();
    const first = await work.offer();
    state.now += 59_999;
    expect(await work.offer()).toBe(first);
    state.now += 1;
    expect(await work.offer()).not.toBe(first);
  });

  it('grows with the crowd, and shrinks when it is gone', async () => {
    const { state, desk: work } = desk(16);
    const bitsAfter = async (more: number) => {
      for (let n = 0; n < more; n++) work.count();
      return (await work.offer()).bits;
    };
    expect(await bitsAfter(31)).toBe(16);
    expect(await bitsAfter(1)).toBe(17);
    expect(await bitsAfter(63)).toBe(17);
    expect(await bitsAfter(1)).toBe(18);
    expect(await bitsAfter(5000)).toBe(22);
    state.now += 600_000;
    expect(await bitsAfter(0)).toBe(22);
    state.now += 1;
    expect(await bitsAfter(0)).toBe(16);
  });
});

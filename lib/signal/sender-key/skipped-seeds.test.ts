import { describe, expect, it } from 'vitest';
import { isAllZero, SecretBytes } from '../../bytes/index.ts';
import { attempt } from '../../failure/index.ts';
import type { MessageKeySeed } from '../keys.ts';
import { MAX_PACKED_LENGTH, SkippedSeeds } from './skipped-seeds.ts';

/** A seed that tells its iteration, so that a mix-up shows. */
function seedOf(iteration: number): MessageKeySeed {
  const bytes = new Uint8Array(32).fill(0x11);
  new DataView(bytes.buffer).setUint32(0, iteration);
  return SecretBytes.of(bytes);
}

function appendTo(seeds: SkippedSeeds, first: number, count: number): void {
  let iteration = first;
  seeds.append(first, count, () => seedOf(iteration++));
}

function seedsOf(first: number, count: number): SkippedSeeds {
  const seeds = SkippedSeeds.none();
  appendTo(seeds, first, count);
  return seeds;
}

function packedIterations(...iterations: readonly number[]): Uint8Array {
  const packed = new Uint8Array(iterations.length * 36);
  iterations.forEach((iteration, i) => {
    new DataView(packed.buffer).setUint32(i * 36, iteration);
  });
  return packed;
}

function unpackCode(packed: Uint8Array, iteration: number): string {
  const outcome = attempt(() => SkippedSeeds.unpack(packed, iteration));
  return outcome.ok ? 'accepted' : outcome.failure.code;
}

describe('skipped seeds', () => {
  it('gives each seed once, in any order', () => {
    const seeds = seedsOf(100, 5);
    for (const iteration of [102, 100, 104, 103, 101]) {
      expect(seeds.take(iteration)?.equals(seedOf(iteration))).toBe(true);
      expect(seeds.take(iteration)).toBeUndefined();
    }
    expect(seeds.packed.length).toBe(0);
  });

  it('knows nothing of iterations that were not skipped', () => {
    const seeds = seedsOf(100, 2);
    for (const iteration of [0, 99, 102]) expect(seeds.take(iteration)).toBeUndefined();
    expect(SkippedSeeds.none().take(0)).toBeUndefined();
    expect(seeds.packed.length).toBe(72);
  });

  it('packs iteration and seed, oldest first', () => {
    const seeds = seedsOf(0xfffffffd, 2);
    expect(seeds.packed).toEqual(
      Uint8Array.of(
        255,
        255,
        255,
        253,
        ...seedOf(0xfffffffd).reveal(),
        255,
        255,
        255,
        254,
        ...seedOf(0xfffffffe).reveal(),
      ),
    );
  });

  it('keeps 2000 seeds, and the oldest give way to newer ones', () => {
    const seeds = seedsOf(0, 2000);
    expect(seeds.packed.length).toBe(MAX_PACKED_LENGTH);
    expect(MAX_PACKED_LENGTH).toBe(2000 * 36);
    appendTo(seeds, 2000, 3);
    expect(seeds.packed.length).toBe(MAX_PACKED_LENGTH);
    expect(seeds.take(2)).toBeUndefined();
    expect(seeds.take(3)?.equals(seedOf(3))).toBe(true);
    expect(seeds.take(2002)?.equals(seedOf(2002))).toBe(true);
    appendTo(seeds, 2003, 2000);
    expect(seeds.take(2001)).toBeUndefined();
    expect(seeds.take(2003)?.equals(seedOf(2003))).toBe(true);
    expect(seeds.take(4002)?.equals(seedOf(4002))).toBe(true);
    expect(seeds.packed.length).toBe(MAX_PACKED_LENGTH - 72);
  });

  it('fills up to 2000 before any gives way', () => {
    const seeds = seedsOf(0, 1999);
    appendTo(seeds, 1999, 1);
    expect(seeds.take(0)?.equals(seedOf(0))).toBe(true);
    expect(seeds.take(1999)?.equals(seedOf(1999))).toBe(true);
  });

  it('wipes what it lets go: the seeds it packed, the packed form it replaces, and all on request', () => {
    const made: MessageKeySeed[] = [];
    const seeds = SkippedSeeds.none();
    seeds.append(7, 2, () => {
      made.push(seedOf(7));
      return made.at(-1)!;
    });
    expect(made.map((seed) => isAllZero(seed.reveal()))).toEqual([true, true]);
    const before = seeds.packed;
    seeds.take(7);
    expect(isAllZero(before)).toBe(true);
    const after = seeds.packed;
    expect(isAllZero(after)).toBe(false);
    seeds.wipe();
    expect(isAllZero(after)).toBe(true);
  });

  it('unpacks what it packed', () => {
    const seeds = seedsOf(10, 3);
    seeds.take(11);
    const again = SkippedSeeds.unpack(seeds.packed.slice(), 13);
    expect(again.packed).toEqual(seeds.packed);
    expect(again.take(12)?.equals(seedOf(12))).toBe(true);
  });

  it('unpacks from the middle of other bytes', () => {
    const around = new Uint8Array(100);
    around.set(packedIterations(4), 20);
    expect(SkippedSeeds.unpack(around.subarray(20, 56), 5).take(4)).toBeDefined();
  });

  it('refuses packed forms that no chain can have given', () => {
    expect(unpackCode(new Uint8Array(), 0)).toBe('accepted');
    expect(unpackCode(packedIterations(0), 1)).toBe('accepted');
    expect(unpackCode(packedIterations(0), 0)).toBe('InvalidState');
    expect(unpackCode(packedIterations(0, 3, 4), 5)).toBe('accepted');
    expect(unpackCode(packedIterations(0, 3, 4), 4)).toBe('InvalidState');
    expect(unpackCode(packedIterations(3, 3), 5)).toBe('InvalidState');
    expect(unpackCode(packedIterations(4, 3), 5)).toBe('InvalidState');
    expect(unpackCode(packedIterations(1).subarray(0, 35), 5)).toBe('InvalidState');
    const many = (count: number) => packedIterations(...Array.from({ length: count }, (_, i) => i));
    expect(unpackCode(many(2000), 2001)).toBe('accepted');
    expect(unpackCode(many(2001), 2001)).toBe('InvalidState');
  });
});

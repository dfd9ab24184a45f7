import { beforeAll, describe, expect, it } from 'vitest';
import { ByteWriter } from '../../bytes/index.ts';
import { cryptoReady } from '../../crypto/index.ts';
import {
  decodeSkippedKeys,
  encodeSkippedKeys,
  NO_SKIPPED_KEYS,
  type SkippedKeys,
  skipKeys,
  takeSkippedKey,
} from './skipped-keys.ts';
import { readWhole, verdictOf } from './test-support.ts';

beforeAll(cryptoReady);

function keyOf(index: number): Uint8Array {
  return new Uint8Array(32).fill(index & 255);
}

/** The keys of a chain that stood at `counter` and went to `target`. */
function skip(skipped: SkippedKeys, counter: number, target: number): SkippedKeys {
  const jump = skipKeys(skipped, counter, target);
  for (let index = counter + 1; index < target; index++) jump.add(index, keyOf(index));
  return jump.skipped;
}

function encode(skipped: SkippedKeys): Uint8Array {
  const writer = new ByteWriter();
  encodeSkippedKeys(writer, skipped);
  return writer.finish();
}

function decode(bytes: Uint8Array, counter: number): SkippedKeys {
  return readWhole(bytes, (reader) => decodeSkippedKeys(reader, counter));
}

/** A count, and entries of these indices. */
function encoded(...indices: readonly number[]): Uint8Array {
  const writer = new ByteWriter().uint16(indices.length);
  for (const index of indices) writer.uint32(index).raw(keyOf(index));
  return writer.finish();
}

describe('skipped keys', () => {
  it('are found by their index wherever they stand, once', () => {
    for (const order of [
      [1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1],
      [3, 1, 5, 2, 4],
    ]) {
      let skipped = skip(NO_SKIPPED_KEYS, 0, 6);
      for (const index of order) {
        const found = takeSkippedKey(skipped, index)!;
        expect(found.key.reveal()).toEqual(keyOf(index));
        skipped = found.rest;
        expect(takeSkippedKey(skipped, index)).toBeUndefined();
      }
      expect(skipped.length).toBe(0);
    }
  });

  it('leave the others as they are when one is taken', () => {
    const skipped = skip(skip(NO_SKIPPED_KEYS, 0, 4), 4, 8);
    expect(encode(takeSkippedKey(skipped, 5)!.rest)).toEqual(encoded(1, 2, 3, 6, 7));
  });

  it('are not there outside what was skipped', () => {
    const skipped = skip(NO_SKIPPED_KEYS, 4, 8);
    for (const index of [0, 1, 4, 8, 9, 0xffffffff]) expect(takeSkippedKey(skipped, index)).toBeUndefined();
    expect(takeSkippedKey(NO_SKIPPED_KEYS, 1)).toBeUndefined();
  });

  it('are wiped where they stood before', () => {
    const first = skip(NO_SKIPPED_KEYS, 0, 4);
    const second = takeSkippedKey(first, 2)!.rest;
    expect(first.reveal()).toEqual(new Uint8Array(3 * 36));
    skip(second, 4, 6);
    expect(second.reveal()).toEqual(new Uint8Array(2 * 36));
  });

  it('reach 2000 back from the newest message and no further', () => {
    const skipped = skip(skip(NO_SKIPPED_KEYS, 0, 3), 3, 2002);
    expect(takeSkippedKey(skipped, 1)).toBeUndefined();
    expect(takeSkippedKey(skipped, 2)!.key.reveal()).toEqual(keyOf(2));
    expect(skip(NO_SKIPPED_KEYS, 0, 2001).length).toBe(2000 * 36);
    // One more is skipped, and the two that are now 2001 and 2002 back go.
    expect(encode(skip(skip(NO_SKIPPED_KEYS, 0, 2001), 2001, 2003)).slice(0, 6)).toEqual(
      Uint8Array.of(2000 >> 8, (2000 - 1) & 255, 0, 0, 0, 3),
    );
  });
});

describe('the bytes of skipped keys', () => {
  it('are a count in 2 bytes and entries of 36 bytes by ascending index', () => {
    expect(encode(NO_SKIPPED_KEYS)).toEqual(Uint8Array.of(0, 0));
    expect(encode(skip(NO_SKIPPED_KEYS, 6, 10))).toEqual(encoded(7, 8, 9));
  });

  it('give the same keys again', () => {
    expect(encode(decode(encoded(70001, 70005, 72000), 72001))).toEqual(encoded(70001, 70005, 72000));
  });

  it('are one and the same object for no keys', () => {
    expect(decode(Uint8Array.of(0, 0), 9)).toBe(NO_SKIPPED_KEYS);
  });

  it.each([
    ['an index of zero', encoded(0, 1), 9],
    ['an index twice', encoded(3, 3), 9],
    ['a descending index', encoded(4, 3), 9],
    ['the index of the newest message', encoded(8, 9), 9],
    ['an index ahead', encoded(10), 9],
    ['an index out of reach', encoded(999), 3000],
    ['entries cut short', encoded(1, 2).slice(0, -1), 9],
  ])('are refused with %s', (_, bytes, counter) => {
    expect(verdictOf(() => decode(bytes, counter))).toBe('InvalidState');
  });

  it('are accepted at both ends of their reach', () => {
    expect(decode(encoded(1000, 2999), 3000).length).toBe(72);
    expect(decode(encoded(1, 8), 9).length).toBe(72);
  });
});

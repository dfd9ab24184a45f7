import { describe, expect, it } from 'vitest';
import { concatBytes } from './concat.ts';

describe('concatenation', () => {
  it('holds the parts in order, empty ones included', () => {
    const whole = concatBytes(Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3), Uint8Array.of(4, 5));
    expect(whole).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  });

  it('of nothing is empty', () => {
    expect(concatBytes()).toEqual(new Uint8Array(0));
    expect(concatBytes(new Uint8Array(0))).toEqual(new Uint8Array(0));
  });

  it('is a new array: wiping a part leaves the whole as it was', () => {
    const part = Uint8Array.of(7, 8);
    const whole = concatBytes(part);
    part.fill(0);
    expect(whole).toEqual(Uint8Array.of(7, 8));
  });

  it('takes only the window of a subarray', () => {
    const buffer = Uint8Array.of(1, 2, 3, 4);
    expect(concatBytes(buffer.subarray(1, 3), buffer.subarray(3))).toEqual(Uint8Array.of(2, 3, 4));
  });
});

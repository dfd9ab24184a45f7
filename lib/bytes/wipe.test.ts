import { describe, expect, it } from 'vitest';
import { wipe } from './wipe.ts';

describe('wiping', () => {
  it('overwrites every array with zeros', () => {
    const [one, two] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
    wipe(one, two);
    expect(one).toEqual(new Uint8Array(3));
    expect(two).toEqual(new Uint8Array(1));
  });

  it('stays within the window of a subarray', () => {
    const buffer = Uint8Array.of(1, 2, 3, 4);
    wipe(buffer.subarray(1, 3));
    expect(buffer).toEqual(Uint8Array.of(1, 0, 0, 4));
  });

  it('of nothing does nothing', () => {
    expect(() => wipe()).not.toThrow();
  });
});

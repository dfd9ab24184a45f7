import { describe, expect, it } from 'vitest';
import { readUint16, readUint32, writeUint16, writeUint32, writeUint64 } from './big-endian.ts';

const sample = Uint8Array.of(0x01, 0x02, 0x03, 0x04, 0xff, 0xfe);

describe('fixed-width integers', () => {
  it('are read with the most significant byte first, from the offset', () => {
    expect(readUint16(sample, 0)).toBe(0x0102);
    expect(readUint16(sample, 4)).toBe(0xfffe);
    expect(readUint32(sample, 0)).toBe(0x01020304);
    expect(readUint32(sample, 2)).toBe(0x0304fffe);
    expect(readUint32(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0)).toBe(0xffffffff);
  });

  it('are read within the array, not within the buffer behind it', () => {
    const window = sample.subarray(1, 5);
    expect(readUint16(window, 0)).toBe(0x0203);
    expect(readUint32(window, 0)).toBe(0x020304ff);
    expect(() => readUint16(window, 3)).toThrow(RangeError);
    expect(() => readUint32(window, 1)).toThrow(RangeError);
  });

  it('are written with the most significant byte first', () => {
    expect(writeUint16(0x0102)).toEqual(Uint8Array.of(1, 2));
    expect(writeUint32(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(writeUint64(0x01020304050607)).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  });

  it('are written up to the greatest value of their width', () => {
    expect(writeUint16(0)).toEqual(Uint8Array.of(0, 0));
    expect(writeUint16(0xffff)).toEqual(Uint8Array.of(255, 255));
    expect(writeUint32(0)).toEqual(Uint8Array.of(0, 0, 0, 0));
    expect(writeUint32(0xffffffff)).toEqual(Uint8Array.of(255, 255, 255, 255));
    expect(writeUint64(0)).toEqual(new Uint8Array(8));
    expect(writeUint64(Number.MAX_SAFE_INTEGER)).toEqual(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255));
  });

  it.each([
    ['writeUint16', writeUint16, 0x10000],
    ['writeUint32', writeUint32, 0x100000000],
    ['writeUint64', writeUint64, Number.MAX_SAFE_INTEGER + 1],
  ] as const)('%s refuses one more than its width holds, negatives, fractions and NaN', (_, write, tooMuch) => {
    for (const value of [tooMuch, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => write(value)).toThrow(new RangeError('integer out of range'));
    }
  });
});

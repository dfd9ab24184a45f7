import { describe, expect, it } from 'vitest';
import { type Bytes, bytesOfLength } from './bytes.ts';

describe('a named byte string', () => {
  it('is the array that was given away, not a copy', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const named: Bytes<'Sample'> = bytesOfLength(bytes, 3);
    expect(named).toBe(bytes);
  });

  it('has exactly the promised length: one byte less or more is refused with both numbers', () => {
    expect(() => bytesOfLength(new Uint8Array(31), 32)).toThrow(new RangeError('expected 32 bytes, got 31'));
    expect(() => bytesOfLength(new Uint8Array(33), 32)).toThrow(new RangeError('expected 32 bytes, got 33'));
    expect(bytesOfLength(new Uint8Array(0), 0)).toHaveLength(0);
  });
});

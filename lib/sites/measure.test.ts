import { describe, expect, it } from 'vitest';
import { fitsLimit, measureText, usableLength } from './measure.ts';

describe('measureText', () => {
  it.each([
    ['', 0, 0, 0],
    ['abc', 3, 3, 3],
    ['\u007f', 1, 1, 1],
    ['\u0080', 1, 1, 2],
    ['\u07ff', 1, 1, 2],
    ['\u0800', 1, 1, 3],
    ['\uffff', 1, 1, 3],
    ['\u{10000}', 2, 1, 4],
    ['\ud800', 1, 1, 3],
    ['aé漢🙂', 5, 4, 10],
  ])('counts %j as %i units, %i characters, %i bytes', (text, utf16, codePoints, utf8Bytes) => {
    expect(measureText(text, 'utf16')).toBe(utf16);
    expect(measureText(text, 'codePoints')).toBe(codePoints);
    expect(measureText(text, 'utf8Bytes')).toBe(utf8Bytes);
  });
});

describe('a limit', () => {
  it('leaves the slack unused, and never nothing at all', () => {
    expect(usableLength({ amount: 1000, unit: 'utf16', slack: 64 })).toBe(936);
    expect(usableLength({ amount: 65, unit: 'utf16', slack: 64 })).toBe(1);
    expect(usableLength({ amount: 64, unit: 'utf16', slack: 64 })).toBe(1);
  });

  it('takes a text of its amount and refuses one more', () => {
    const limit = { amount: 4, unit: 'utf8Bytes', slack: 2 } as const;
    expect(fitsLimit('éé', limit)).toBe(true);
    expect(fitsLimit('ééa', limit)).toBe(false);
  });
});

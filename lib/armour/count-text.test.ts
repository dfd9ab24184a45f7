import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../bytes/index.ts';
import { countText } from './count-text.ts';
import { anyText } from './test-samples.ts';

describe('countText', () => {
  it.each([
    ['', 0, 0, 0],
    ['\u007f', 1, 1, 1],
    ['\u0080', 1, 1, 2],
    ['\u07ff', 1, 1, 2],
    ['\u0800', 1, 1, 3],
    ['\uffff', 1, 1, 3],
    ['\u{10000}', 2, 1, 4],
    ['\u{10ffff}', 2, 1, 4],
    ['\ud83d', 1, 1, 3],
    ['añ一😀', 5, 4, 10],
  ])('counts %j', (text, utf16, codePoints, utf8Bytes) => {
    expect(countText(text, 'utf16')).toBe(utf16);
    expect(countText(text, 'codePoints')).toBe(codePoints);
    expect(countText(text, 'utf8Bytes')).toBe(utf8Bytes);
  });

  it('agrees with the platform on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(countText(text, 'utf16')).toBe(text.length);
        expect(countText(text, 'codePoints')).toBe([...text].length);
        expect(countText(text, 'utf8Bytes')).toBe(encodeUtf8(text).length);
      }),
    );
  });
});

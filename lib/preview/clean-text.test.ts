import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../bytes/index.ts';
import { cleanText } from './clean-text.ts';

describe('clean text', () => {
  it.each([
    ['  a \n\t b  ', 'a b'],
    ['a\u00a0\u3000\u2028b', 'a b'],
    ['a\u0000\u0007b', 'a b'],
    ['safe\u202egpj.exe', 'safegpj.exe'],
    ['\u2066a\u2069\u200e\u200f\u061c', 'a'],
    ['a\u200bb\ufeffc\u00add', 'abcd'],
    ['a\u{e0041}b', 'ab'],
    ['a\ud800b', 'ab'],
    ['a\ue000b\u{f0000}', 'ab'],
    ['a\u3164\uffa0\u2800\u115f\u1160b', 'ab'],
    ['a\u{e0100}b', 'ab'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d🚀', '👩\u200d🚀'],
    ['\u200da\u200c b\u200d', 'a b'],
    ['e\u0301', 'e\u0301'],
    [`e${'\u0301'.repeat(9)}x`, `e${'\u0301'.repeat(4)}x`],
    [`e${'\u0301'.repeat(4)}`, `e${'\u0301'.repeat(4)}`],
    ['\u200b \u202e', ''],
    ['', ''],
  ])('%j is %j', (text, clean) => {
    expect(cleanText(text, 100)).toBe(clean);
  });

  it('is cut at its bound in bytes, between letters as they are seen', () => {
    expect(cleanText('abcdef', 6)).toBe('abcdef');
    expect(cleanText('abcdefg', 6)).toBe('abc…');
    expect(cleanText('ab defg', 6)).toBe('ab…');
    // Each of these is 8 or 11 bytes long and one letter.
    expect(cleanText('🇩🇪🇩🇪🇩🇪', 24)).toBe('🇩🇪🇩🇪🇩🇪');
    expect(cleanText('🇩🇪🇩🇪🇩🇪', 23)).toBe('🇩🇪🇩🇪…');
    expect(cleanText('👩\u200d🚀👩\u200d🚀', 21)).toBe('👩\u200d🚀…');
  });

  it('reads four units of text for a byte of room, and no more', () => {
    expect(cleanText(`${' '.repeat(39)}a`, 10)).toBe('a');
    expect(cleanText(`${' '.repeat(40)}a`, 10)).toBe('');
  });

  it('stays within its bound, and is clean when it is clean', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('\u200d', '\u200c', '\u0301', ' ', '👩', '\u202e', 'a', '\u{e0100}', '…'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.integer({ min: 3, max: 60 }), (parts, most) => {
        const clean = cleanText(parts.join(''), most);
        expect(encodeUtf8(clean).length).toBeLessThanOrEqual(most);
        expect(cleanText(clean, most)).toBe(clean);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
      }),
      { numRuns: 2000 },
    );
  });
});

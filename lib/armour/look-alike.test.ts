/** Armour against the world's text: what is not ours is not found, and what only looks like ours is refused by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64Url, encodeHex, encodeUtf8 } from '../bytes/index.ts';
import { ALPHABETS } from './alphabet.ts';
import { encodeBase62 } from './base62.ts';
import { decodeChunk, encodeChunk } from './chunk-text.ts';
import { HAN_BASE, HAN_BITS, MARKS } from './constants.ts';
import { findArmour } from './detect.ts';
import { encodeHan14 } from './han14.ts';
import { ALPHABET_NAMES, anyText, chunk, codeOf, sampleBytes } from './test-samples.ts';

/** Letters of many scripts, as ranges of code points. */
const SCRIPTS: Record<string, readonly [number, number]> = {
  ASCII: [0x20, 0x7e],
  Latin: [0xa0, 0x24f],
  Greek: [0x370, 0x3ff],
  Cyrillic: [0x400, 0x4ff],
  Armenian: [0x530, 0x58f],
  Hebrew: [0x590, 0x5ff],
  Arabic: [0x600, 0x6ff],
  Devanagari: [0x900, 0x97f],
  Tamil: [0xb80, 0xbff],
  Thai: [0xe00, 0xe7f],
  Georgian: [0x10a0, 0x10ff],
  Ethiopic: [0x1200, 0x137f],
  Khmer: [0x1780, 0x17ff],
  Punctuation: [0x2000, 0x206f],
  Symbols: [0x2190, 0x27bf],
  Kana: [0x3040, 0x30ff],
  Han: [0x4e00, 0x9fff],
  CommonHan: [0x4e00, 0x51ff],
  HanOutsideTheAlphabet: [0x8e00, 0x9fa5],
  Hangul: [0xac00, 0xd7a3],
  Forms: [0xf900, 0xfaff],
  Anything: [0, 0xffff],
  Emoji: [0x1f300, 0x1faff],
};

/** `length` characters from a range, with a blank now and then, always the same. */
function textIn([from, to]: readonly [number, number], length: number): string {
  const random = sampleBytes(3 * length, from + 1);
  let text = '';
  for (let i = 0; i < random.length; i += 3) {
    const value = (random[i]! << 16) | (random[i + 1]! << 8) | random[i + 2]!;
    text += String.fromCodePoint(from + (value % (to - from + 1)));
    if (random[i]! % 6 === 0) text += ' ';
  }
  return text;
}

describe('ordinary text', () => {
  it.each(Object.entries(SCRIPTS))('of %s is not taken for armour', (_, range) => {
    const text = textIn(range, 60_000);
    expect(text.length).toBeGreaterThan(60_000);
    expect(findArmour(text)).toEqual([]);
    expect(codeOf(decodeChunk(text))).toBe('NotArmour');
  });

  it('that is random letters of any other encoding is not taken for armour', () => {
    const bytes = sampleBytes(150_000, 77);
    for (const text of [encodeBase62(bytes), encodeHan14(bytes), encodeBase64Url(bytes), encodeHex(bytes)]) {
      expect(findArmour(text)).toEqual([]);
    }
  });

  it.each([
    'https://example.org/qZ7?v=Vx4&END=qZ7W#room',
    '-----BEGIN PGP MESSAGE-----\n\nhQEMA5qZ7Vx+4qZ7W==\n=qZ7W\n-----END PGP MESSAGE-----',
    'eyJhbGciOiJIUzI1NiJ9.qZ7Vx3.qZ7W',
    'QZ7VX4 qz7vx4 qZ7vX4 qZ7VX4',
    '鸈韄 · 鏕, 鸈鏕韄, 韄鏕鸈',
  ])('that resembles armour is not taken for it: %j', (text) => {
    expect(findArmour(text)).toEqual([]);
  });
});

describe.each(ALPHABET_NAMES)('a person who quotes %s armour', (name) => {
  const { sentinel, end } = MARKS[name];
  const real = encodeChunk(chunk(), ALPHABETS[name]);

  it('gets a named refusal for each quotation', () => {
    const quotations: [string, string][] = [
      [`It begins with ${sentinel}.`, 'Truncated'],
      [`It begins with ${sentinel}, then letters, and ends with ${end}.`, 'Altered'],
      [`${sentinel}...${end}`, 'Altered'],
      [`${real.slice(0, 25)}...${real.slice(-10)}`, 'Altered'],
      [`${real.slice(0, 25)} [...]`, 'Truncated'],
    ];
    for (const [text, code] of quotations) {
      const codes = findArmour(text).map((span) => codeOf(decodeChunk(text.slice(span.start, span.end))));
      expect(codes, text).toEqual([code]);
    }
  });

  it('may quote a whole chunk, which is the chunk', () => {
    const text = `> ${real}\nwhat is this?`;
    expect(findArmour(text).map((span) => codeOf(decodeChunk(text.slice(span.start, span.end))))).toEqual(['none']);
  });

  it('never makes finding or reading throw', () => {
    const part = fc.constantFrom(
      sentinel,
      end,
      real,
      real.slice(0, 20),
      real.slice(-20),
      'said',
      '…',
      '\n',
      '👍',
      '一',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, anyText), { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        let last = 0;
        for (const span of findArmour(text)) {
          expect(span.start).toBeGreaterThanOrEqual(last);
          expect(span.end).toBeGreaterThan(span.start);
          last = span.end;
          const code = codeOf(decodeChunk(text.slice(span.start, span.end)));
          expect(code).not.toBe('NotArmour');
          if (!span.complete) expect(code).toBe('Truncated');
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the characters of armour', () => {
  const han = Array.from({ length: 1 << HAN_BITS }, (_, value) => String.fromCharCode(HAN_BASE + value)).join('');
  const latin = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const marks = Object.values(MARKS)
    .map(({ sentinel, end }) => sentinel + end)
    .join('');
  const all = han + latin + marks;

  it('are the first and the last Han that the format names, and never those of the marks', () => {
    expect(han.codePointAt(0)).toBe(0x4e00);
    expect(han.codePointAt(han.length - 1)).toBe(0x8dff);
    for (const character of MARKS.han14.sentinel + MARKS.han14.end) {
      expect(han).not.toContain(character);
      expect(character.codePointAt(0)).toBeLessThanOrEqual(0x9fa5);
    }
  });

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'])('are the same after %s, alone and in a chunk', (form) => {
    expect(all.normalize(form)).toBe(all);
    for (const name of ALPHABET_NAMES) {
      const text = encodeChunk(chunk({ payload: sampleBytes(5000) }), ALPHABETS[name]);
      expect(text.normalize(form)).toBe(text);
    }
  });

  it('are no emoji, no right-to-left letters, no marks, nothing but Latin letters, digits and Han', () => {
    expect(all).not.toMatch(/[\p{Extended_Pictographic}\p{Emoji_Presentation}\p{Emoji_Modifier}]/u);
    expect(all).toMatch(/^[A-Za-z0-9\p{Script=Han}]+$/u);
    expect(all).toMatch(/^[\p{L}\p{Nd}]+$/u);
    expect(all).not.toMatch(/[\p{M}\p{Script=Hebrew}\p{Script=Arabic}]/u);
  });

  it('have no case among the Han, and are one UTF-16 unit each', () => {
    expect(han.toLowerCase()).toBe(han);
    expect(han.toUpperCase()).toBe(han);
    expect([...all].length).toBe(all.length);
    expect(encodeUtf8(han).length).toBe(3 * han.length);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../bytes/index.ts';
import { ALPHABETS } from './alphabet.ts';
import { decodeBase62 } from './base62.ts';
import { decodeChunk, encodeChunk } from './chunk-text.ts';
import { MARKS, MAX_BODY_LETTERS } from './constants.ts';
import {
  ALPHABET_NAMES,
  accepted,
  anyText,
  chunk,
  codeOf,
  expectRefusal,
  sampleBytes,
  withBlanks,
} from './test-samples.ts';

describe.each(ALPHABET_NAMES)('a chunk in %s', (name) => {
  const alphabet = ALPHABETS[name];
  const whole = chunk({ index: 1, count: 2, payload: sampleBytes(100) });
  const text = encodeChunk(whole, alphabet);
  const bodyStart = alphabet.sentinel.length;

  it('is a sentinel, a body and an end mark', () => {
    expect(text.startsWith(MARKS[name].sentinel)).toBe(true);
    expect(text.endsWith(MARKS[name].end)).toBe(true);
    expect(accepted(decodeChunk(text))).toEqual(whole);
  });

  it('is read through blanks and zero-width characters anywhere', () => {
    fc.assert(
      fc.property(withBlanks(text), (spaced) => {
        expect(accepted(decodeChunk(spaced))).toEqual(whole);
      }),
    );
  });

  it('cut off anywhere is truncated, or no armour where not even the sentinel is whole', () => {
    for (let length = 0; length < text.length; length++) {
      expectRefusal(decodeChunk(text.slice(0, length)), length < bodyStart ? 'NotArmour' : 'Truncated');
    }
  });

  it('with any one character replaced is refused by name', () => {
    const others =
      name === 'base62' ? ['0', 'a', 'Z', 'q', 'é', '…'] : ['\u4e00', '\u6e00', '\u8dff', '\u8e00', 'a', '，'];
    for (let at = 0; at < text.length; at++) {
      for (const other of others) {
        if (text[at] === other) continue;
        const code = codeOf(decodeChunk(text.slice(0, at) + other + text.slice(at + 1)));
        if (at < bodyStart) expect(code).toBe('NotArmour');
        else if (at >= text.length - alphabet.end.length) expect(code).toBe('Truncated');
        else expect(code).toMatch(/^(Altered|Truncated)$/);
      }
    }
  });

  it('without any one character of its body, or with two of them exchanged, is refused by name', () => {
    for (let at = bodyStart; at < text.length - alphabet.end.length - 1; at++) {
      const without = text.slice(0, at) + text.slice(at + 1);
      expect(codeOf(decodeChunk(without))).toMatch(/^(Altered|Truncated)$/);
      if (text[at] === text[at + 1]) continue;
      const exchanged = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
      expect(codeOf(decodeChunk(exchanged))).toMatch(/^(Altered|Truncated)$/);
    }
  });

  it('that lost whole blocks in the middle is truncated', () => {
    const block = name === 'base62' ? 43 : 4;
    const from = bodyStart + (name === 'base62' ? 43 : 12);
    expectRefusal(decodeChunk(text.slice(0, from) + text.slice(from + block)), 'Truncated');
  });

  it('with text before it is no armour, and with text behind it is altered', () => {
    expectRefusal(decodeChunk(`a${text}`), 'NotArmour');
    expectRefusal(decodeChunk(`${text}a`), 'Altered');
    expectRefusal(decodeChunk(text + text), 'Altered');
    expectRefusal(decodeChunk(text + alphabet.end), 'Altered');
    expect(decodeChunk(` ${text}\n`).ok).toBe(true);
  });

  it('that is only marks is truncated', () => {
    expectRefusal(decodeChunk(alphabet.sentinel + alphabet.end), name === 'base62' ? 'Truncated' : 'Altered');
    expectRefusal(decodeChunk(alphabet.sentinel), 'Truncated');
    expectRefusal(decodeChunk(alphabet.end), 'NotArmour');
  });

  it('with a body longer than any is malformed', () => {
    const letter = name === 'base62' ? '0' : '\u4e00';
    const body = (letters: number) => alphabet.sentinel + letter.repeat(letters) + alphabet.end;
    expectRefusal(decodeChunk(body(MAX_BODY_LETTERS + 1)), 'Malformed');
    expectRefusal(decodeChunk(body(MAX_BODY_LETTERS)), 'Altered');
  });

  it('is a typed refusal for any text', () => {
    const letter = fc.constantFrom(...alphabet.sentinel, ...alphabet.end, 'a', '0', '一', '…', ' ', '😀');
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 80 }), anyText, (near, any) => {
        for (const input of [near, any, alphabet.sentinel + near, alphabet.sentinel + near + alphabet.end]) {
          expect(codeOf(decodeChunk(input))).toMatch(/^(NotArmour|Truncated|Altered)$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a body in base62', () => {
  it('that has a stem without its stuffing is altered', () => {
    for (const body of ['qZ7', 'qZ7a', '00qZ71', '0'.repeat(40)]) {
      expectRefusal(decodeChunk(MARKS.base62.sentinel + body + MARKS.base62.end), 'Altered');
    }
  });
});

describe('a chunk whose payload spells our own marks', () => {
  it('is found whole, since the stem is stuffed', () => {
    // The header and 18 bytes fill the first block, so the next one is these letters.
    const block = decodeBase62('qZ7Vx4qZ7WqZ7qZ7qZ70qZ7WqZ7Vx4qZ7qZ7qZ7qZ7q')!;
    const whole = chunk({ payload: concatBytes(new Uint8Array(18), block, sampleBytes(9)) });
    const text = encodeChunk(whole, ALPHABETS.base62);
    expect(text).toContain('qZ70Vx4qZ70WqZ70');
    expect(text.indexOf(MARKS.base62.end)).toBe(text.length - 4);
    expect(text.lastIndexOf(MARKS.base62.sentinel)).toBe(0);
    expect(accepted(decodeChunk(text))).toEqual(whole);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARD_KINDS, type CardKind, formatCode, parseCode } from './card-code.ts';
import { codeOf, failureOf } from './test-world.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const kinds = Object.keys(CARD_KINDS) as CardKind[];
const anyBytes = (kind: CardKind) =>
  fc.uint8Array({ minLength: CARD_KINDS[kind].bytes, maxLength: CARD_KINDS[kind].bytes });
const example = Uint8Array.from({ length: 16 }, (_, i) => i * 17);

describe('a printed code', () => {
  it('has one spelling, in groups of five', () => {
    expect(formatCode('code', example)).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(formatCode('code', example).replaceAll('-', '').slice(0, 26)).toBe('008J4CT4ANK7F24SNAXWSQFEZW');
    expect(formatCode('vaults', example.subarray(0, 10))).toHaveLength(23);
    expect(() => formatCode('code', example.subarray(1))).toThrow(RangeError);
  });

  it('is the same typed in lower case, with blanks, with O, I and L for digits', () => {
    const printed = formatCode('code', example);
    const typed = ` ${printed.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', ' \n')} `;
    expect(parseCode('code', typed)).toEqual(example);
    expect(parseCode('code', printed.replaceAll('1', 'I').replaceAll('-', '\u2013'))).toEqual(example);
    expect(parseCode('code', printed.replaceAll('-', ''))).toEqual(example);
  });

  it.each(kinds)('comes back as it went: %s', (kind) => {
    fc.assert(
      fc.property(anyBytes(kind), (bytes) => {
        expect(parseCode(kind, formatCode(kind, bytes))).toEqual(bytes);
      }),
      { verbose: 1 },
    );
  });

  it.each(kinds)('names every single letter that was mistyped: %s', async (kind) => {
    const bytes = example.subarray(0, CARD_KINDS[kind].bytes);
    const printed = formatCode(kind, bytes);
    for (let at = 0; at < printed.length; at++) {
      if (printed[at] === '-') continue;
      for (const letter of ALPHABET) {
        if (letter === printed[at]) continue;
        const failure = await failureOf(() => parseCode(kind, printed.slice(0, at) + letter + printed.slice(at + 1)));
        expect([failure.code, failure.details.at]).toEqual(['CodeMistyped', at]);
      }
    }
  });

  it('finds any two letters that were mistyped or exchanged, and names none of them wrongly as the only one', () => {
    const at = fc.integer({ min: 0, max: 29 });
    const letter = fc.constantFrom(...ALPHABET);
    fc.assert(
      fc.asyncProperty(anyBytes('code'), at, at, letter, letter, async (bytes, first, second, one, other) => {
        const letters = [...formatCode('code', bytes).replaceAll('-', '')];
        fc.pre(first !== second && letters[first] !== one && letters[second] !== other);
        letters[first] = one;
        letters[second] = other;
        const failure = await failureOf(() => parseCode('code', letters.join('')));
        expect([failure.code, failure.details.at]).toEqual(['CodeMistyped', undefined]);
      }),
      { verbose: 1 },
    );
  });

  it('recognises what belongs into another field', async () => {
    expect(await codeOf(() => parseCode('code', formatCode('locator', example)))).toBe('CodeOfOtherKind');
    expect(await codeOf(() => parseCode('locator', formatCode('code', example)))).toBe('CodeOfOtherKind');
    expect(await codeOf(() => parseCode('locator', formatCode('vaults', example.subarray(6))))).toBe('CodeOfOtherKind');
  });

  it('names a letter that there is not, and a length that is not right', async () => {
    const printed = formatCode('code', example);
    const unknown = await failureOf(() => parseCode('code', `${printed.slice(0, 7)}U${printed.slice(8)}`));
    expect([unknown.code, unknown.details.at]).toEqual(['CodeLetterUnknown', 7]);
    expect(await codeOf(() => parseCode('code', printed.slice(0, -1)))).toBe('CodeLength');
    expect(await codeOf(() => parseCode('code', `${printed}0`))).toBe('CodeLength');
    expect(await codeOf(() => parseCode('code', ''))).toBe('CodeLength');
    expect(await codeOf(() => parseCode('code', 'ß'))).toBe('CodeLetterUnknown');
  });
});

import { describe, expect, it } from 'vitest';
import { isIgnorable, stripIgnorable } from './detect-ignorable.ts';

/** The same set, as Unicode names it, among the UTF-16 units. */
const SPACE_OR_CONTROL = /^[\p{White_Space}\p{Cc}]$/u;
const WITHOUT_WIDTH = /^(?:[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\u034f|[\ufe00-\ufe0f])$/u;

describe('ignorable characters', () => {
  it('are the white space, controls and zero-width characters of the basic plane, and no other', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) => {
      const character = String.fromCharCode(code);
      return isIgnorable(code) !== (SPACE_OR_CONTROL.test(character) || WITHOUT_WIDTH.test(character));
    });
    expect(wrong.map((code) => `U+${code.toString(16)}`)).toEqual([]);
  });

  it('are taken out of a text, wherever they stand', () => {
    expect(stripIgnorable(' a\u200bb\r\n c\ufeff')).toBe('abc');
    expect(stripIgnorable('a😀 b')).toBe('a😀b');
    expect(stripIgnorable('')).toBe('');
    expect(stripIgnorable('\u00ad')).toBe('');
  });
});

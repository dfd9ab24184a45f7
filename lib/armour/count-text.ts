/** Owns counting text as sites count it. */

/** `utf16`: JavaScript's length; `codePoints`: Unicode characters; `utf8Bytes`: bytes on the wire. */
export type TextUnit = 'utf16' | 'codePoints' | 'utf8Bytes';

const MEASURES: Record<TextUnit, (codePoint: number) => number> = {
  utf16: (codePoint) => (codePoint > 0xffff ? 2 : 1),
  codePoints: () => 1,
  utf8Bytes: (codePoint) => {
    if (codePoint < 0x80) return 1;
    if (codePoint < 0x800) return 2;
    return codePoint > 0xffff ? 4 : 3;
  },
};

/** The length of `text` in `unit`. A lone surrogate counts as one character, and as the 3 bytes of U+FFFD. */
export function countText(text: string, unit: TextUnit): number {
  let total = 0;
  for (const character of text) total += MEASURES[unit](character.codePointAt(0)!);
  return total;
}

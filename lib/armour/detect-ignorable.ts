/**
 * Owns which characters a site may put anywhere into armour without harm: white space and what has no width.
 * Content scripts import it. Source: Unicode 16, White_Space, and the Default_Ignorable_Code_Points that sites insert
 * (soft hyphens, break opportunities, joiners, direction marks, variation selectors).
 */

/** Whether the UTF-16 unit `code` carries nothing in armour. */
export function isIgnorable(code: number): boolean {
  // Nearly every character of a page is decided by one of the first two lines.
  if (code > 0x20 && code < 0x7f) return false;
  if (code > 0x3000 && code < 0xfe00) return false;
  // Controls and blanks of ASCII and Latin-1, up to the no-break space.
  if (code <= 0xa0) return true;
  switch (code) {
    case 0x00ad: // soft hyphen
    case 0x034f: // combining grapheme joiner
    case 0x061c: // Arabic letter mark
    case 0x1680: // Ogham space mark
    case 0x180e: // Mongolian vowel separator
    case 0x3000: // ideographic space
    case 0xfeff: // byte order mark, zero-width no-break space
      return true;
    default:
      // Blanks, zero-width characters, separators, direction marks; word joiner to isolates; variation selectors.
      return (
        (code >= 0x2000 && code <= 0x200f) ||
        (code >= 0x2028 && code <= 0x202f) ||
        (code >= 0x205f && code <= 0x206f) ||
        (code >= 0xfe00 && code <= 0xfe0f)
      );
  }
}

/** `text` without its ignorable characters. */
export function stripIgnorable(text: string): string {
  let kept = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isIgnorable(text.charCodeAt(i))) continue;
    kept += text.slice(from, i);
    from = i + 1;
  }
  return kept + text.slice(from);
}

/**
 * Owns how long a text is as a site counts it. Does not own the limits themselves: those are an adapter's data.
 * Source: the sites' counting rules as their developers state them (characters, code points or UTF-8 bytes).
 */

/** What a site counts: UTF-16 units (`length` in most web code), Unicode code points, or bytes of UTF-8. */
export type LengthUnit = 'utf16' | 'codePoints' | 'utf8Bytes';

/** A site's bound on one message: at most `amount` of `unit`, of which `slack` is left unused by us. */
export interface LengthLimit {
  readonly amount: number;
  readonly unit: LengthUnit;
  readonly slack: number;
}

/** The length of `text` in `unit`. A lone surrogate counts as one code point and, as in UTF-8 encoders, as 3 bytes. */
export function measureText(text: string, unit: LengthUnit): number {
  if (unit === 'utf16') return text.length;
  let length = 0;
  for (const character of text) length += unit === 'codePoints' ? 1 : utf8Length(character.codePointAt(0)!);
  return length;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** What of a limit a message of ours may use: never below 1. */
export function usableLength(limit: LengthLimit): number {
  return Math.max(1, limit.amount - limit.slack);
}

/** Whether the whole text fits into one message, slack left aside: the site itself would take it. */
export function fitsLimit(text: string, limit: LengthLimit): boolean {
  return measureText(text, limit.unit) <= limit.amount;
}

/**
 * Owns finding armour in the text of a page. It looks at marks and letters only: it decodes nothing, knows no keys and no
 * plaintext, and is the part of this room that content scripts import (this file, not index.ts).
 * Does not own whether a span is sound: `decodeChunk` says that, by name.
 *
 * Invariants: linear time (every character is looked at three times at most, and passed over twice in native code) and
 * bounded results, whatever the page holds;
 * imports nothing but constants.ts and other files named detect*.
 */
import { type AlphabetName, MARKS, MAX_BODY_LETTERS, MAX_SCANNED, MAX_SPANS } from './constants.ts';
import { isIgnorable } from './detect-ignorable.ts';
import { LETTER_VALUE } from './detect-letter.ts';
import { WordMatcher } from './detect-word.ts';

/**
 * A part of a text that opens with a sentinel: the UTF-16 units from `start` to before `end`.
 * `complete` when an end mark closes it. Without one, the chunk was cut off, folded by the site, or is still arriving.
 */
export interface ArmourSpan {
  readonly start: number;
  readonly end: number;
  readonly complete: boolean;
}

interface Opening {
  readonly alphabet: AlphabetName;
  readonly start: number;
  /** Where the body begins. */
  readonly end: number;
}

/**
 * The spans in `text` that may be armour, in order and without overlap, at most MAX_SPANS of them. Ignorable characters
 * may stand anywhere, also inside the marks. Each span goes to `decodeChunk` as `text.slice(start, end)`.
 * A complete span reaches to its end mark, over foreign characters too (a site's "improvement", which decoding then names
 * Altered); an incomplete one ends after its last letter before the first foreign character or the next sentinel.
 * Only the first MAX_SCANNED units are searched. Never fails.
 */
export function findArmour(text: string): ArmourSpan[] {
  if (!mayHold(text, MARKS.base62.sentinel) && !mayHold(text, MARKS.han14.sentinel)) return [];
  const length = Math.min(text.length, MAX_SCANNED);
  const spans: ArmourSpan[] = [];
  let opening = findSentinel(text, 0, length);
  while (opening !== undefined && spans.length < MAX_SPANS) {
    const span = readSpan(text, opening, length);
    spans.push(span);
    opening = findSentinel(text, span.end, length);
  }
  return spans;
}

/** A text that lacks one of its characters can't hold `word`. Nearly every text of a page ends here, in native code. */
function mayHold(text: string, word: string): boolean {
  for (const character of word) {
    if (!text.includes(character)) return false;
  }
  return true;
}

/** What a sentinel can begin with. */
const BEGINNING = new RegExp(`[${MARKS.base62.sentinel.charAt(0)}${MARKS.han14.sentinel.charAt(0)}]`, 'g');

function findSentinel(text: string, from: number, length: number): Opening | undefined {
  const base62 = new WordMatcher(MARKS.base62.sentinel);
  const han14 = new WordMatcher(MARKS.han14.sentinel);
  for (let i = from; i < length; i++) {
    if (!base62.isUnderWay && !han14.isUnderWay) {
      BEGINNING.lastIndex = i;
      const found = BEGINNING.exec(text);
      if (found === null || found.index >= length) return undefined;
      i = found.index;
    }
    const code = text.charCodeAt(i);
    if (isIgnorable(code)) continue;
    if (base62.matches(code, i)) return { alphabet: 'base62', start: base62.start, end: i + 1 };
    if (han14.matches(code, i)) return { alphabet: 'han14', start: han14.start, end: i + 1 };
  }
  return undefined;
}

/** Letters of each alphabet that occur in no mark as its first, in a row: they are passed over in native code. */
const PLAIN: Record<AlphabetName, RegExp> = { base62: /[0-9A-Za-pr-z]+/y, han14: /[\u4e00-\u8dff]+/y };

function readSpan(text: string, opening: Opening, length: number): ArmourSpan {
  const { alphabet, start } = opening;
  const letterValue = LETTER_VALUE[alphabet];
  const endMark = new WordMatcher(MARKS[alphabet].end);
  const sentinels = [new WordMatcher(MARKS.base62.sentinel), new WordMatcher(MARKS.han14.sentinel)];
  // Where the span ends if no end mark comes.
  let end = opening.end;
  let foreign = false;
  const most = MAX_BODY_LETTERS + MARKS[alphabet].end.length;
  let seen = 0;
  for (let i = opening.end; i < length && seen < most; i++) {
    if (!foreign && !endMark.isUnderWay && !sentinels.some(({ isUnderWay }) => isUnderWay)) {
      const letters = Math.min(lettersAt(text, i, PLAIN[alphabet]), length - i, most - seen);
      seen += letters;
      i += letters;
      if (letters > 0) end = i;
      if (i === length || seen === most) break;
    }
    const code = text.charCodeAt(i);
    if (isIgnorable(code)) continue;
    seen++;
    if (endMark.matches(code, i)) return { start, end: i + 1, complete: true };
    for (const sentinel of sentinels) {
      if (!sentinel.matches(code, i)) continue;
      // The letters of a base62 sentinel were taken for the body's own until now.
      return { start, end: trimEnd(text, Math.min(end, sentinel.start)), complete: false };
    }
    foreign ||= letterValue(code) < 0;
    if (!foreign) end = i + 1;
  }
  return { start, end, complete: false };
}

/** How many of `letters` stand in a row from `from` on. */
function lettersAt(text: string, from: number, letters: RegExp): number {
  letters.lastIndex = from;
  return letters.test(text) ? letters.lastIndex - from : 0;
}

/** The end of `text.slice(0, end)` without the ignorable characters there. */
function trimEnd(text: string, end: number): number {
  let last = end;
  while (isIgnorable(text.charCodeAt(last - 1))) last--;
  return last;
}

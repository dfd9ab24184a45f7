/**
 * Owns finding words in a text the way a person means them: case, accents and compatibility forms do not matter.
 * Invariants: work is linear in the text for words of bounded length; nothing here throws on any text.
 */

/** A stretch of a text: from, and up to but without, in UTF-16 units. */
export type Stretch = readonly [from: number, to: number];

/** Stretches that are given of one text: more only colour it. */
const MOST_STRETCHES = 32;

/** The form in which texts are compared: blanks at the ends are gone. */
export function foldWords(words: string): string {
  return fold(words).trim();
}

/** Where `sought`, which is folded and not empty, stands in `text`; the first 32 places. */
export function findWords(text: string, sought: string): Stretch[] {
  const folded = fold(text);
  if (!folded.includes(sought)) return [];
  const { joined, from, to } = foldByLetter(text);
  const found: Stretch[] = [];
  for (let at = joined.indexOf(sought); at >= 0 && found.length < MOST_STRETCHES; ) {
    const end = at + sought.length;
    found.push([from[at]!, to[end - 1]!]);
    at = joined.indexOf(sought, end);
  }
  // Only where folding letter by letter differs from folding the whole; then it is found, and not marked.
  return found.length > 0 ? found : [[0, 0]];
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

/** The folded text, and for each of its units the letter of `text` that it came from. */
function foldByLetter(text: string): { joined: string; from: number[]; to: number[] } {
  const pieces: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  for (const letter of text) {
    const folded = fold(letter);
    for (let unit = 0; unit < folded.length; unit++) {
      from.push(at);
      to.push(at + letter.length);
    }
    at += letter.length;
    // A mark that stands by itself belongs to the letter before it.
    if (folded === '' && to.length > 0) to[to.length - 1] = at;
    pieces.push(folded);
  }
  return { joined: pieces.join(''), from, to };
}

/** Owns finding one fixed word in a stream of characters, in constant work for each. Content scripts import it. */

/**
 * Compares characters, one after the other, with `word`, whose first character must occur in it once: a mismatch then
 * never hides a beginning that was passed.
 */
export class WordMatcher {
  /** Where the match that is under way, or has just succeeded, began. */
  start = 0;
  readonly #word: string;
  #matched = 0;

  constructor(word: string) {
    this.#word = word;
  }

  /** Whether the last character belongs to a match that may yet succeed. */
  get isUnderWay(): boolean {
    return this.#matched > 0;
  }

  /** Takes the next character, a UTF-16 unit that stands at `index`; whether it completes the word. */
  matches(code: number, index: number): boolean {
    if (code !== this.#word.charCodeAt(this.#matched)) this.#matched = 0;
    if (code !== this.#word.charCodeAt(this.#matched)) return false;
    if (this.#matched === 0) this.start = index;
    this.#matched++;
    if (this.#matched < this.#word.length) return false;
    this.#matched = 0;
    return true;
  }
}

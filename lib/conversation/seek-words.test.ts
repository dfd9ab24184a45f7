import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findWords, foldWords } from './seek-words.ts';

/** What is found, as words. */
function found(text: string, words: string): string[] {
  return findWords(text, foldWords(words)).map(([from, to]) => text.slice(from, to));
}

describe('words that are looked for', () => {
  it.each([
    ['Bring the Äpfel', 'apfel', ['Äpfel']],
    ['Bring the A\u0308pfel', 'äp', ['A\u0308p']],
    ['maps and Maps', 'MAPS', ['maps', 'Maps']],
    ['ﬁne', 'fin', ['ﬁn']],
    ['عَرَبِي', 'عربي', ['عَرَبِي']],
    ['a 🦊 here', '🦊', ['🦊']],
    ['two words', ' two words ', ['two words']],
    ['aaaa', 'aa', ['aa', 'aa']],
    ['nothing here', 'elsewhere', []],
    ['', 'x', []],
  ])('in %j: %j', (text, words, expected) => {
    expect(found(text, words)).toEqual(expected);
  });

  it('are marked 32 times in one text at most', () => {
    expect(found('x'.repeat(32), 'x')).toHaveLength(32);
    expect(found('x'.repeat(33), 'x')).toHaveLength(32);
  });

  it('are found in every text that holds them, and marked in order inside of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.string(), (before, after, words) => {
        const sought = foldWords(words);
        fc.pre(sought !== '');
        const text = `${before} ${words.trim()} ${after}`;
        const stretches = findWords(text, sought);
        expect(stretches).not.toEqual([]);
        let end = 0;
        for (const [from, to] of stretches) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(text.length);
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeGreaterThanOrEqual(end);
          end = to;
        }
      }),
    );
  });
});

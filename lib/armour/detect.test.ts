import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ALPHABETS } from './alphabet.ts';
import { decodeChunk, encodeChunk } from './chunk-text.ts';
import { MARKS, MAX_BODY_LETTERS, MAX_SCANNED, MAX_SPANS } from './constants.ts';
import { findArmour } from './detect.ts';
import { ALPHABET_NAMES, accepted, BLANKS, chunk, expectRefusal, sampleBytes, withBlanks } from './test-samples.ts';

const { sentinel: SENTINEL, end: END } = MARKS.base62;

function textOf(index: number, name: (typeof ALPHABET_NAMES)[number] = 'base62', length = 60): string {
  return encodeChunk(chunk({ index, count: 3, payload: sampleBytes(length, index + 1) }), ALPHABETS[name]);
}

describe.each(ALPHABET_NAMES)('findArmour in %s', (name) => {
  const first = textOf(0, name);
  const second = textOf(1, name);

  it('finds a chunk with text before and after it', () => {
    const text = `Bob: ${first} — 12:30`;
    expect(findArmour(text)).toEqual([{ start: 5, end: 5 + first.length, complete: true }]);
    expect(findArmour(`x${first}y`)).toEqual([{ start: 1, end: 1 + first.length, complete: true }]);
  });

  it('finds several chunks in one text, with and without anything between them', () => {
    const length = first.length;
    expect(findArmour(first + second)).toEqual([
      { start: 0, end: length, complete: true },
      { start: length, end: length + second.length, complete: true },
    ]);
    const spaced = `alice ${first}\n12:30 bob ${second}`;
    expect(findArmour(spaced).map(({ start, end }) => spaced.slice(start, end))).toEqual([first, second]);
  });

  it('finds every chunk through blanks and zero-width characters anywhere', () => {
    fc.assert(
      fc.property(withBlanks(`…${first}, ${second}!`), (text) => {
        const spans = findArmour(text);
        expect(spans.map(({ complete }) => complete)).toEqual([true, true]);
        const chunks = spans.map(({ start, end }) => accepted(decodeChunk(text.slice(start, end))));
        expect(chunks.map(({ index }) => index)).toEqual([0, 1]);
      }),
    );
  });

  it.each(BLANKS)('finds a chunk with %j after every character', (blank) => {
    const text = [...first].join(blank);
    expect(findArmour(text)).toEqual([{ start: 0, end: text.length, complete: true }]);
    expect(decodeChunk(text).ok).toBe(true);
  });

  it('reports a chunk without its end mark as incomplete, up to the last letter', () => {
    const cut = first.slice(0, -1);
    expect(findArmour(`${cut.slice(0, 30)} … see more`)).toEqual([{ start: 0, end: 30, complete: false }]);
    expect(findArmour(`${first.slice(0, 30)}\n \n`)).toEqual([{ start: 0, end: 30, complete: false }]);
    expectRefusal(decodeChunk(first.slice(0, 30)), 'Truncated');
  });

  it('reports a bare sentinel as incomplete, and part of one not at all', () => {
    const { sentinel } = MARKS[name];
    expect(findArmour(`(${sentinel})`)).toEqual([{ start: 1, end: 1 + sentinel.length, complete: false }]);
    expect(findArmour(`(${sentinel.slice(0, -1)})`)).toEqual([]);
    expect(findArmour(sentinel.slice(1))).toEqual([]);
    expect(findArmour(MARKS[name].end)).toEqual([]);
  });

  it('ends an incomplete chunk where the next one begins', () => {
    const cut = first.slice(0, 20);
    for (const between of ['', ' ', '…', '… 12:30 ']) {
      const start = cut.length + between.length;
      const spans = findArmour(cut + between + second);
      expect(spans[0]).toMatchObject({ start: 0, complete: false });
      expect(spans[0]!.end).toBe(20);
      expect(spans[1]).toEqual({ start, end: start + second.length, complete: true });
      expect(spans.length).toBe(2);
    }
  });

  it('ends an incomplete chunk where one of the other alphabet begins', () => {
    const other = textOf(1, name === 'base62' ? 'han14' : 'base62');
    expect(findArmour(first.slice(0, 20) + other)).toEqual([
      { start: 0, end: 20, complete: false },
      { start: 20, end: 20 + other.length, complete: true },
    ]);
  });

  it('reaches over what a site put into a chunk, so that decoding names it', () => {
    const text = `${first.slice(0, 30)}😀${first.slice(31)} later`;
    const [span, ...others] = findArmour(text);
    expect(others).toEqual([]);
    expect(span).toEqual({ start: 0, end: first.length + 1, complete: true });
    expectRefusal(decodeChunk(text.slice(0, span!.end)), 'Altered');
  });

  it('gives up a chunk that is longer than any', () => {
    const { sentinel, end } = MARKS[name];
    const letter = name === 'base62' ? '0' : '\u4e00';
    const start = sentinel.length;
    const longest = sentinel + letter.repeat(MAX_BODY_LETTERS) + end;
    expect(findArmour(longest)).toEqual([{ start: 0, end: longest.length, complete: true }]);
    const longer = sentinel + letter.repeat(MAX_BODY_LETTERS + 1) + end;
    expect(findArmour(longer)).toEqual(
      [{ start: 0, end: start + MAX_BODY_LETTERS + end.length, complete: false }].map((span) =>
        name === 'han14' ? { ...span, end: start + MAX_BODY_LETTERS + 1 } : span,
      ),
    );
  });
});

describe('findArmour', () => {
  it('is not misled by repeated beginnings of the sentinel', () => {
    const text = `qqZ7qZ7VqZ7Vx${textOf(0)}`;
    expect(findArmour(text)).toEqual([{ start: 13, end: text.length, complete: true }]);
    const near = `${SENTINEL}qqZqZ7qZ7${END}`;
    expect(findArmour(near)).toEqual([{ start: 0, end: near.length, complete: true }]);
  });

  it('has marks whose first character they hold once, as its matcher needs', () => {
    for (const { sentinel, end } of Object.values(MARKS)) {
      for (const word of [sentinel, end]) expect(word.lastIndexOf(word[0]!)).toBe(0);
    }
  });

  it('is bounded in spans and in scanned characters', () => {
    expect(findArmour(SENTINEL.repeat(MAX_SPANS + 1)).length).toBe(MAX_SPANS);
    expect(findArmour(`${SENTINEL}.`.repeat(MAX_SPANS - 1)).length).toBe(MAX_SPANS - 1);
    const padding = '.'.repeat(MAX_SCANNED - SENTINEL.length);
    expect(findArmour(padding + SENTINEL)).toEqual([{ start: padding.length, end: MAX_SCANNED, complete: false }]);
    expect(findArmour(`.${padding}${SENTINEL}`)).toEqual([]);
  });
});

describe('the work of findArmour', () => {
  const original = String.prototype.charCodeAt;
  afterEach(() => {
    String.prototype.charCodeAt = original;
  });

  /** How often a character of `text` itself is read. */
  function reads(text: string): number {
    let count = 0;
    String.prototype.charCodeAt = function (this: string, index: number) {
      if (this.length === text.length) count++;
      return original.call(this, index);
    };
    findArmour(text);
    String.prototype.charCodeAt = original;
    return count;
  }

  const fill = (pattern: string) => pattern.repeat(Math.ceil(25_000 / pattern.length)).slice(0, 25_000);

  it.each([
    'qZ7Vx!4',
    'qZ7V q\u200bZ x4',
    `${'qZ7Vx'.repeat(20)}4`,
    SENTINEL,
    `${SENTINEL}.`,
    `${SENTINEL}${'.'.repeat(30)}`,
    `${SENTINEL}…${'qZ7'.repeat(9)}`,
    `${SENTINEL}${' '.repeat(500)}`,
    `${SENTINEL}…${' '.repeat(500)}`,
    `qZ7Vx${' '.repeat(5000)}4…`,
    `qZ7Vx${' '.repeat(5000)}4`,
    MARKS.han14.sentinel,
    `${MARKS.han14.sentinel}a${SENTINEL}一${'鸈韄'.repeat(20)}`,
  ])('is at most three looks at each of 25 000 characters of %j', (pattern) => {
    expect(reads(fill(pattern))).toBeLessThanOrEqual(3 * 25_000);
  });

  it('is at most one look at each character of a text without a sentinel that has all its letters', () => {
    for (const { sentinel } of Object.values(MARKS)) {
      expect(reads(fill(`The lazy dog, ${[...sentinel].join(' or ')}. `))).toBeLessThanOrEqual(25_000);
    }
  });

  it('is none where a letter of each sentinel does not occur', () => {
    for (const absent of SENTINEL) {
      const others = (SENTINEL + MARKS.han14.sentinel.slice(1)).replaceAll(absent, '');
      expect(reads(fill(`${others} The lady dog. `))).toBe(0);
    }
  });

  it('doubles when the text doubles', () => {
    for (const pattern of ['qZ7Vx!4', `${SENTINEL}${'.'.repeat(19)}`, `${SENTINEL}…qZ7${' '.repeat(90)}`]) {
      const once = fill(pattern).slice(0, 10_000);
      expect(reads(once + once)).toBeLessThanOrEqual(2 * reads(once) + 100);
    }
  });
});

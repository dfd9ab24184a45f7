import { describe, expect, it } from 'vitest';
import { findLinks } from './transcript-text.tsx';

describe('the links in a text', () => {
  it.each([
    ['see https://a.example/x?y=1#z now', ['https://a.example/x?y=1#z']],
    ['(http://a.example).', ['http://a.example']],
    ['https://a.example, https://b.example!', ['https://a.example', 'https://b.example']],
    ['javascript:alert(1) data:text/html,x ftp://a.example', []],
    ['https:// is none', []],
    ['"https://a.example"', ['https://a.example']],
    ['<https://a.example>', ['https://a.example']],
  ])('%s', (words, addresses) => {
    const stretches = findLinks(words);
    expect(stretches.flatMap(({ address }) => address ?? [])).toEqual(addresses);
    expect(stretches.map(({ words: part }) => part).join('')).toBe(words);
  });

  it('are none in no words', () => {
    expect(findLinks('')).toEqual([]);
  });
});

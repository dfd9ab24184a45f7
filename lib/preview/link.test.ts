import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLink } from './index.ts';
import { serialise } from './link.ts';

const urlIn = (text: string): string | undefined => findLink(text)?.url;

describe('the link of a text', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTP://Example.COM/A', 'http://example.com/A'],
    ['see https://a.org/b, please', 'https://a.org/b'],
    ['really? https://a.org/b?c=d!', 'https://a.org/b?c=d'],
    ['(https://a.org/b)', 'https://a.org/b'],
    ['[https://a.org/b]', 'https://a.org/b'],
    ['https://a.org/b_(c)', 'https://a.org/b_(c)'],
    ['(https://a.org/b_(c)).', 'https://a.org/b_(c)'],
    ['https://a.org/[x]', 'https://a.org/[x]'],
    ['https://a.org/x]', 'https://a.org/x'],
    ['https://a.org/x)', 'https://a.org/x'],
    ['https://a.org/)x', 'https://a.org/)x'],
    ['*https://a.org/b*', 'https://a.org/b'],
    ['<https://a.org/b>', 'https://a.org/b'],
    ['"https://a.org/b"', 'https://a.org/b'],
    ['«https://a.org/b»', 'https://a.org/b'],
    ['https://a.org/1 https://a.org/2', 'https://a.org/1'],
    ['http:// and https://a.org', 'https://a.org/'],
    ['line\nhttps://a.org/b\nline', 'https://a.org/b'],
    ['https://a.org/\u202egpj.exe', 'https://a.org/'],
    ['https://a.org/\u200bb', 'https://a.org/'],
    ['https://пример.рф/д', 'https://xn--e1afmkfd.xn--p1ai/%D0%B4'],
    ['見て、https://a.org/b。', 'https://a.org/b'],
    ['https://user:pw@a.org/', 'https://user:pw@a.org/'],
    ['https://127.1/', 'https://127.0.0.1/'],
  ])('of %j is %s', (text, url) => {
    expect(urlIn(text)).toBe(url);
  });

  it.each(
    [
      '',
      'no link',
      'example.com',
      'www.example.com',
      'ftp://a.org',
      'xhttps://a.org',
      'view-source+https://a.org',
      'javascript:https',
      'https://',
      'https:///',
      'http://[x]/',
      'https://a b',
    ].map((text) => [text]),
  )('is none in %j, or what a browser understands', (text) => {
    const url = urlIn(text);
    expect(url === undefined || text === 'https://a b').toBe(true);
    if (text === 'https://a b') expect(url).toBe('https://a/');
  });

  it('says where it stands, without the marks around it', () => {
    expect(findLink('Go: (https://a.org/b).')).toEqual({ url: 'https://a.org/b', start: 5, end: 20 });
  });

  it('has at most 2048 characters: a longer one is passed over', () => {
    const longest = `https://a.org/${'x'.repeat(2048 - 14)}`;
    expect(urlIn(longest)).toBe(longest);
    expect(urlIn(`${longest}x https://b.org/`)).toBe('https://b.org/');
    // Letters that are written with three percent signs each make it longer than it looks.
    expect(urlIn(`https://a.org/${'ä'.repeat(400)}`)).toBeUndefined();
    expect(serialise(longest)).toBe(longest);
    expect(serialise(`${longest}x`)).toBeUndefined();
  });

  it('is looked for among sixteen, and in 65536 units', () => {
    expect(urlIn(`${'http://: '.repeat(15)}https://a.org/`)).toBe('https://a.org/');
    expect(urlIn(`${'http://: '.repeat(16)}https://a.org/`)).toBeUndefined();
    expect(urlIn(`${' '.repeat(65_536 - 14)}https://a.org/`)).toBe('https://a.org/');
    expect(urlIn(`${' '.repeat(65_536)}https://a.org/`)).toBeUndefined();
  });

  it('is serialised ASCII that a second look leaves as it is, whatever the text', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('https://', 'http://a.b/', ')', '(', ' '),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const link = findLink(text);
        if (link === undefined) return;
        expect(link.url).toMatch(/^https?:\/\/[!-~]+$/);
        expect(serialise(link.url)).toBe(link.url);
        expect(serialise(text.slice(link.start, link.end))).toBe(link.url);
      }),
      { numRuns: 500 },
    );
  });

  it('is found in time in a text that is made to be slow', () => {
    const began = performance.now();
    findLink(`http://:${')'.repeat(2000)} `.repeat(32));
    findLink('http://('.repeat(8000));
    findLink(`https://a.b/${'('.repeat(30_000)}${')'.repeat(30_000)}`);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

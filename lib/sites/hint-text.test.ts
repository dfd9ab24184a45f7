import { describe, expect, it } from 'vitest';
import { normalisePath, normaliseTitle, readPattern, tidyText } from './hint-text.ts';

describe('tidyText', () => {
  it.each([
    ['  Bob \n  Smith\t', 'Bob Smith'],
    ['e\u0301', '\u00e9'],
    ['Bob\u200b', 'Bob'],
    ['\u202eBob', 'Bob'],
    ['', undefined],
    [' \u200b\n', undefined],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), undefined],
  ])('makes %j %j', (text, tidy) => {
    expect(tidyText(text)).toBe(tidy);
  });
});

describe('normaliseTitle', () => {
  it.each(['Bob', '(3) Bob', '[12] Bob', '• Bob', '(99+) Bob', '• (3) Bob', 'Bob (3)', 'Bob [7]', '(3) • Bob'])(
    'takes %j for Bob',
    (title) => {
      expect(normaliseTitle(title)).toBe('Bob');
    },
  );

  it.each([
    ['Bob 3', 'Bob 3'],
    ['(Bob) Smith', '(Bob) Smith'],
    ['(3)', undefined],
  ])('leaves %j as %j', (title, bare) => {
    expect(normaliseTitle(title)).toBe(bare);
  });
});

describe('normalisePath', () => {
  it.each([
    ['/', '', undefined],
    ['/messages', '', undefined],
    ['/messages/', '', undefined],
    ['/direct/t/123/', '', '/direct/t/123'],
    ['/a/', '#777', '/a#777'],
    ['/', '#/chan-3', '#chan-3'],
    ['/app', '#/room/!id:host?via=x', '/app#room/!id:host'],
    ['/app', '#', undefined],
  ])('makes %j %j %j', (pathname, hash, path) => {
    expect(normalisePath({ pathname, hash })).toBe(path);
  });
});

describe('readPattern', () => {
  const page = { title: 'bob — Chat', location: { pathname: '/t/5', search: '?x=1', hash: '#end' } };

  it('gives the first group in the title or the address', () => {
    expect(readPattern({ from: 'title', pattern: '^(.+) — Chat$' }, page)).toBe('bob');
    expect(readPattern({ from: 'url', pattern: '^/t/(\\d+)\\?x=1#end$' }, page)).toBe('5');
  });

  it('gives nothing where it does not match or has no group', () => {
    expect(readPattern({ from: 'title', pattern: '^(.+) - Chat$' }, page)).toBeUndefined();
    expect(readPattern({ from: 'url', pattern: '^/t/' }, page)).toBeUndefined();
  });
});

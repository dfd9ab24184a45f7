import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../bytes/index.ts';
import type { Preview } from './preview.ts';
import { shortenWords } from './shorten.ts';

const long: Preview = {
  url: 'https://a.example/',
  title: 't'.repeat(512),
  description: 'ü'.repeat(512),
  siteName: 's'.repeat(256),
};
const size = ({ title, description, siteName }: Preview) => encodeUtf8(title + description + siteName).length;

describe('the words of a preview', () => {
  it('stay as they are where there is room', () => {
    expect(shortenWords(long, 1792)).toEqual(long);
  });

  it.each([1000, 400, 120])('take at most %i bytes, and all three are there', (bytes) => {
    const short = shortenWords(long, bytes);
    expect(size(short)).toBeLessThanOrEqual(bytes);
    expect(size(short)).toBeGreaterThan(bytes - 8);
    expect([short.title, short.description, short.siteName].every((each) => each.endsWith('…'))).toBe(true);
  });

  it('leave a short title its room, and give what it leaves to the description', () => {
    const short = shortenWords({ ...long, title: 'A', siteName: '' }, 100);
    expect([short.title, encodeUtf8(short.description).length]).toEqual(['A', 99]);
  });

  it('are none where there is next to no room', () => {
    expect(size(shortenWords(long, 15))).toBe(0);
    expect(size(shortenWords(long, 0))).toBe(0);
  });
});

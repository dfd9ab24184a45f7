import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../bytes/index.ts';
import type { Preview } from './preview.ts';
import { alone, besidePicture, shortenWords } from './shorten.ts';

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

describe('the room of a preview', () => {
  const short: Preview = { ...long, title: 't'.repeat(40), description: 'd'.repeat(60), siteName: '' };

  it('is the first in which there is any for a picture, and that has what the words leave', () => {
    expect(besidePicture(short, [302, 611, 612, 5000])).toEqual({ words: short, budget: 512 });
    expect(besidePicture(short, [302, 611, 5000])?.budget).toBe(4900);
  });

  it('has words of a third at most, and a picture of 24 KiB at most', () => {
    const beside = besidePicture(long, [900])!;
    expect(size(beside.words)).toBeGreaterThan(292);
    expect(size(beside.words)).toBeLessThanOrEqual(300);
    expect(beside.budget).toBe(900 - size(beside.words));
    expect(besidePicture(long, [100_000])).toEqual({ words: long, budget: 24_576 });
  });

  it('has no picture where none has room for one', () => {
    expect(besidePicture(short, [])).toBeUndefined();
    expect(besidePicture(short, [302, 611])).toBeUndefined();
  });

  it('is a third of the largest for words alone, or all that they want where nobody says', () => {
    expect(size(alone(long, [100, 900]))).toBeGreaterThan(292);
    expect(size(alone(long, [100, 900]))).toBeLessThanOrEqual(300);
    expect(alone(long, [])).toEqual(long);
  });
});

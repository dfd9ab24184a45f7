import { beforeAll, describe, expect, it } from 'vitest';
import { emptyPicture, layCode, modulesOf, type Taken, takePicture, toPixels } from '../../test/support/drawn-code.ts';
import { scannedCard } from '../../test/support/scanned-card.ts';
import { readFrame, readStill } from './code-pixels.ts';

const square = { width: 1080, height: 1080 };
const WAYS: readonly (readonly [string, Taken])[] = [
  ['held well', { ...square, side: 900 }],
  ['far away', { ...square, side: 380 }],
  ['turned by a third', { ...square, side: 700, turn: 33 }],
  ['on its head', { ...square, side: 700, turn: 180 }],
  ['at the edge', { ...square, side: 500, at: [270, 800] }],
  ['leaning away', { ...square, side: 700, turn: 10, lean: 0.04 }],
  ['blurred, noisy and pale', { ...square, side: 700, turn: 7, lean: 0.02, blur: 2, noise: 50, tones: [60, 190] }],
  ['before a small camera', { width: 480, height: 480, side: 430, turn: 5, blur: 1, noise: 20 }],
  ['white on black', { ...square, side: 800, tones: [235, 25] }],
];

/** What a hand that shakes turns the card by from one frame to the next, in degrees. */
const TREMOR = [0, 1.5, -2];

/** What the first frame says that says anything: a few frames in a hundred of a bad picture do not. */
function readFrames(card: string, taken: Taken): string | undefined {
  for (const tremor of TREMOR) {
    const found = readFrame(toPixels(takePicture(card, { ...taken, turn: (taken.turn ?? 0) + tremor })));
    if (found !== undefined) return found;
  }
  return undefined;
}

describe.each([1, 3])('the card of %i vaults', (count) => {
  let card: string;
  beforeAll(async () => {
    card = await scannedCard(count);
    expect(card).toMatch(/^sotto-backup:/);
  });

  it.each(WAYS)('is read from a frame: %s', (_, taken) => {
    expect(readFrames(card, taken)).toBe(card);
  });

  it('is read from a photo in which it is small, and from a screenshot', async () => {
    const photo: Taken = { width: 3840, height: 2880, side: 800, turn: 8, lean: 0.03, blur: 2, noise: 30 };
    expect(await readStill(toPixels(takePicture(card, photo)))).toEqual([card]);
    expect(await readStill(toPixels(takePicture(card, { width: 1100, height: 900, side: 260 })))).toEqual([card]);
  });

  it('is found beside another code', async () => {
    const other = takePicture('https://elsewhere.example/', { width: 1600, height: 1000, side: 380, at: [300, 500] });
    const both = layCode(other, modulesOf(card), { width: 1600, height: 1000, side: 700, at: [1100, 500], turn: 4 });
    expect((await readStill(toPixels(both))).sort()).toEqual(['https://elsewhere.example/', card]);
  });
});

describe('a picture without a code', () => {
  it('has none', async () => {
    const empty = toPixels(emptyPicture(640, 480, 40));
    expect(readFrame(empty)).toBeUndefined();
    expect(await readStill(empty)).toEqual([]);
  });

  it('has none where half of the code is hidden, and what is read is never another text', async () => {
    const words = 'x'.repeat(300);
    const hidden = takePicture(words, { ...square, side: 900 });
    hidden.luma.fill(128, 0, hidden.width * 500);
    expect(readFrame(toPixels(hidden))).toBeUndefined();
    expect(await readStill(toPixels(hidden))).toEqual([]);
  });

  it('has none where it is a single pixel', async () => {
    const one = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    expect(readFrame(one)).toBeUndefined();
    expect(await readStill(one)).toEqual([]);
  });
});

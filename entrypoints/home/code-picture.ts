/**
 * Owns reading a QR code out of a picture that a person chose: what it is, how large, and its pixels for a moment.
 * Does not own finding the code (code-pixels.ts).
 * Invariants: nothing is decoded that is of another kind or larger than said here; the picture goes nowhere.
 */
import type { ScanEvents, Scanned } from '../../components/scan-events.ts';
import { sniffPicture } from '../../lib/preview/index.ts';
import { readStill } from './code-pixels.ts';

/** 32 MiB: what a phone makes of its largest photos, and a screenshot of the largest display. */
export const MAX_PICTURE_BYTES = 33_554_432;
/** 50 MiPixel, what phones have: 200 MiB as it lies decoded, for a moment. */
export const MAX_PICTURE_PIXELS = 52_428_800;
/** Kind and size stand before this. */
const HEAD_BYTES = 262_144;
const KINDS: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];
/** A code is looked for in no more than this, on the longer side, in pixels: a card that fills a tenth of it is read. */
const MAX_SIDE = 3840;
/** Smaller than this, a module may be a single pixel, which is too small for finding it. */
const SMALL_SIDE = 600;
const ENLARGED = 3;

/** Reads the code that is wanted. */
export const readPicture: ScanEvents['onPicture'] = async (file, wanted) => {
  const refused = (code: Scanned['code']): Scanned => ({ code, words: '' });
  try {
    if (file.size > MAX_PICTURE_BYTES) return refused('PictureTooLarge');
    const kind = sniffPicture(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
    if (kind === undefined || !KINDS.includes(kind.type)) return refused('NotAPicture');
    if (kind.width * kind.height > MAX_PICTURE_PIXELS) return refused('PictureTooLarge');
    const pixels = await pixelsOf(file.slice(0, file.size, kind.type));
    const found = await readStill(pixels).finally(() => pixels.data.fill(0));
    const words = found.find(wanted);
    if (words !== undefined) return { code: '', words };
    return refused(found.length === 0 ? 'NoCode' : 'OtherCode');
  } catch {
    return refused('PictureBroken');
  }
};

async function pixelsOf(picture: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(picture);
  const longer = Math.max(bitmap.width, bitmap.height);
  const scale = longer < SMALL_SIDE ? ENLARGED : Math.min(1, MAX_SIDE / longer);
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width!, height!);
  try {
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
    // What is seen through is meant for white paper.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width!, height!);
    context.drawImage(bitmap, 0, 0, width!, height!);
    return context.getImageData(0, 0, width!, height!);
  } finally {
    bitmap.close();
    canvas.width = 0;
  }
}

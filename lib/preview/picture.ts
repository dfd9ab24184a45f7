/**
 * Owns making of any picture a small one that may travel: looked at, decoded off the main thread, drawn smaller on white,
 * encoded anew as WebP. Nothing of the original file is left: no metadata, no position, no second format behind it.
 * Does not own fetching. Runs in Chrome's service worker and in Firefox's event page (measured: docs/preview.md).
 * AVIF would be smaller, but no browser encodes it: asked for it, both give PNG.
 */

import { Failure } from '../failure/index.ts';
import { bareWebp } from './bare-webp.ts';
import { type PreviewFailureCode, refusal } from './failure.ts';
import {
  MAX_PICTURE_BYTES,
  MAX_PICTURE_SIDE,
  MAX_SOURCE_BYTES,
  MAX_SOURCE_PIXELS,
  MAX_SOURCE_SIDE,
  MIN_PICTURE_BYTES,
  MIN_PICTURE_SIDE,
} from './limits.ts';
import { type PictureSize, type SniffedPicture, sniffPicture } from './picture-kind.ts';

/** The picture of a preview. */
export interface PreviewPicture extends PictureSize {
  readonly type: 'image/webp';
  readonly bytes: Uint8Array;
}

/** The browser's own decoder and canvases. */
export interface PictureTools {
  decode(picture: Blob): Promise<ImageBitmap>;
  canvas(width: number, height: number): OffscreenCanvas;
}

/** What a browser has. */
export const browserPictureTools: PictureTools = {
  decode: (picture) => createImageBitmap(picture),
  canvas: (width, height) => new OffscreenCanvas(width, height),
};

/** How much of what a site leaves (in bytes) a picture may take; 0 where there is no room for one. */
export function pictureBudget(left: number): number {
  return left < MIN_PICTURE_BYTES ? 0 : Math.min(Math.floor(left), MAX_PICTURE_BYTES);
}

/**
 * Looks at the first bytes. Throws NotAPicture or PictureTooLarge, before anything is decoded. `bytes` may be the beginning of
 * the file.
 */
export function inspectPicture(bytes: Uint8Array): SniffedPicture {
  const sniffed = sniffPicture(bytes);
  if (sniffed === undefined) throw refusal('NotAPicture');
  const { width, height } = sniffed;
  if (Math.max(width, height) > MAX_SOURCE_SIDE || width * height > MAX_SOURCE_PIXELS) throw refusal('PictureTooLarge');
  return sniffed;
}

/**
 * The picture in `source`, at most 400 pixels a side and `budget` bytes (512 to 24576). Throws NotAPicture, PictureTooLarge or
 * PictureBroken.
 */
export async function fitPicture(source: Uint8Array, budget: number, tools: PictureTools): Promise<PreviewPicture> {
  if (budget < MIN_PICTURE_BYTES || budget > MAX_PICTURE_BYTES) throw new RangeError('no budget for a picture');
  if (source.length > MAX_SOURCE_BYTES) throw refusal('PictureTooLarge');
  const sniffed = inspectPicture(source);
  const bitmap = await decode(source, sniffed, tools);
  try {
    return await search(bitmap, budget, tools);
  } catch (error) {
    throw asBroken(error);
  } finally {
    bitmap.close();
  }
}

async function decode(source: Uint8Array, sniffed: SniffedPicture, tools: PictureTools): Promise<ImageBitmap> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await tools.decode(new Blob([source as Uint8Array<ArrayBuffer>], { type: sniffed.type }));
  } catch {
    throw refusal('PictureBroken');
  }
  const { width, height } = bitmap;
  // A camera held upright turns width and height.
  const same = width === sniffed.width && height === sniffed.height;
  const turned = width === sniffed.height && height === sniffed.width;
  if (same || turned) return bitmap;
  bitmap.close();
  throw refusal('NotAPicture');
}

function asBroken(error: unknown): Failure<PreviewFailureCode> {
  return error instanceof Failure ? (error as Failure<PreviewFailureCode>) : refusal('PictureBroken');
}

/** A try: longest side in pixels, and WebP's quality. */
interface Trial {
  readonly side: number;
  readonly quality: number;
}

/**
 * From the best to the least. Smaller pictures look better than coarse ones until they are stamps, so that quality falls no lower
 * than this before the side shrinks.
 */
const TRIALS: readonly Trial[] = [
  { side: MAX_PICTURE_SIDE, quality: 0.8 },
  { side: MAX_PICTURE_SIDE, quality: 0.6 },
  { side: MAX_PICTURE_SIDE, quality: 0.4 },
  { side: 320, quality: 0.5 },
  { side: 320, quality: 0.3 },
  { side: 240, quality: 0.5 },
  { side: 240, quality: 0.3 },
  { side: 160, quality: 0.5 },
  { side: 160, quality: 0.3 },
  { side: 140, quality: 0.3 },
  { side: 120, quality: 0.3 },
  { side: 96, quality: 0.3 },
  { side: 72, quality: 0.2 },
  { side: MIN_PICTURE_SIDE, quality: 0.2 },
  { side: MIN_PICTURE_SIDE, quality: 0 },
];
/** Cheap to encode, and large enough to tell how much a picture has in it. */
const PROBE: Trial = { side: 120, quality: 0.5 };
/** A room of which this share is used has no better picture in it. */
const MOSTLY_USED = 0.75;
/** Of a probe's bytes these are the container and the header. */
const OVERHEAD_BYTES = 30;

/**
 * One small probe tells how much detail there is; from it the first trial is chosen that should fit, and then one after
 * another until one does: two encodings usually, the number of trials at most.
 */
async function search(bitmap: ImageBitmap, budget: number, tools: PictureTools): Promise<PreviewPicture> {
  // Drawn small once: the original is large, and is not looked through again for each trial.
  const full = draw(bitmap, bitmap, MAX_PICTURE_SIDE, tools);
  const probe = await encode(full, PROBE, tools);
  const detail = Math.max(1, probe.bytes.length - OVERHEAD_BYTES) / weight(full, PROBE);
  const first = TRIALS.findIndex((trial) => OVERHEAD_BYTES + detail * weight(full, trial) <= budget);
  const start = first === -1 ? TRIALS.length - 1 : first;
  let at = start;
  let picture = await encode(full, TRIALS[at]!, tools);
  while (picture.bytes.length > budget) {
    at += 1;
    if (at === TRIALS.length) throw refusal('PictureBroken');
    picture = await encode(full, TRIALS[at]!, tools);
  }
  // The probe says too much of a picture whose detail is lost when it is small: then there is room for a better one.
  while (at > 0 && at <= start && picture.bytes.length < budget * MOSTLY_USED) {
    at -= 1;
    const better = await encode(full, TRIALS[at]!, tools);
    if (better.bytes.length > budget) break;
    picture = better;
  }
  return picture;
}

/** How many bytes a trial takes beside others: by pixels, and by what WebP makes of quality. */
function weight(size: PictureSize, { side, quality }: Trial): number {
  const { width, height } = within(size, side);
  // Larger versions of the same picture have less in each pixel.
  return (width * height) ** 0.9 * 3 ** quality;
}

/** The size with its longest side at most `side`; never larger than it was, never without a pixel. */
function within({ width, height }: PictureSize, side: number): PictureSize {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A picture on a canvas. */
interface Drawn extends PictureSize {
  readonly canvas: OffscreenCanvas;
}

/** `source` on white, with its longest side at most `side`. */
function draw(source: CanvasImageSource, size: PictureSize, side: number, tools: PictureTools): Drawn {
  const { width, height } = within(size, side);
  const canvas = tools.canvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw refusal('PictureBroken');
  // What is seen through is drawn for white pages: a black sign on nothing would vanish in the dark.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'medium';
  context.drawImage(source, 0, 0, width, height);
  return { canvas, width, height };
}

async function encode(full: Drawn, { side, quality }: Trial, tools: PictureTools): Promise<PreviewPicture> {
  const isFull = Math.max(full.width, full.height) <= side;
  const { canvas, width, height } = isFull ? full : draw(full.canvas, full, side, tools);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
  // A browser that cannot encode a type gives PNG instead.
  if (blob.type !== 'image/webp') throw refusal('PictureBroken');
  const bytes = bareWebp(new Uint8Array(await blob.arrayBuffer()));
  if (bytes === undefined) throw refusal('PictureBroken');
  return { type: 'image/webp', width, height, bytes };
}

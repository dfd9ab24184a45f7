/**
 * Owns reading QR codes out of pixels. Loaded when somebody scans, not before: the decoder is as large as a part of home.
 * Does not own where pixels come from (code-camera.ts, code-picture.ts), nor what a code means.
 * Invariants: bounded work; nothing is kept, and no pixel or word leaves by an error or a log.
 */
import { decodeQR, decodeQRBatch } from 'qr/decode.js';

/** As a canvas gives them: four bytes a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** All resolutions of a large picture without any code take half a second. */
const PICTURE_MS = 4000;

/** The code in one frame of a camera, in some 20 ms: what this one misses, the next one may show. */
export function readFrame(pixels: Pixels): string | undefined {
  try {
    return decodeQR(pixels);
  } catch {
    // The decoder has no other way to say that there is none.
    return undefined;
  }
}

/** Every code in a picture, with all patience, and without holding up the page. */
export async function readStill(pixels: Pixels): Promise<string[]> {
  const { width, height } = pixels;
  const effort = { effort: Number.POSITIVE_INFINITY, timeLimit: PICTURE_MS };
  const [found = []] = await decodeQRBatch([pixels], { ...effort, maxSize: { width, height } });
  return found.filter((each) => typeof each === 'string');
}

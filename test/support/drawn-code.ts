/**
 * Owns QR codes as a camera or a photo shows them: drawn as home draws them, turned, leaning, blurred and noisy, on something
 * that is no code; and these as files that a browser takes for a picture or for what a camera sees.
 */
import { crc32, deflateSync } from 'node:zlib';
import { encodeQR } from 'qr';

/** A picture in grey: one byte a pixel, row by row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
}

/** How a code lies in a picture. */
export interface Taken {
  readonly width: number;
  readonly height: number;
  /** Side of the code with its border, in pixels. */
  readonly side: number;
  /** Clockwise, in degrees. */
  readonly turn?: number;
  /** How much farther away its lower edge is: 0 lies flat, 0.2 leans. */
  readonly lean?: number;
  /** The middle, in pixels; that of the picture unless told. */
  readonly at?: readonly [number, number];
  /** Radius of the blur, in pixels. */
  readonly blur?: number;
  /** Largest change of a pixel, of 255. */
  readonly noise?: number;
  /** Of black and of white. */
  readonly tones?: readonly [number, number];
}

/** As home draws it: see entrypoints/home/main.tsx. */
export function modulesOf(words: string): boolean[][] {
  return encodeQR(words, 'raw', { ecc: 'medium', border: 4 });
}

/** A picture with the code of `words` in it, the same each time. */
export function takePicture(words: string, taken: Taken): Grey {
  return layCode(emptyPicture(taken.width, taken.height, taken.noise), modulesOf(words), taken);
}

/** What a camera sees where there is no code: stripes and steps of grey. */
export function emptyPicture(width: number, height: number, noise = 0): Grey {
  const luma = new Uint8Array(width * height);
  const shake = shaker(noise);
  for (let at = 0; at < luma.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    luma[at] = 90 + 40 * Math.sin(x / 37) + 30 * Math.sin(y / 53 + x / 211) + shake();
  }
  return { width, height, luma };
}

/** The same picture with one more code in it. */
export function layCode(picture: Grey, modules: readonly (readonly boolean[])[], taken: Taken): Grey {
  const { width, height } = picture;
  const { side, turn = 0, lean = 0, at = [width / 2, height / 2], blur = 0, noise = 0, tones = [25, 235] } = taken;
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const shake = shaker(noise);
  const luma = Uint8Array.from(picture.luma);
  const size = modules.length;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = [x + 0.5 - at[0], y + 0.5 - at[1]];
      // What is farther away is smaller by what divides it, as with any lens.
      const far = 1 / (1 - (lean * (across * -sin + down * cos)) / side);
      const column = Math.floor((((across * cos + down * sin) * far) / side) * size + size / 2);
      const row = Math.floor((((across * -sin + down * cos) * far) / side) * size + size / 2);
      const dark = modules[row]?.[column];
      if (dark !== undefined) luma[y * width + x] = clamp((dark ? tones[0] : tones[1]) + shake());
    }
  }
  return blur === 0 ? { width, height, luma } : blurred({ width, height, luma }, blur);
}

/** As a canvas gives it. */
export function toPixels({ width, height, luma }: Grey): { width: number; height: number; data: Uint8ClampedArray } {
  const data = new Uint8ClampedArray(width * height * 4);
  for (const [at, tone] of luma.entries()) data.set([tone, tone, tone, 255], at * 4);
  return { width, height, data };
}

/** A PNG file (w3.org/TR/png), in grey. */
export function toPng({ width, height, luma }: Grey): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(luma.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const parts = [pngChunk('IHDR', head), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** A film (YUV4MPEG2, 4:2:0) that Chromium shows in a camera's place, over and over: each of `pictures` for `frames` frames. */
export function toFilm(pictures: readonly Grey[], frames = 10): Buffer {
  const [{ width, height }] = pictures as [Grey];
  const colour = Buffer.alloc(2 * Math.ceil(width / 2) * Math.ceil(height / 2), 128);
  const film = pictures.flatMap(({ luma }) =>
    Array.from({ length: frames }, () => [Buffer.from('FRAME\n'), Buffer.from(luma), colour]).flat(),
  );
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...film]);
}

function pngChunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const chunk = Buffer.alloc(body.length + 12);
  chunk.writeUInt32BE(body.length, 0);
  chunk.set(named, 4);
  chunk.writeUInt32BE(crc32(named), body.length + 8);
  return chunk;
}

function blurred({ width, height, luma }: Grey, radius: number): Grey {
  const pass = (from: Uint8Array, step: number, length: number): Uint8Array => {
    const to = new Uint8Array(from.length);
    for (let at = 0; at < from.length; at++) {
      const place = Math.floor(at / step) % length;
      let [sum, count] = [0, 0];
      for (let off = -radius; off <= radius; off++) {
        if (place + off < 0 || place + off >= length) continue;
        sum += from[at + off * step]!;
        count += 1;
      }
      to[at] = sum / count;
    }
    return to;
  };
  return { width, height, luma: pass(pass(luma, 1, width), width, height) };
}

/** Chance that is the same in each run (xorshift32). */
function shaker(most: number): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) / 0xffffffff - 0.5) * 2 * most;
  };
}

function clamp(tone: number): number {
  return Math.max(0, Math.min(255, tone));
}

import { describe, expect, it } from 'vitest';
import { bareWebp } from './bare-webp.ts';
import { inspectPicture, pictureBudget } from './picture.ts';
import { sniffPicture } from './picture-kind.ts';
import { webp } from './test-support.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)));
const big = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const two = (value: number): number[] => [value >> 8, value & 255];
const little = (value: number): number[] => [value & 255, value >> 8];

const png = (width: number, height: number, length = 13): Uint8Array =>
  bytes('\x89PNG\r\n\x1a\n', big(length), 'IHDR', big(width), big(height));
const frame = (marker: number, width: number, height: number): number[] => [
  0xff,
  marker,
  0,
  17,
  8,
  ...two(height),
  ...two(width),
];
const jpeg = (...segments: number[][]): Uint8Array => bytes([0xff, 0xd8], segments.flat(), [0, 0, 0]);
const gif = (flags: number, rest: number[], version = 'GIF89a'): Uint8Array =>
  bytes(version, little(20), little(10), [flags, 0, 0], rest, [0, 0]);
const descriptor = (left: number, top: number, width: number, height: number): number[] => [
  0x2c,
  ...little(left),
  ...little(top),
  ...little(width),
  ...little(height),
];
const riff = (chunk: string, body: number[]): Uint8Array =>
  bytes(
    'RIFF',
    [0, 0, 0, 0],
    'WEBP',
    chunk,
    [0, 0, 0, 0],
    body,
    new Array<number>(Math.max(0, 10 - body.length)).fill(0),
  );
const box = (type: string, ...parts: Uint8Array[]): Uint8Array =>
  bytes(big(8 + parts.reduce((sum, part) => sum + part.length, 0)), type, ...parts.map((part) => [...part]));
const ispe = (width: number, height: number): Uint8Array => box('ispe', bytes([0, 0, 0, 0], big(width), big(height)));
const avif = (brand: string, ...sizes: Uint8Array[]): Uint8Array =>
  bytes(
    [...box('ftyp', bytes(brand))],
    [...box('meta', bytes([0, 0, 0, 0]), box('hdlr', bytes(big(0))), box('iprp', box('ipco', ...sizes)))],
  );

describe('what a picture is', () => {
  it.each([
    ['PNG', png(3, 4), 'image/png', 3, 4],
    ['PNG, large', png(70_000, 80_000), 'image/png', 70_000, 80_000],
    ['JPEG', jpeg(frame(0xc0, 3, 4)), 'image/jpeg', 3, 4],
    ['JPEG, progressive', jpeg(frame(0xc2, 300, 400)), 'image/jpeg', 300, 400],
    ['JPEG, behind a segment', jpeg([0xff, 0xe1, 0, 4, 9, 9], frame(0xcf, 3, 4)), 'image/jpeg', 3, 4],
    [
      'JPEG, behind a table',
      jpeg([0xff, 0xc4, 0, 2], [0xff, 0xc8, 0, 2], [0xff, 0xcc, 0, 2], frame(0xc1, 3, 4)),
      'image/jpeg',
      3,
      4,
    ],
    ['JPEG, behind fill bytes', jpeg([0xff, 0xff, 0xff], frame(0xc0, 3, 4)), 'image/jpeg', 3, 4],
    ['GIF', gif(0, descriptor(0, 0, 5, 5)), 'image/gif', 20, 10],
    ['GIF of 1987', gif(0, descriptor(0, 0, 5, 5), 'GIF87a'), 'image/gif', 20, 10],
    [
      'GIF, with colours',
      gif(0x81, [...new Array<number>(12).fill(0x21), ...descriptor(0, 0, 5, 5)]),
      'image/gif',
      20,
      10,
    ],
    [
      'GIF, behind an extension',
      gif(0, [0x21, 0xf9, 2, 1, 1, 3, 1, 1, 1, 0, ...descriptor(0, 0, 5, 5)]),
      'image/gif',
      20,
      10,
    ],
    ['GIF that reaches beyond its screen', gif(0, descriptor(15, 8, 7, 9)), 'image/gif', 22, 17],
    ['WebP', webp(3, 4), 'image/webp', 3, 4],
    ['WebP, with scales above its size', webp(3 | 0x4000, 4 | 0x8000), 'image/webp', 3, 4],
    ['WebP, lossless', riff('VP8L', [0x2f, 0x02, 0xc0, 0x00, 0x00]), 'image/webp', 3, 4],
    ['WebP, lossless and large', riff('VP8L', [0x2f, 0xff, 0xff, 0xff, 0x0f]), 'image/webp', 16_384, 16_384],
    ['AVIF', avif('avif\0\0\0\0', ispe(3, 4)), 'image/avif', 3, 4],
    ['AVIF among its brands', avif('mif1\0\0\0\0miafavif', ispe(3, 4)), 'image/avif', 3, 4],
    ['AVIF of several sizes', avif('avif\0\0\0\0', ispe(3, 40), ispe(30, 4)), 'image/avif', 30, 40],
  ] as const)('%s', (_, file, type, width, height) => {
    expect(sniffPicture(file)).toEqual({ type, width, height, extended: false });
  });

  it('is told of an extended WebP', () => {
    const extended = riff('VP8X', [0, 0, 0, 0, 2, 0, 1, 3, 0, 2]);
    expect(sniffPicture(extended)).toEqual({ type: 'image/webp', width: 65_539, height: 131_076, extended: true });
  });

  it.each([
    ['nothing', bytes('')],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')],
    ['BMP', bytes('BM', new Array<number>(60).fill(1))],
    ['a PNG whose first chunk is another', bytes('\x89PNG\r\n\x1a\n', big(13), 'IDAT', big(3), big(4))],
    ['a PNG with a header of another length', png(3, 4, 14)],
    ['half a PNG', png(3, 4).subarray(0, 23)],
    ['a PNG without width', png(0, 4)],
    ['a PNG without height', png(4, 0)],
    ['a JPEG that begins to scan before its frame', jpeg([0xff, 0xda, 0, 2], frame(0xc0, 3, 4))],
    ['a JPEG that ends', jpeg([0xff, 0xd9], frame(0xc0, 3, 4))],
    ['a JPEG with something between its segments', jpeg([0, 0], frame(0xc0, 3, 4))],
    ['a JPEG with a segment of no length', jpeg([0xff, 0xe0, 0, 1], frame(0xc0, 3, 4))],
    ['a JPEG that says its height later', jpeg(frame(0xc0, 3, 0))],
    ['a JPEG without a frame', jpeg([0xff, 0xe0, 0, 2])],
    ['a GIF without a picture', gif(0, [0x3b])],
    ['a GIF cut in its picture', gif(0, descriptor(0, 0, 5, 5)).subarray(0, 20)],
    ['a GIF of another year', gif(0, descriptor(0, 0, 5, 5), 'GIF90a')],
    ['a WebP of another chunk', riff('VP8Z', [])],
    ['a WebP without its frame code', webp(3, 4).map((byte, index) => (index === 23 ? 0 : byte))],
    ['a lossless WebP without its mark', riff('VP8L', [0x2e, 2, 0xc0, 0, 0])],
    ['a sound in RIFF', bytes('RIFF', big(0), 'WAVE', new Array<number>(20).fill(0))],
    ['a HEIF without AVIF', avif('heic\0\0\0\0mif1', ispe(3, 4))],
    ['an AVIF by its version alone', avif('mif1avif', ispe(3, 4))],
    ['an AVIF without a size', avif('avif\0\0\0\0')],
    ['an AVIF with a short size', avif('avif\0\0\0\0', box('ispe', bytes(big(0), big(3))))],
  ])('%s is none', (_, file) => {
    expect(sniffPicture(file)).toBeUndefined();
  });

  it('is looked for in the first 256 KiB', () => {
    const comment = [0xff, 0xfe, 0xff, 0xff, ...new Array<number>(65_533).fill(0)];
    const late = (count: number, blanks: number): Uint8Array =>
      jpeg(
        ...new Array<number[]>(count).fill(comment),
        [0xff, 0xfe, ...two(blanks + 2), ...new Array<number>(blanks).fill(0)],
        frame(0xc0, 3, 4),
      );
    // Start 2, three comments of 65537, one of 4 + n, then the frame's first 9 bytes.
    const room = 262_144 - 2 - 3 * 65_537 - 4 - 9;
    expect(sniffPicture(late(3, room))).toMatchObject({ width: 3 });
    expect(sniffPicture(late(3, room + 1))).toBeUndefined();
  });
});

describe('pictures that may be decoded', () => {
  const code = (file: Uint8Array): string => {
    try {
      return inspectPicture(file).type;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    [4096, 2048, 'image/png'],
    [4096, 2049, 'PictureTooLarge'],
    [16_384, 512, 'image/png'],
    [16_385, 1, 'PictureTooLarge'],
    [1, 16_385, 'PictureTooLarge'],
    [0xffffffff, 0xffffffff, 'PictureTooLarge'],
    [0, 1, 'NotAPicture'],
  ])('%i x %i: %s', (width, height, expected) => {
    expect(code(png(width, height))).toBe(expected);
  });
});

describe('the room for a picture', () => {
  it('is none below 512 bytes, and 24 KiB at most', () => {
    expect([511, 512, 512.9, 24_576, 24_577, -1, 0].map(pictureBudget)).toEqual([0, 512, 512, 24_576, 24_576, 0, 0]);
  });
});

describe('a bare WebP', () => {
  const chunk = (name: string, body: number[]): number[] => [
    ...bytes(name),
    body.length,
    0,
    0,
    0,
    ...body,
    ...(body.length % 2 === 1 ? [0] : []),
  ];
  const container = (...chunks: number[][]): Uint8Array => {
    const body = chunks.flat();
    return bytes('RIFF', [4 + body.length, 0, 0, 0], 'WEBP', body);
  };

  it('is the frame alone, in a container of its own', () => {
    const frames = chunk('VP8 ', [1, 2, 3]);
    const file = container(chunk('VP8X', [0, 0]), chunk('ICCP', [9]), frames, chunk('EXIF', [7, 7]));
    expect(bareWebp(file)).toEqual(container(frames));
    expect(bareWebp(container(frames))).toEqual(container(frames));
    expect(bareWebp(container(chunk('VP8L', [5])))).toEqual(container(chunk('VP8L', [5])));
  });

  it('is none where there is no whole frame', () => {
    expect(bareWebp(container(chunk('VP8X', [0, 0])))).toBeUndefined();
    expect(bareWebp(container(chunk('VP8 ', [1, 2, 3])).subarray(0, 22))).toBeUndefined();
    expect(bareWebp(new Uint8Array(0))).toBeUndefined();
  });
});

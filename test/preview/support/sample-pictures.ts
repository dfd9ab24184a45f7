/** Owns pictures for the tests that no browser would make: huge, lying, half, with a second format in them. */
import { crc32, deflateSync } from 'node:zlib';

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A whole PNG of nothing but zeros. `bits` of a pixel go with `colour`, PNG's colour type. */
function zeroPng(width: number, height: number, bits: number, colour: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([Math.min(bits, 8), colour, 0, 0, 0], 8);
  const rows = Buffer.alloc((1 + Math.ceil((width * bits) / 8)) * height);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Black, one bit a pixel: a hundred megapixels are 12 kB. */
export function greyPng(width: number, height: number): Buffer {
  return zeroPng(width, height, 1, 0);
}

/** Nothing: wholly seen through. */
export function clearPng(width: number, height: number): Buffer {
  return zeroPng(width, height, 32, 6);
}

/** The header of a JPEG that says it is this large, behind `before` bytes of comments; there is nothing to decode. */
export function jpegHeader(width: number, height: number, before = 0): Buffer {
  const comment = Buffer.alloc(65_535, 0x20);
  comment.set([0xff, 0xfe, 0xff, 0xfd]);
  const comments = Array.from({ length: Math.ceil(before / comment.length) }, () => comment);
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...comments, frame]);
}

/** A GIF whose screen is one size and whose first picture reaches to another. */
export function gifHeader(screen: [number, number], picture: [number, number]): Buffer {
  const bytes = Buffer.alloc(13 + 8 + 10);
  bytes.write('GIF89a', 'latin1');
  bytes.writeUInt16LE(screen[0], 6);
  bytes.writeUInt16LE(screen[1], 8);
  bytes.set([0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c], 13);
  bytes.writeUInt16LE(picture[0], 26);
  bytes.writeUInt16LE(picture[1], 28);
  return bytes;
}

/** The header of an extended WebP with this canvas. */
export function webpHeader(width: number, height: number, flags = 0): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(22, 4);
  bytes.write('WEBPVP8X', 8, 'latin1');
  bytes.writeUInt32LE(10, 16);
  bytes[20] = flags;
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** The header of an AVIF that declares these sizes, in this order. */
export function avifHeader(...sizes: [number, number][]): Buffer {
  const declared = sizes.map(([width, height]) => {
    const body = Buffer.alloc(12);
    body.writeUInt32BE(width, 4);
    body.writeUInt32BE(height, 8);
    return box('ispe', body);
  });
  const version = Buffer.alloc(4);
  return Buffer.concat([
    box('ftyp', Buffer.from('avif\0\0\0\0avifmif1', 'latin1')),
    box('meta', version, box('hdlr', Buffer.alloc(24)), box('iprp', box('ipco', ...declared))),
  ]);
}

/** SVG with a script in it. */
export const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';

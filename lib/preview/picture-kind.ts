/**
 * Owns what a picture is and how large it will be when decoded, read from its first bytes, before any decoder sees it.
 * What the server calls it is not asked: polyglots answer to several names, and a decoder goes by the bytes too.
 * Invariants: bounded work, no allocation by numbers in the file. Where a format can say its size twice, the larger counts.
 */
import { readUint16, readUint32 } from '../bytes/index.ts';
import { avifSize } from './avif-size.ts';
import { MAX_SNIFFED_BYTES } from './limits.ts';

/** The five that both browsers decode. SVG is a program, and not among them. */
export type PictureKind = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A picture that was looked at. */
export interface SniffedPicture extends PictureSize {
  readonly type: PictureKind;
  /** Whether it is a WebP with more than one still picture in it: movement, metadata, colour profiles. */
  readonly extended: boolean;
}

type Reader = (bytes: Uint8Array) => PictureSize | undefined;

/** The picture at the start of `bytes`, or undefined for anything else, also for one whose size is zero or not told. */
export function sniffPicture(bytes: Uint8Array): SniffedPicture | undefined {
  const head = bytes.subarray(0, MAX_SNIFFED_BYTES);
  for (const [type, reader] of READERS) {
    const size = reader(head);
    if (size === undefined) continue;
    const extended = type === 'image/webp' && ascii(head, 12, 16) === 'VP8X';
    return size.width > 0 && size.height > 0 ? { type, width: size.width, height: size.height, extended } : undefined;
  }
  return undefined;
}

/** PNG (w3.org/TR/png, section 5.2 and 11.2.1): the header chunk comes first. */
const pngSize: Reader = (bytes) => {
  if (bytes.length < 24 || ascii(bytes, 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  if (readUint32(bytes, 8) !== 13 || ascii(bytes, 12, 16) !== 'IHDR') return undefined;
  return { width: readUint32(bytes, 16), height: readUint32(bytes, 20) };
};

/** JPEG (ITU-T T.81, annex B): the size is in the frame header, behind any number of other segments. */
const jpegSize: Reader = (bytes) => {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: readUint16(bytes, at + 7), height: readUint16(bytes, at + 5) };
    // Markers without a segment, the end, and the start of the scan: there is no frame header before them.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return undefined;
    const length = readUint16(bytes, at + 2);
    if (length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
};

/** GIF89a: the screen, and the first picture on it, which may stand beyond it. */
const gifSize: Reader = (bytes) => {
  if (bytes.length < 14 || !['GIF87a', 'GIF89a'].includes(ascii(bytes, 0, 6))) return undefined;
  const screen = { width: littleEndian16(bytes, 6), height: littleEndian16(bytes, 8) };
  const flags = bytes[10]!;
  let at = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  while (bytes[at] === 0x21) {
    at += 2;
    while (bytes[at] !== undefined && bytes[at] !== 0) at += bytes[at]! + 1;
    at += 1;
  }
  if (bytes[at] !== 0x2c || at + 9 > bytes.length) return undefined;
  return {
    width: Math.max(screen.width, littleEndian16(bytes, at + 1) + littleEndian16(bytes, at + 5)),
    height: Math.max(screen.height, littleEndian16(bytes, at + 3) + littleEndian16(bytes, at + 7)),
  };
};

/** WebP (RFC 9649): lossy, lossless, or extended with a canvas. */
const webpSize: Reader = (bytes) => {
  if (bytes.length < 30 || ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 12) !== 'WEBP') return undefined;
  const chunk = ascii(bytes, 12, 16);
  if (chunk === 'VP8 ' && bytes[23] === 0x9d && bytes[24] === 0x01 && bytes[25] === 0x2a) {
    return { width: littleEndian16(bytes, 26) & 0x3fff, height: littleEndian16(bytes, 28) & 0x3fff };
  }
  if (chunk === 'VP8L' && bytes[20] === 0x2f) {
    const low = littleEndian16(bytes, 21);
    const high = littleEndian16(bytes, 23);
    return { width: (low & 0x3fff) + 1, height: (((high << 2) | (low >> 14)) & 0x3fff) + 1 };
  }
  if (chunk === 'VP8X') {
    const width = littleEndian16(bytes, 24) + bytes[26]! * 65_536 + 1;
    const height = littleEndian16(bytes, 27) + bytes[29]! * 65_536 + 1;
    return { width, height };
  }
  return undefined;
};

const READERS: readonly (readonly [PictureKind, Reader])[] = [
  ['image/png', pngSize],
  ['image/jpeg', jpegSize],
  ['image/gif', gifSize],
  ['image/webp', webpSize],
  ['image/avif', avifSize],
];

function littleEndian16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

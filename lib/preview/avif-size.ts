/**
 * Owns the size of an AVIF picture, from the boxes of its header.
 * Sources: AV1 Image File Format (aomediacodec.github.io/av1-avif), ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (`ispe`).
 */
import { readUint32 } from '../bytes/index.ts';

/** A header has some ten boxes a level; this many are looked at in all. */
const MAX_BOXES = 256;

interface Box {
  readonly type: string;
  readonly body: Uint8Array;
}

/** The larger of all sizes that the header declares, side by side; undefined where it is no AVIF or declares none. */
export function avifSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const left = { boxes: MAX_BOXES };
  const [first, ...rest] = boxesOf(bytes, left);
  if (first?.type !== 'ftyp' || !brands(first.body).includes('avif')) return undefined;
  const meta = rest.find(({ type }) => type === 'meta');
  if (meta === undefined) return undefined;
  // A full box: version and flags stand before what it holds.
  const properties = find(boxesOf(meta.body.subarray(4), left), 'iprp');
  const container = properties && find(boxesOf(properties.body, left), 'ipco');
  const sizes = container ? boxesOf(container.body, left).filter(({ type }) => type === 'ispe') : [];
  const complete = sizes.filter(({ body }) => body.length >= 12);
  if (complete.length === 0) return undefined;
  return {
    width: Math.max(...complete.map(({ body }) => readUint32(body, 4))),
    height: Math.max(...complete.map(({ body }) => readUint32(body, 8))),
  };
}

function find(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type);
}

/** The boxes that stand one after another in `bytes`; the last may be cut off. */
function boxesOf(bytes: Uint8Array, left: { boxes: number }): Box[] {
  const boxes: Box[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && left.boxes > 0) {
    left.boxes -= 1;
    const size = readUint32(bytes, at);
    // 0 reaches to the end, 1 says its size in 64 bits: neither stands before or in the header of a picture.
    if (size < 8) break;
    boxes.push({ type: name(bytes, at + 4), body: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return boxes;
}

/** The major brand and the compatible ones; what is between them is a version. */
function brands(body: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = 0; at + 4 <= Math.min(body.length, 128); at += 4) if (at !== 4) names.push(name(body, at));
  return names;
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/**
 * Owns the one spelling of a preview as bytes: what a port or a store of our own carries. Version 1:
 *
 *     1 ‖ url ‖ title ‖ description ‖ site name ‖ flag ‖ [1 (WebP) ‖ width 2 ‖ height 2 ‖ bytes]
 *
 * Texts and bytes have their length in 4 bytes before them, most significant first; texts are UTF-8.
 * Does not own the spelling inside a message, which is lib/content's, nor whether it may be shown (received.ts).
 */
import { ByteReader, ByteWriter, decodeUtf8, encodeUtf8 } from '../bytes/index.ts';
import { attempt, type Outcome } from '../failure/index.ts';
import { cleanText } from './clean-text.ts';
import { type PreviewFailureCode, refusal } from './failure.ts';
import {
  MAX_DESCRIPTION_BYTES,
  MAX_PICTURE_BYTES,
  MAX_PICTURE_SIDE,
  MAX_SITE_NAME_BYTES,
  MAX_TITLE_BYTES,
  MAX_URL_LENGTH,
} from './limits.ts';
import { serialise } from './link.ts';
import type { PreviewPicture } from './picture.ts';
import { sniffPicture } from './picture-kind.ts';
import type { Preview } from './preview.ts';

const VERSION = 1;
const WEBP = 1;

/** The bytes of `preview`. Throws RangeError for one that `decodePreview` would refuse. */
export function encodePreview(preview: Preview): Uint8Array {
  const { url, title, description, siteName, picture } = preview;
  const writer = new ByteWriter((picture?.bytes.length ?? 0) + 4096).uint8(VERSION);
  for (const text of [url, title, description, siteName]) writer.prefixed(encodeUtf8(text));
  writer.optional(picture, ({ width, height, bytes }) => {
    writer.uint8(WEBP).uint16(width).uint16(height).prefixed(bytes);
  });
  const encoded = writer.finish();
  if (!decodePreview(encoded).ok) throw new RangeError('a preview outside its bounds');
  return encoded;
}

/** The preview that `bytes` spell: bounded, clean, its address serialised, its picture what it says it is. Malformed else. */
export function decodePreview(bytes: Uint8Array): Outcome<Preview, PreviewFailureCode> {
  return attempt(() => {
    const reader = new ByteReader(bytes, () => refusal('Malformed'));
    if (reader.uint8() !== VERSION) throw refusal('Malformed');
    const url = readText(reader, MAX_URL_LENGTH);
    if (serialise(url) !== url) throw refusal('Malformed');
    const title = readClean(reader, MAX_TITLE_BYTES);
    const description = readClean(reader, MAX_DESCRIPTION_BYTES);
    const siteName = readClean(reader, MAX_SITE_NAME_BYTES);
    const picture = reader.optional(() => readPicture(reader));
    reader.end();
    return { url, title, description, siteName, ...(picture === undefined ? {} : { picture }) };
  });
}

function readText(reader: ByteReader, most: number): string {
  const text = decodeUtf8(reader.takePrefixed(most));
  if (text === undefined) throw refusal('Malformed');
  return text;
}

function readClean(reader: ByteReader, most: number): string {
  const text = readText(reader, most);
  if (cleanText(text, most) !== text) throw refusal('Malformed');
  return text;
}

function readPicture(reader: ByteReader): PreviewPicture {
  if (reader.uint8() !== WEBP) throw refusal('Malformed');
  const [width, height] = [reader.uint16(), reader.uint16()];
  const picture = checkPicture(reader.takePrefixed(MAX_PICTURE_BYTES));
  if (picture?.width !== width || picture.height !== height) throw refusal('Malformed');
  return picture;
}

/** The picture in `bytes` if it is one that we could have made: one bare WebP frame within the bounds. Its size is its own word. */
export function checkPicture(bytes: Uint8Array): PreviewPicture | undefined {
  if (bytes.length > MAX_PICTURE_BYTES) return undefined;
  const sniffed = sniffPicture(bytes);
  if (sniffed?.type !== 'image/webp' || sniffed.extended) return undefined;
  const { width, height } = sniffed;
  return Math.max(width, height) > MAX_PICTURE_SIDE ? undefined : { type: 'image/webp', width, height, bytes };
}

/**
 * Owns making a preview fit where a site leaves little room: in how few texts it can go, the title before the description, and what
 * the words leave to the picture.
 */
import { encodeUtf8 } from '../bytes/index.ts';
import { cleanText } from './clean-text.ts';
import { MAX_DESCRIPTION_BYTES, MAX_SITE_NAME_BYTES, MAX_TITLE_BYTES } from './limits.ts';
import { pictureBudget } from './picture.ts';
import type { Preview } from './preview.ts';

/** A word or two; less than that says nothing. */
const MIN_BYTES = 16;

/** Words take at most this share of a room: a card is half picture, and two lines of description are read. */
const WORDS_SHARE = 1 / 3;

/**
 * The words and the bytes for a picture beside them, in the first of `rooms` (see PreviewWish) that leaves any for one; undefined
 * where none does.
 */
export function besidePicture(
  preview: Preview,
  rooms: readonly number[],
): { readonly words: Preview; readonly budget: number } | undefined {
  for (const room of rooms) {
    const words = shortenWords(preview, Math.floor(room * WORDS_SHARE));
    const budget = pictureBudget(room - sizeOf(words));
    if (budget > 0) return { words, budget };
  }
  return undefined;
}

/** The words of a preview without a picture. */
export function alone(preview: Preview, rooms: readonly number[]): Preview {
  const most = rooms.at(-1);
  return most === undefined ? preview : shortenWords(preview, Math.floor(most * WORDS_SHARE));
}

function sizeOf({ title, description, siteName }: Preview): number {
  return [title, description, siteName].reduce((sum, each) => sum + encodeUtf8(each).length, 0);
}

/** `preview` with title, description and site name of at most `bytes` bytes of UTF-8 together. Its picture stays. */
export function shortenWords(preview: Preview, bytes: number): Preview {
  const name = cut(preview.siteName, Math.min(MAX_SITE_NAME_BYTES, Math.floor(bytes / 6)));
  const title = cut(preview.title, Math.min(MAX_TITLE_BYTES, Math.floor(bytes / 2)));
  const left = bytes - encodeUtf8(name).length - encodeUtf8(title).length;
  return {
    ...preview,
    siteName: name,
    title,
    description: cut(preview.description, Math.min(MAX_DESCRIPTION_BYTES, left)),
  };
}

function cut(text: string, most: number): string {
  return most < MIN_BYTES ? '' : cleanText(text, most);
}

/** Owns making the words of a preview fit where a site leaves little room: the title first, then the description. */
import { encodeUtf8 } from '../bytes/index.ts';
import { cleanText } from './clean-text.ts';
import { MAX_DESCRIPTION_BYTES, MAX_SITE_NAME_BYTES, MAX_TITLE_BYTES } from './limits.ts';
import type { Preview } from './preview.ts';

/** A word or two; less than that says nothing. */
const MIN_BYTES = 16;

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

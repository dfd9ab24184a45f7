/**
 * Owns how much of a message a preview may take on a site, so that a picture does not become a flood of texts.
 * Does not own making the preview fit (lib/preview), nor the site's hard limit: who sends tries with less where it is too long.
 */
import { planChunks } from '../armour/index.ts';
import { encodeUtf8 } from '../bytes/index.ts';
import { PADDED_SIZES } from '../content/index.ts';
import { pictureBudget } from '../preview/index.ts';
import type { SiteText } from './place.ts';

/** Bytes that a preview may take. */
export interface PreviewRoom {
  /** Title, description and site name together. */
  readonly words: number;
  /** As `PreviewWish.budget`: 0 where there is no room for a picture. */
  readonly picture: number;
}

/** A message with a preview is at most so many texts on the site: what one posts without annoying the others there. */
export const MOST_TEXTS = 8;
/** What a ratchet message has besides its padded content (docs/content.md: 58 to 91 bytes), tag and kind; rounded up. */
const USUAL_OVERHEAD = 128;
/** Envelope, kind and padding mark of a text, with tags and lengths of a preview. */
const CONTENT_OVERHEAD = 115;
/** Title, description and site name at their largest. */
const MOST_WORDS = 1792;

/** The room beside `text`, whose link is `url`. */
export function previewRoom({ alphabet, limit }: SiteText, text: string, url: string): PreviewRoom {
  const sizes = PADDED_SIZES.filter((size) => {
    const plan = planChunks(size + USUAL_OVERHEAD, alphabet, limit);
    return plan.ok && plan.value.count <= MOST_TEXTS;
  });
  const left = (sizes.at(-1) ?? 0) - CONTENT_OVERHEAD - encodeUtf8(text).length - url.length;
  const words = Math.min(MOST_WORDS, Math.max(0, Math.floor(left / 3)));
  return { words, picture: pictureBudget(Math.max(0, left - words)) };
}

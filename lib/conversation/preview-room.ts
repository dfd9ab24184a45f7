/**
 * Owns how much of a message a preview may take on a site, so that a picture does not become a flood of texts.
 * Does not own making the preview fit (lib/preview), nor the site's hard limit: who sends tries with less where it is too long.
 */
import { planChunks } from '../armour/index.ts';
import { encodeUtf8 } from '../bytes/index.ts';
import { PADDED_SIZES } from '../content/index.ts';
import type { SiteText } from './place.ts';

/** A message with a preview is at most so many texts on the site: what one posts without annoying the others there. */
export const MOST_TEXTS = 8;
/** Up to so many they are no flood anywhere: below that a larger picture is worth more than a text less. */
const FEW_TEXTS = 2;
/** What a ratchet message has besides its padded content (docs/content.md: 58 to 91 bytes), tag and kind; rounded up. */
const USUAL_OVERHEAD = 128;
/** Envelope, kind and padding mark of a text, with tags and lengths of a preview. */
const CONTENT_OVERHEAD = 115;

/**
 * Bytes that a preview may take beside `text`, whose link is `url`: in two texts on the site or the fewest that leave any, then
 * in more of them, up to eight. Empty where there is no room at all.
 */
export function previewRooms({ alphabet, limit }: SiteText, text: string, url: string): readonly number[] {
  const taken = CONTENT_OVERHEAD + encodeUtf8(text).length + url.length;
  const rooms = new Map<number, number>();
  for (const size of PADDED_SIZES) {
    const plan = planChunks(size + USUAL_OVERHEAD, alphabet, limit);
    if (!plan.ok || plan.value.count > MOST_TEXTS || size <= taken) continue;
    rooms.set(Math.max(plan.value.count, FEW_TEXTS), size - taken);
  }
  return [...rooms.values()];
}

/** Owns how much of a site a message takes, before it is made. */
import { planChunks } from '../armour/index.ts';
import { PADDED_SIZES } from '../content/index.ts';
import type { SiteText } from './place.ts';

/** What a ratchet message has besides its padded content, with room for the post-quantum ratchet's larger steps. */
const MESSAGE_OVERHEAD = 2048;

/** In how many texts a content of `size` bytes, without its padding, surely stands on the site; Infinity where it is too long. */
export function textsFor(size: number, { alphabet, limit }: SiteText): number {
  // One byte of padding at least.
  const padded = PADDED_SIZES.find((each) => each > size);
  if (padded === undefined) return Number.POSITIVE_INFINITY;
  const plan = planChunks(padded + MESSAGE_OVERHEAD, alphabet, limit);
  return plan.ok ? plan.value.count : Number.POSITIVE_INFINITY;
}

/** The largest content, without its padding, that surely fits the site. */
export function roomFor(site: SiteText): number {
  return Math.max(0, ...PADDED_SIZES.filter((size) => textsFor(size - 1, site) < Number.POSITIVE_INFINITY)) - 1;
}

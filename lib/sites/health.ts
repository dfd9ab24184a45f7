/** Owns how well a site works right now, from what was found on the page. Does not own the sentences: lib/text. */
import type { Located, SiteReason } from './locate.ts';

/** healthy: all that is needed was found. degraded: usable, but parts were guessed or missing. unsupported: no chat can be used. */
export type HealthState = 'healthy' | 'degraded' | 'unsupported';

/** The state and everything that was noticed, in the order it was noticed. */
export interface SiteHealth {
  readonly state: HealthState;
  readonly reasons: readonly SiteReason[];
}

/** An undescribed site is healthy where the generic rules found everything: that it is undescribed is said all the same. */
const HARMLESS: readonly SiteReason[] = ['SiteUndescribed'];

/** Judges what {@link locateChats} found. */
export function judgeHealth(
  located: Pick<Located, 'reasons'> & { readonly chats: { readonly length: number } },
): SiteHealth {
  const { reasons } = located;
  if (located.chats.length === 0) return { state: 'unsupported', reasons };
  return { state: reasons.every((reason) => HARMLESS.includes(reason)) ? 'healthy' : 'degraded', reasons };
}

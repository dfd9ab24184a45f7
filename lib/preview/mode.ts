/**
 * Owns whether a link is looked up at all. Off is off: not one byte is asked for, and nothing asks whether it may be.
 * Does not own where the settings and answers are kept, nor how permissions are asked for.
 */

/** How previews are made: never, after asking once for each linked site, or without asking. */
export type PreviewMode = 'off' | 'ask' | 'always';

/** What is known when a link stands in the composer. */
export interface PreviewSituation {
  /** The setting for all chats; `ask` until a person changes it. */
  readonly everywhere: PreviewMode;
  /** This chat's own, where it has one. It cannot turn on what is off everywhere. */
  readonly chat: PreviewMode | undefined;
  /** What the person answered for the site that is linked ({@link linkedSite}), if ever. */
  readonly answer: 'yes' | 'no' | undefined;
  /** Whether the browser lets the extension ask any web page. */
  readonly permitted: boolean;
}

/**
 * - nothing: no preview. ask: may this site be asked? The person says so in the composer.
 * - permit: the browser's own permission is missing; it is asked for with the person's next press, never by itself.
 * - fetch: go.
 */
export type PreviewDecision = 'nothing' | 'ask' | 'permit' | 'fetch';

export const DEFAULT_MODE: PreviewMode = 'ask';

/** What to do about a link. */
export function decidePreview({ everywhere, chat, answer, permitted }: PreviewSituation): PreviewDecision {
  const mode = everywhere === 'off' ? 'off' : (chat ?? everywhere);
  if (mode === 'off') return 'nothing';
  if (mode === 'ask' && answer === 'no') return 'nothing';
  if (mode === 'ask' && answer === undefined) return 'ask';
  return permitted ? 'fetch' : 'permit';
}

/** What an answer is kept for: the host and port of a serialised link, whether http or https. */
export function linkedSite(url: string): string {
  return new URL(url).host;
}

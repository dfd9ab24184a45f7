/**
 * Owns drawing the person's trust mark: a colour and a sign picked at install, by which they know a frame of theirs. A
 * page cannot read it, so that a look-alike of the page's cannot show it.
 */
import { text } from '../lib/text/index.ts';

/** The colours to pick from; each carries white letters at a contrast of at least 4.5. */
export const MARK_COLOURS = {
  teal: '#0f766e',
  blue: '#1d4ed8',
  violet: '#6d28d9',
  plum: '#a21caf',
  rust: '#b45309',
  red: '#b91c1c',
  green: '#15803d',
  slate: '#475569',
} as const;

/** The mark. An unknown colour is drawn as slate. */
export function TrustMark({ colour, sign }: { readonly colour: string; readonly sign: string }) {
  const background = Object.hasOwn(MARK_COLOURS, colour)
    ? MARK_COLOURS[colour as keyof typeof MARK_COLOURS]
    : MARK_COLOURS.slate;
  return (
    <span class="mark" style={{ background }} role="img" aria-label={text('composerMark', sign)}>
      {sign}
    </span>
  );
}

/**
 * Owns sending one delivery of the background through the site's box: texts that are in the list already (a worker died
 * before it heard so) are not sent again.
 * Does not own how a text gets into the box, nor the proof that it went out (lib/sites).
 */
import { Failure } from '../../lib/failure/index.ts';
import { type SendContext, sendTexts } from '../../lib/sites/index.ts';

/** How many texts are in the site's list, in order from the first, and why the next is not. */
export interface Outcome {
  readonly sent: number;
  readonly code: string;
}

/** Sends `texts` and says what came of it. Never rejects. */
export async function deliver(texts: readonly string[], context: SendContext): Promise<Outcome> {
  const shown = context.rows.sightings().map(({ text }) => bare(text));
  const isShown = (text: string): boolean => shown.some((row) => row.includes(bare(text)));
  // A sentence in front is there if anything behind it is: rows without armour are not kept account of.
  const missing = texts.some(isShown) ? texts.slice(1 + texts.findLastIndex(isShown)) : [...texts];
  let sent = texts.length - missing.length;
  try {
    await sendTexts(missing, context, () => {
      sent += 1;
    });
    return { sent, code: '' };
  } catch (error) {
    return { sent, code: error instanceof Failure ? error.code : 'Internal' };
  }
}

/** Sites put blanks where they like. */
function bare(text: string): string {
  return text.replace(/\s+/g, '');
}

/**
 * Owns making a page's or a peer's words fit to be shown: one line, nothing that is invisible, turns the direction, or
 * piles up; bounded in bytes, cut between letters as a person sees them.
 * Invariant: cleaning what is clean changes nothing.
 */
import { encodeUtf8 } from '../bytes/index.ts';

/** What is cleaned away. */
interface Blemishes {
  readonly blanks: RegExp;
  readonly unseen: RegExp;
  readonly piledMarks: RegExp;
  readonly loneJoiners: RegExp;
}

/** Made when it is first needed, as the letters are: such classes take a waking worker a millisecond or two. */
let blemishes: Blemishes | undefined;

function findBlemishes(): Blemishes {
  return {
    // White space of every kind, and controls that stand where it might: one blank each.
    blanks: /[\s\p{Cc}\p{Z}]+/gu,
    // Invisible or turning: all format characters but the two joiners, which Persian, Indic scripts and emoji need; halves of
    // surrogate pairs; code points that are nobody's or private; fillers that look like nothing.
    unseen: /[\p{Cs}\p{Co}\p{Cn}\u3164\uffa0\u2800]|\u115f|\u1160|[\u{e0100}-\u{e01ef}]|(?![\u200c\u200d])\p{Cf}/gu,
    // More than four marks on one letter reach into the lines above and below.
    piledMarks: /(\p{M}{4})[\p{M}\u200c\u200d]*\p{M}/gu,
    // Joiners that join nothing.
    loneJoiners: /(?<![\p{L}\p{M}\p{S}\p{N}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{S}\p{N}])/gu,
  };
}

const ELLIPSIS = '…';
/** Made when it is first needed: it takes as long as a whole message does, and the worker starts often. */
let letters: Intl.Segmenter | undefined;

/** `text` in one clean line of at most `most` bytes of UTF-8; an ellipsis stands where it was cut. Empty where nothing is left. */
export function cleanText(text: string, most: number): string {
  // Each byte of the result comes from one unit of the text at most, but for what is cleaned away: four times is ample.
  const bounded = text.slice(0, 4 * most);
  blemishes ??= findBlemishes();
  const { blanks, unseen, piledMarks, loneJoiners } = blemishes;
  const clean = bounded
    .replace(unseen, '')
    .replace(blanks, ' ')
    .replace(piledMarks, '$1')
    .replace(loneJoiners, '')
    .replace(blanks, ' ')
    .trim();
  return cutText(clean, most);
}

function cutText(text: string, most: number): string {
  if (encodeUtf8(text).length <= most) return text;
  letters ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let left = most - encodeUtf8(ELLIPSIS).length;
  let kept = '';
  for (const { segment } of letters.segment(text)) {
    left -= encodeUtf8(segment).length;
    if (left < 0) break;
    kept += segment;
  }
  // A joiner at the cut has nothing to join any more.
  return kept.replace(/[\s\u200c\u200d]+$/u, '') + ELLIPSIS;
}

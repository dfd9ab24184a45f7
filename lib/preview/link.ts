/**
 * Owns finding the one link of a text that is previewed: its first http(s) address, on both sides the same.
 * Does not own whether it may be fetched (url-policy.ts) nor how its host is shown (host.ts).
 * Invariants: linear in the text; the address is serialised by the URL Standard (url.spec.whatwg.org), hence ASCII.
 */
import { MAX_SEARCHED_TEXT, MAX_URL_LENGTH } from './limits.ts';

/** A link in a text. */
export interface Link {
  /** The address as the URL Standard serialises it: printable ASCII, at most 2048 characters. */
  readonly url: string;
  /** Where it stands in the text, in UTF-16 units: from `start` up to and without `end`. */
  readonly start: number;
  readonly end: number;
}

/** A scheme that does not go on from a word before it. */
const SCHEME = /(?<![\p{L}\p{N}_+.-])https?:\/\//giu;
/**
 * What ends an address in running text: white space, controls, what is invisible or turns the direction (it could hide a
 * part from the eye), and the marks that RFC 3986, appendix C, puts around addresses.
 */
const ENDS = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Zs}<>"`{}|\\^«»“”„‘’「」『』。、，]/u;
/** What closes a sentence, not an address. */
const TRAILING = new Set([...".,;:!?'*_~"]);
const PAIRS = [
  ['(', ')'],
  ['[', ']'],
] as const;
/** A text in which this many addresses are none is made to be searched in, not to be read. */
const MAX_CANDIDATES = 16;

/**
 * The first address in `text` that begins with http:// or https:// and that a browser understands, or undefined. One that
 * begins so and is no address, or is over 2048 characters, is passed over, up to sixteen of them.
 */
export function findLink(text: string): Link | undefined {
  const searched = text.slice(0, MAX_SEARCHED_TEXT);
  let candidates = 0;
  for (const { index, 0: scheme } of searched.matchAll(SCHEME)) {
    candidates += 1;
    if (candidates > MAX_CANDIDATES) return undefined;
    const end = endOfAddress(searched, index + scheme.length);
    const url = serialise(searched.slice(index, end));
    if (url !== undefined) return { url, start: index, end };
  }
  return undefined;
}

/** The serialised form of an address, or undefined where it is none, is no web address, or is too long. */
export function serialise(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.href.length <= MAX_URL_LENGTH ? url.href : undefined;
}

function endOfAddress(text: string, from: number): number {
  const rest = text.slice(from, from + MAX_URL_LENGTH + 1);
  const stop = rest.search(ENDS);
  const address = stop === -1 ? rest : rest.slice(0, stop);
  // How many brackets of each kind are closed and were never opened: these are the sentence's.
  const unopened = new Map<string, number>(
    PAIRS.map(([open, close]) => [close, count(address, close) - count(address, open)]),
  );
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    const left = unopened.get(last);
    if (left === undefined ? !TRAILING.has(last) : left <= 0) break;
    if (left !== undefined) unopened.set(last, left - 1);
  }
  return from + end;
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

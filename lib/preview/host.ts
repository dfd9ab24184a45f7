/**
 * Owns how the host of a link is shown: read from the address alone, in letters where they are honest, and marked where they
 * may pass for others.
 * Does not own the registrable part of a name; the whole name is shown, and a name that is too long is to be cut at its
 * beginning, since the end says whose it is.
 * Sources: Unicode Technical Standard 39, sections 4 and 5 ("highly restrictive"); what browsers do in their address bars.
 */
import { toUnicode } from 'punycode/punycode.es6.js';
import { LATIN_LOOK_ALIKES, PLAIN_LOOK_ALIKES } from './look-alikes.ts';
import { isLiteral } from './url-policy.ts';

/**
 * - plain: nothing to say. foreign: letters beyond the Latin alphabet, of one script.
 * - mixed-scripts: letters of scripts that no language writes together.
 * - look-alike: letters that pass for Latin ones. literal: a number, which says nothing of whose it is.
 */
export type HostMark = 'plain' | 'foreign' | 'mixed-scripts' | 'look-alike' | 'literal';

/** A host, to be shown as it is. */
export interface ShownHost {
  /** In Unicode where it is `plain` or `foreign`, else as ASCII (`xn--...`): what nobody takes for something else. */
  readonly text: string;
  readonly mark: HostMark;
  /** The port, where it is not the scheme's own; empty else. */
  readonly port: string;
  /** Whether the page comes over https. */
  readonly secure: boolean;
}

/** The host of `url`, a serialised http(s) address. */
export function describeHost(url: string): ShownHost {
  const { hostname, port, protocol } = new URL(url);
  const common = { port, secure: protocol === 'https:' };
  if (isLiteral(hostname)) return { text: hostname, mark: 'literal', ...common };
  const unicode = decode(hostname);
  const labels = unicode?.split('.');
  const top = labels?.at(-1) ?? '';
  const marks = labels?.map((label) => markLabel(label, top)) ?? ['look-alike'];
  const mark = ORDER.find((each) => marks.includes(each)) ?? 'plain';
  const honest = mark === 'plain' || mark === 'foreign';
  return { text: honest ? unicode! : hostname, mark, ...common };
}

/** The worst mark of any label is the name's. */
const ORDER: readonly HostMark[] = ['look-alike', 'mixed-scripts', 'foreign'];

/** Undefined for a label that is no Punycode, or that does not come back as it was: the URL parser would have refused it. */
function decode(hostname: string): string | undefined {
  try {
    const unicode = toUnicode(hostname);
    return new URL(`http://${unicode}/`).hostname === hostname ? unicode : undefined;
  } catch {
    return undefined;
  }
}

/** Scripts that are written together, each set with Latin (UTS 39, section 5.2). */
const TOGETHER = [
  ['Latin'],
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

/** The scripts of living languages besides those above; each stands alone. */
const ALONE = [
  'Cyrillic',
  'Greek',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Tibetan',
  'Myanmar',
  'Khmer',
  'Ethiopic',
];
/** What a label of each of these is. Made when it is first needed: most names are ASCII, and the worker starts often. */
let ofOneKind: readonly RegExp[] | undefined;

function makePatterns(): RegExp[] {
  return [...TOGETHER, ...ALONE.map((script) => [script])].map((scripts) => {
    const letters = scripts.map((script) => `\\p{scx=${script}}`).join('');
    return new RegExp(`^[${letters}\\p{sc=Common}\\p{sc=Inherited}]*$`, 'u');
  });
}

function markLabel(label: string, top: string): HostMark {
  // ASCII, the usual case; a label that still says xn-- was not decoded.
  if (/^[a-z0-9_-]*$/.test(label)) return label.startsWith('xn--') ? 'look-alike' : 'plain';
  if (isLookAlike(label, top)) return 'look-alike';
  ofOneKind ??= makePatterns();
  return ofOneKind.some((pattern) => pattern.test(label)) ? 'foreign' : 'mixed-scripts';
}

/**
 * Whether a label in other letters could be read as one in plain Latin, wholly or but for its accents. Under a top-level
 * domain in other letters nobody looks for a Latin name.
 */
function isLookAlike(label: string, top: string): boolean {
  const letters = [...label];
  if (letters.some((letter) => PLAIN_LOOK_ALIKES.has(letter) && !isAtHome(letter, label))) return true;
  // A mark that no letter has taken up, on a Latin letter: the dot over the dotless i, strokes through l.
  if (/[a-z]\p{M}/u.test(label)) return true;
  if (!/[a-z]/.test(label + top)) return false;
  const foreign = letters.filter((letter) => !/[a-z0-9-]/.test(letter));
  return foreign.length > 0 && foreign.every((letter) => LATIN_LOOK_ALIKES.has(letter));
}

/** A stroke is no slash among Chinese characters, nor a long vowel a hyphen in Japanese; nor a foreign digit among its own. */
function isAtHome(letter: string, label: string): boolean {
  if (!isEastern(letter)) return !/[\p{scx=Latin}\p{ASCII}]/u.test(label);
  return [...label].some((other) => isEastern(other) && !PLAIN_LOOK_ALIKES.has(other));
}

function isEastern(letter: string): boolean {
  return /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/u.test(letter);
}

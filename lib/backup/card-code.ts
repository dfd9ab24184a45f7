/**
 * Owns how bytes are printed for people and typed by them: Crockford's base 32 (no I, L, O or U; upper and lower case, and
 * I for 1, L for 1, O for 0 are the same) with four check letters of a Reed-Solomon code over GF(32), which name one letter
 * that was mistyped and find every two, and nearly all else. A letter is never put right in silence.
 * The check letters differ for each kind, so that what belongs into another field is recognised.
 *
 * Bits are taken most significant first; the last letter of the data is filled up with zeros. Letters stand in groups of
 * five. 16 bytes: 26 + 4 letters; 10 bytes: 16 + 4 letters.
 */
import { refusal } from './failure.ts';

/** What is printed, and its length in bytes. */
export const CARD_KINDS = {
  code: { bytes: 16, mark: [1, 2, 3, 4] },
  locator: { bytes: 16, mark: [9, 14, 21, 30] },
  vaults: { bytes: 10, mark: [17, 7, 28, 11] },
  /** What opens an export file. */
  file: { bytes: 16, mark: [5, 27, 12, 18] },
} as const;
export type CardKind = keyof typeof CARD_KINDS;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SAME: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' };
const CHECKS = 4;
const GROUP = 5;

/** GF(32) by x^5 + x^2 + 1: the powers of x, and their logarithms. */
const POWERS: number[] = [];
const LOGS: number[] = [];
for (let i = 0, value = 1; i < 31; i++) {
  POWERS[i] = value;
  LOGS[value] = i;
  value = value & 16 ? ((value << 1) ^ 0b100101) & 31 : value << 1;
}
const multiply = (a: number, b: number) => (a === 0 || b === 0 ? 0 : POWERS[(LOGS[a]! + LOGS[b]!) % 31]!);
const divide = (a: number, b: number) => (a === 0 ? 0 : POWERS[(LOGS[a]! + 31 - LOGS[b]!) % 31]!);
/** (x - a)(x - a^2)(x - a^3)(x - a^4), highest coefficient first, the leading 1 left out. */
const GENERATOR = [1, 2, 3, 4].reduce((poly, root) => multiplyByRoot(poly, POWERS[root]!), [1]).slice(1);

/** The letters of `bytes`, in groups of five. Throws RangeError for bytes that are not of the kind's length. */
export function formatCode(kind: CardKind, bytes: Uint8Array): string {
  if (bytes.length !== CARD_KINDS[kind].bytes) throw new RangeError('a printed code has one length');
  const data = toSymbols(bytes);
  const letters = [...data, ...checksOf(data, kind)].map((symbol) => ALPHABET[symbol]!).join('');
  return letters.match(new RegExp(`.{1,${GROUP}}`, 'g'))!.join('-');
}

/**
 * The bytes that were typed; blanks and hyphens are passed over. Throws CodeLetterUnknown with `at`; CodeLength;
 * CodeOfOtherKind; CodeMistyped, with `at` where one letter is surely the wrong one: a place in `typed`, from 0.
 */
export function parseCode(kind: CardKind, typed: string): Uint8Array {
  const { symbols, places } = symbolsOf(typed);
  const expected = symbolCount(kind);
  const others = (Object.keys(CARD_KINDS) as CardKind[]).filter((other) => other !== kind);
  if (others.some((other) => isWhole(symbols, other))) throw refusal('CodeOfOtherKind');
  if (symbols.length !== expected) throw refusal('CodeLength');
  if (!isWhole(symbols, kind)) {
    const wrong = oneWrong(symbols, kind);
    throw refusal('CodeMistyped', wrong === undefined ? {} : { at: places[wrong]! });
  }
  return toBytes(symbols.slice(0, -CHECKS), CARD_KINDS[kind].bytes);
}

function symbolsOf(typed: string): { symbols: number[]; places: number[] } {
  const symbols: number[] = [];
  const places: number[] = [];
  for (let at = 0; at < typed.length; at++) {
    const letter = typed[at]!.toUpperCase();
    if (/[\s\-\u2010-\u2015]/.test(letter)) continue;
    const symbol = ALPHABET.indexOf(SAME[letter] ?? letter);
    if (symbol < 0) throw refusal('CodeLetterUnknown', { at });
    symbols.push(symbol);
    places.push(at);
  }
  return { symbols, places };
}

function symbolCount(kind: CardKind): number {
  return Math.ceil((CARD_KINDS[kind].bytes * 8) / 5) + CHECKS;
}

function isWhole(symbols: readonly number[], kind: CardKind): boolean {
  if (symbols.length !== symbolCount(kind)) return false;
  const isFilled = syndromesOf(symbols, kind).every((syndrome) => syndrome === 0);
  // Left-over bits that are not zero are another spelling of the same bytes, which none makes.
  const spare = (symbols.length - CHECKS) * 5 - CARD_KINDS[kind].bytes * 8;
  return isFilled && (symbols[symbols.length - CHECKS - 1]! & ((1 << spare) - 1)) === 0;
}

/** The place of the one symbol that, put right, makes all of it right; undefined where there is none. */
function oneWrong(symbols: readonly number[], kind: CardKind): number | undefined {
  const [first, second, third, fourth] = syndromesOf(symbols, kind) as [number, number, number, number];
  if (first === 0) return undefined;
  const locator = divide(second, first);
  if (locator === 0 || multiply(second, locator) !== third || multiply(third, locator) !== fourth) return undefined;
  const place = symbols.length - 1 - LOGS[locator]!;
  return place >= 0 ? place : undefined;
}

function checksOf(data: readonly number[], kind: CardKind): number[] {
  const remainder = [0, 0, 0, 0];
  for (const symbol of data) {
    const feedback = symbol ^ remainder.shift()!;
    remainder.push(0);
    for (let i = 0; i < CHECKS; i++) remainder[i]! ^= multiply(feedback, GENERATOR[i]!);
  }
  return remainder.map((check, i) => check ^ CARD_KINDS[kind].mark[i]!);
}

/** What the polynomial of the symbols has at a, a^2, a^3 and a^4: all zero for a right one. */
function syndromesOf(symbols: readonly number[], kind: CardKind): number[] {
  const checks = symbols.length - CHECKS;
  const plain = symbols.map((symbol, i) => (i < checks ? symbol : symbol ^ CARD_KINDS[kind].mark[i - checks]!));
  return [1, 2, 3, 4].map((root) => plain.reduce((sum, symbol) => multiply(sum, POWERS[root]!) ^ symbol, 0));
}

function multiplyByRoot(poly: readonly number[], root: number): number[] {
  return [...poly, 0].map((coefficient, i) => coefficient ^ (i === 0 ? 0 : multiply(poly[i - 1]!, root)));
}

function toSymbols(bytes: Uint8Array): number[] {
  const symbols: number[] = [];
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      symbols.push((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return bits === 0 ? symbols : [...symbols, (pending << (5 - bits)) & 31];
}

function toBytes(symbols: readonly number[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let pending = 0;
  let bits = 0;
  let at = 0;
  for (const symbol of symbols) {
    pending = (pending << 5) | symbol;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = pending >> bits;
    pending &= (1 << bits) - 1;
  }
  return bytes;
}

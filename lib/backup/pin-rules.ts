/**
 * Owns which PINs are refused because many people choose them: repeats, runs, dates, lines on a keyboard, and a list.
 * What is left for six digits is some 880 000 PINs, of which a stranger has at most ten or so tries.
 */
import { COMMON_PINS } from './common-pins.ts';

/** The rule that a PIN falls under. */
export type CommonReason = 'repeat' | 'run' | 'date' | 'keyboard' | 'list';

/** Neighbours on keyboards and number pads, each way. A PIN that only walks along them is refused. */
const LINES = [
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  'wxcvbn',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  '147258369',
  '741852963',
  '789456123',
  '159357',
  '159753',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
];
const WALKS = [...LINES, ...LINES.map((line) => [...line].reverse().join(''))];

/** The rule that `text` (normalised) falls under, or undefined. */
export function commonPin(text: string): CommonReason | undefined {
  const folded = text.toLowerCase();
  if (isRepeat(folded)) return 'repeat';
  if (isRun(folded)) return 'run';
  if (isWalk(folded)) return 'keyboard';
  if (isDate(folded)) return 'date';
  return COMMON_PINS.has(folded) ? 'list' : undefined;
}

/** One or two different characters, a shorter piece over and over (123123), or a piece and its mirror image (123321). */
function isRepeat(text: string): boolean {
  const letters = [...text];
  const half = letters.length / 2;
  if (new Set(letters).size <= 2) return true;
  for (let period = 1; period <= half; period++) {
    if (letters.length % period === 0 && letters.every((letter, i) => letter === letters[i % period])) return true;
  }
  return /^[0-9]+$/.test(text) && letters.every((letter, i) => letter === letters[letters.length - 1 - i]);
}

/** Characters that rise or fall by one step throughout (345678, 135791, fedcba), counting on from 9 to 0; or by pairs (112233). */
function isRun(text: string): boolean {
  const isPairs = [...text].every((letter, i, all) => letter === all[i - (i % 2)]);
  const letters = isPairs ? [...text].filter((_, i) => i % 2 === 0) : [...text];
  if (letters.length < 3) return false;
  const codes = letters.map((letter) => letter.codePointAt(0)!);
  const wrap = /^[0-9]+$/.test(text) ? 10 : 0x110000;
  const step = (codes[1]! - codes[0]! + wrap) % wrap;
  return codes.every((code, i) => i === 0 || (code - codes[i - 1]! + wrap) % wrap === step);
}

/** A whole line of a keyboard or a part of one, or two such parts (qweasd, 147369). */
function isWalk(text: string): boolean {
  if (WALKS.some((line) => line.includes(text))) return true;
  const half = Math.floor(text.length / 2);
  const [front, back] = [text.slice(0, half), text.slice(half)];
  if (half < 3) return false;
  return [front, back].every((part) => WALKS.some((line) => line.includes(part)));
}

/** Six digits with a two-digit year, or eight with one from 1900 to 2099; day and month in any order. */
function isDate(text: string): boolean {
  if (!/^([0-9]{6}|[0-9]{8})$/.test(text)) return false;
  const at = (start: number, length = 2) => Number(text.slice(start, start + length));
  if (text.length === 6) {
    return (
      isDayAndMonth(at(0), at(2)) ||
      isDayAndMonth(at(2), at(4)) ||
      isMonthOfYear(at(0), at(2, 4)) ||
      isMonthOfYear(at(4), at(0, 4))
    );
  }
  return (isYear(at(4, 4)) && isDayAndMonth(at(0), at(2))) || (isYear(at(0, 4)) && isDayAndMonth(at(4), at(6)));
}

function isDayAndMonth(a: number, b: number): boolean {
  return (isDay(a) && isMonth(b)) || (isMonth(a) && isDay(b));
}

function isMonthOfYear(month: number, year: number): boolean {
  return isMonth(month) && isYear(year);
}

function isDay(value: number): boolean {
  return value >= 1 && value <= 31;
}

function isMonth(value: number): boolean {
  return value >= 1 && value <= 12;
}

function isYear(value: number): boolean {
  return value >= 1900 && value <= 2099;
}

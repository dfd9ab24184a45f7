/** What this room's tests share: chunks, texts and arbitraries. Imported by tests only. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Outcome } from '../failure/index.ts';
import type { ArmouredBytes, Chunk, MessageId } from './chunk-frame.ts';
import type { TextLimit } from './chunk-plan.ts';
import type { AlphabetName } from './constants.ts';
import type { ArmourFailureCode } from './failure.ts';

export const ALPHABET_NAMES: readonly AlphabetName[] = ['base62', 'han14'];

/** Limits of real sites: an IRC line, Instagram, Discord, Telegram, Slack, Matrix. */
export const SITE_LIMITS: readonly TextLimit[] = [
  { amount: 350, unit: 'utf8Bytes' },
  { amount: 350, unit: 'utf8Bytes', slack: 0 },
  { amount: 1000, unit: 'utf8Bytes' },
  { amount: 1000, unit: 'utf16' },
  { amount: 2000, unit: 'codePoints' },
  { amount: 4096, unit: 'utf16' },
  { amount: 65_536, unit: 'utf8Bytes' },
];

export const BLANKS = [
  ' ',
  '\n',
  '\t',
  '\r\n',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u202e',
];

export function messageId(fill = 7): MessageId {
  return new Uint8Array(8).fill(fill) as MessageId;
}

/** `length` bytes that look random and are always the same for one `seed`. */
export function sampleBytes(length: number, seed = 1): ArmouredBytes {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  }) as ArmouredBytes;
}

export function chunk(part: Partial<Omit<Chunk, 'payload'>> & { payload?: Uint8Array } = {}): Chunk {
  const { payload = sampleBytes(40), ...place } = part;
  return { messageId: messageId(), index: 0, count: 1, ...place, payload: payload as ArmouredBytes };
}

export function accepted<Value>(outcome: Outcome<Value, ArmourFailureCode>): Value {
  if (!outcome.ok) throw new Error(`refused with ${outcome.failure.code}`);
  return outcome.value;
}

export function codeOf(outcome: Outcome<unknown, ArmourFailureCode>): ArmourFailureCode | 'none' {
  return outcome.ok ? 'none' : outcome.failure.code;
}

export function expectRefusal(outcome: Outcome<unknown, ArmourFailureCode>, code: ArmourFailureCode): void {
  expect(codeOf(outcome)).toBe(code);
}

/** Any UTF-16 units, lone surrogates too, and some characters of two. */
export const anyText = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 0xffff }) }, fc.integer({ min: 0x10000, max: 0x10ffff })))
  .map((codes) => codes.map((code) => String.fromCodePoint(code)).join(''));

/** `text` with blanks and zero-width characters at any places. */
export function withBlanks(text: string): fc.Arbitrary<string> {
  const insertion = fc.record({ at: fc.nat({ max: text.length }), blank: fc.constantFrom(...BLANKS) });
  return fc.array(insertion, { minLength: 1, maxLength: 40 }).map((insertions) => {
    let result = text;
    for (const { at, blank } of insertions.toSorted((a, b) => b.at - a.at)) {
      result = result.slice(0, at) + blank + result.slice(at);
    }
    return result;
  });
}

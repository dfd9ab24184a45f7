/**
 * Owns the look-up of every sentence that a person can read. The sentences are in public/_locales; their keys are
 * typed after the English ones, so that a key which does not exist fails to compile.
 * Does not own which language is shown: the browser picks it, and English where a language lacks a sentence.
 */
import type messages from '../../public/_locales/en/messages.json';
import { browser } from '../browser.ts';

/** The name of one sentence. */
export type TextKey = keyof typeof messages;

/**
 * The sentence called `key` in the person's language, its placeholders filled in their order.
 * Throws RangeError when the extension was built without the sentence.
 */
export function text(key: TextKey, ...fillings: readonly string[]): string {
  const sentence = browser.i18n.getMessage(key, [...fillings]);
  if (sentence === '') throw new RangeError(`no sentence is called ${key}`);
  return sentence;
}

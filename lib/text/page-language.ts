/** Owns telling a page which language its sentences are in, for screen readers, hyphenation and direction. */
import { text } from './text.ts';

/** Sets `lang` and `dir` on the root element of a page of the extension's own. */
export function applyPageLanguage(root: { lang: string; dir: string }): void {
  root.lang = text('languageTag');
  root.dir = text('textDirection');
}

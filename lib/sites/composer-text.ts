/**
 * Owns reading what a site's message box holds, selecting it and comparing it with what it should hold.
 * Does not own changing it. Editors put zero-width characters and blanks where they like, so those are never compared.
 */
import { stripIgnorable } from './armour-finder.ts';

/** A box that people write in: a field with a value, or an element that is edited in place. */
export function isField(composer: HTMLElement): composer is HTMLTextAreaElement | HTMLInputElement {
  return composer.localName === 'textarea' || composer.localName === 'input';
}

/** What stands in the box as a placeholder although it is part of its content (Slate, and editors like it). */
const PLACEHOLDER = '[data-slate-placeholder], [contenteditable="false"][class*="placeholder" i]';

/** The text of the box without anything ignorable; empty where a person would call it empty. */
export function readComposer(composer: HTMLElement): string {
  if (isField(composer)) return stripIgnorable(composer.value);
  let text = composer.textContent ?? '';
  // A placeholder is text of the page's own choosing: cut out once, where it stands.
  for (const placeholder of composer.querySelectorAll(PLACEHOLDER))
    text = text.replace(placeholder.textContent ?? '', '');
  return stripIgnorable(text);
}

/** Puts the keyboard focus into the box and selects all that it holds. */
export function selectAll(composer: HTMLElement): void {
  composer.focus({ preventScroll: true });
  if (isField(composer)) {
    composer.select();
    return;
  }
  const selection = composer.ownerDocument.getSelection();
  selection?.selectAllChildren(composer);
}

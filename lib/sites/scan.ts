/**
 * Owns finding the places below an element where armour begins, also where a site has cut the text into pieces.
 * Does not own rows.
 * Invariants: the browser joins the texts and only what holds armour is descended into, so that a page without any costs
 * one look at its text; text in boxes people write in, in scripts and styles is not content.
 */
import { findArmour } from './armour-finder.ts';
import { composedClosest } from './composed-tree.ts';

/** Longer texts are searched child by child, in UTF-16 units: bounds memory, and stays below what findArmour looks at. */
const PORTION = 1 << 18;
const NOT_CONTENT =
  'script, style, noscript, template, textarea, [contenteditable=""], [contenteditable="true" i], [contenteditable="plaintext-only" i]';

/** The parents of the text nodes below `root` in which armour begins, in the order of the document, each once. */
export function findArmourIn(root: Element | ShadowRoot): HTMLElement[] {
  const found = new Set<HTMLElement>();
  search(root, found);
  return [...found].filter((element) => composedClosest(element, NOT_CONTENT) === null);
}

function search(node: Node, found: Set<HTMLElement>): void {
  const text = node.textContent ?? '';
  if (text.length > PORTION && node.hasChildNodes()) {
    for (const child of contentOf(node)) search(child, found);
    return;
  }
  const starts = findArmour(text).map(({ start }) => start);
  if (starts.length > 0) descend(node, 0, starts, found);
}

/** Follows those of `starts`, ascending, that lie in `node`, whose text begins at `offset`. */
function descend(node: Node, offset: number, starts: readonly number[], found: Set<HTMLElement>): void {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.parentElement !== null) found.add(node.parentElement);
    return;
  }
  let from = offset;
  let next = 0;
  for (const child of contentOf(node)) {
    const end = from + (child.textContent ?? '').length;
    const here = next;
    while (next < starts.length && starts[next]! < end) next++;
    if (next > here) descend(child, from, starts.slice(here, next), found);
    if (next === starts.length) return;
    from = end;
  }
}

/** The children whose text is part of the text of `node`. */
function contentOf(node: Node): Node[] {
  return [...node.childNodes].filter(({ nodeType }) => nodeType === Node.ELEMENT_NODE || nodeType === Node.TEXT_NODE);
}

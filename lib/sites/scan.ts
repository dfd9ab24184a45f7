/**
 * Owns finding, in one pass over the text of a tree, the text nodes where armour begins, also where a site has cut the
 * text into pieces. Does not own rows.
 * Invariant: linear in the amount of text; text in boxes people write in, scripts and styles is not content.
 */
import { findArmour } from './armour-finder.ts';
import { composedClosest } from './composed-tree.ts';

/** Text is searched in portions of about this many UTF-16 units, cut between text nodes: bounds memory, not work. */
const PORTION = 1 << 18;
const NOT_CONTENT =
  'script, style, noscript, template, textarea, [contenteditable=""], [contenteditable="true" i], [contenteditable="plaintext-only" i]';

/** The parents of the text nodes below `root` in which armour begins, in the order of the document, each once. */
export function findArmourIn(root: Element | ShadowRoot): HTMLElement[] {
  const found = new Set<HTMLElement>();
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let nodes: Text[] = [];
  let parts: string[] = [];
  let length = 0;
  const search = (): void => {
    collect(parts.join(''), nodes, found);
    nodes = [];
    parts = [];
    length = 0;
  };
  for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
    const { data } = node;
    nodes.push(node);
    parts.push(data);
    length += data.length;
    if (length >= PORTION) search();
  }
  search();
  return [...found];
}

function collect(text: string, nodes: readonly Text[], found: Set<HTMLElement>): void {
  const spans = findArmour(text);
  let index = 0;
  let end = nodes[0]?.data.length ?? 0;
  for (const { start } of spans) {
    while (start >= end) end += nodes[++index]!.data.length;
    const parent = nodes[index]!.parentElement;
    if (parent !== null && composedClosest(parent, NOT_CONTENT) === null) found.add(parent);
  }
}

/**
 * Owns walking a document together with its open shadow trees. Closed ones stay closed, ours among them.
 * Does not own what is looked for.
 */

/** A tree that can be queried and observed by itself. */
export type TreeRoot = Document | ShadowRoot;

/** The open shadow roots in the tree below `root`, also those nested in one another, outer ones first. */
export function openRootsBelow(root: ParentNode): ShadowRoot[] {
  const roots: ShadowRoot[] = [];
  if (root instanceof Element) collectRoot(root, roots);
  for (const element of root.querySelectorAll('*')) collectRoot(element, roots);
  return roots;
}

function collectRoot(element: Element, roots: ShadowRoot[]): void {
  if (element.shadowRoot === null) return;
  roots.push(element.shadowRoot, ...openRootsBelow(element.shadowRoot));
}

/** The elements that match `selector` in any of `roots`. A selector that the browser refuses finds nothing. */
export function queryRoots(roots: readonly ParentNode[], selector: string): HTMLElement[] {
  try {
    return roots.flatMap((root) => [...root.querySelectorAll<HTMLElement>(selector)]);
  } catch {
    return [];
  }
}

/** The parent element, or the host where the tree is a shadow tree and ends here. */
export function composedParent(node: Node): HTMLElement | null {
  if (node.parentElement !== null) return node.parentElement;
  return node.parentNode instanceof ShadowRoot ? (node.parentNode.host as HTMLElement) : null;
}

/** Whether `node` is `ancestor` or lies below it, over the borders of open shadow trees too. */
export function composedContains(ancestor: Node, node: Node | null): boolean {
  for (let at: Node | null = node; at !== null; at = composedParent(at)) {
    if (at === ancestor) return true;
  }
  return false;
}

/** The nearest of `node` and its composed ancestors that matches `selector`. */
export function composedClosest(node: Element, selector: string): HTMLElement | null {
  for (let at: Element | null = node; at !== null; at = composedParent(at)) {
    if (at.matches(selector)) return at as HTMLElement;
  }
  return null;
}

/** The child elements of `element`, those of its open shadow tree first. */
export function composedChildren(element: Element): HTMLElement[] {
  const light = [...element.children] as HTMLElement[];
  return element.shadowRoot === null ? light : [...([...element.shadowRoot.children] as HTMLElement[]), ...light];
}

/** The text of `element` and of those of `roots` that lie below it. */
export function composedText(element: Element, roots: readonly TreeRoot[]): string {
  let text = element.textContent ?? '';
  for (const root of rootsWithin(element, roots)) text += root.textContent ?? '';
  return text;
}

/** Those of `roots` that are shadow trees below `element`. */
export function rootsWithin(element: Node, roots: readonly TreeRoot[]): ShadowRoot[] {
  return roots.filter((root): root is ShadowRoot => root instanceof ShadowRoot && composedContains(element, root.host));
}

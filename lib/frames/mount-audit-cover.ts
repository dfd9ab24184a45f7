/**
 * Owns whether anything of the page lies over a rectangle of a host: by asking what the pointer would hit on a grid, and
 * by looking for painted elements that let the pointer through.
 */
import { shadowRootOf } from './mount-audit-chain.ts';

/** Points along each side. Nothing that hides a button is finer than a fifth of it; the corners are asked as well. */
const POINTS = 6;

/** Whether something else than `host` would be hit anywhere over `place` (viewport coordinates). */
export function isHitByOther(host: Element, place: DOMRect): boolean {
  const root = host.getRootNode() as Document | ShadowRoot;
  for (let column = 0; column < POINTS; column += 1) {
    for (let row = 0; row < POINTS; row += 1) {
      const x = place.left + 1 + ((place.width - 2) * column) / (POINTS - 1);
      const y = place.top + 1 + ((place.height - 2) * row) / (POINTS - 1);
      if (root.elementFromPoint(x, y) !== host) return true;
    }
  }
  return false;
}

/**
 * Whether an element that the pointer passes through, but the eye does not, may be painted over `place`. Walks the
 * whole page, so that it is asked once, at the press of a button, and only where the browser cannot tell by itself.
 */
export function isPaintedOver(root: Document | ShadowRoot, host: Element, place: DOMRect): boolean {
  for (const element of root.querySelectorAll('*')) {
    if (element === host) continue;
    const inside = shadowRootOf(element);
    if (inside !== null && isPaintedOver(inside, host, place)) return true;
    if (isPartOver(element, '::before', place) || isPartOver(element, '::after', place)) return true;
    if (element.contains(host)) continue;
    if (isUntouchable(getComputedStyle(element)) && overlaps(element.getBoundingClientRect(), place)) return true;
  }
  return false;
}

function isUntouchable(style: CSSStyleDeclaration): boolean {
  return style.pointerEvents === 'none' && style.visibility === 'visible' && style.opacity !== '0';
}

function overlaps(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
}

/** Whether a positioned ::before or ::after may lie over `place`. It has no rectangle to ask for: it is worked out. */
function isPartOver(element: Element, part: string, place: DOMRect): boolean {
  const style = getComputedStyle(element, part);
  if (style.content === 'none' || style.content === 'normal' || !isUntouchable(style)) return false;
  if (style.position !== 'fixed' && style.position !== 'absolute') return false;
  if (style.transform !== 'none') return true;
  const block = style.position === 'fixed' ? new DOMRect(0, 0, 0, 0) : containingBlock(element);
  const [left, top, width, height] = [style.left, style.top, style.width, style.height].map(Number.parseFloat);
  const area = new DOMRect(block.left + left!, block.top + top!, width, height);
  // Lengths that are no numbers (auto on both sides) say nothing of where it is.
  return [left, top, width, height].some(Number.isNaN) || overlaps(area, place);
}

/** The rectangle that absolute parts of `element` are placed in. */
function containingBlock(element: Element): DOMRect {
  let at: Element | null = element;
  while (at !== null && getComputedStyle(at).position === 'static') at = at.parentElement;
  return at?.getBoundingClientRect() ?? new DOMRect(-scrollX, -scrollY, 0, 0);
}

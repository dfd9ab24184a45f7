/** Owns what of an element a person can see, and how boxes lie to each other. All lengths in CSS pixels of the viewport. */

/** A box: DOMRect's own names. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes smaller than this can't be typed into or clicked by a person: measuring clones and visually hidden fields. */
const SMALLEST = 8;

/** Whether `element` is drawn at all: of a size, not hidden, not transparent. It may lie outside the window. */
export function isDrawn(element: Element): boolean {
  const box = element.getBoundingClientRect();
  if (box.width < SMALLEST || box.height < SMALLEST) return false;
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/** Whether a person could see and use `element` after scrolling to it: drawn, and not parked outside the page. */
export function isVisible(element: Element): boolean {
  const { left, top, width, height } = element.getBoundingClientRect();
  const document = element.ownerDocument;
  const { scrollX = 0, scrollY = 0, innerWidth = 0 } = document.defaultView ?? {};
  // In the page's own measure: a long line in the box may have scrolled the window sideways.
  if (left + scrollX + width <= 0 || top + scrollY + height <= 0) return false;
  if (left + scrollX >= Math.max(innerWidth, document.documentElement.scrollWidth)) return false;
  return isDrawn(element);
}

/** The part of the width of `of` that `over` covers, 0 to 1. */
export function horizontalOverlap(over: Box, of: Box): number {
  if (of.width <= 0) return 0;
  const shared = Math.min(over.left + over.width, of.left + of.width) - Math.max(over.left, of.left);
  return Math.max(0, shared) / of.width;
}

/** Whether `box` begins above `other` and has its middle above the middle of `other`. */
export function liesAbove(box: Box, other: Box): boolean {
  return box.top < other.top && box.top + box.height / 2 < other.top + other.height / 2;
}

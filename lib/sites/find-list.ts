/**
 * Owns finding the message list that belongs to a composer on a page nobody described: the nearest scrolling or
 * log-like box above it that shares its width. Source: facts on chat sites, section 5.
 */
import { composedChildren, composedParent } from './composed-tree.ts';
import { type Box, horizontalOverlap, liesAbove } from './geometry.ts';

/** A message list: the element whose children (or theirs) are rows, and the element that scrolls it. */
export interface FoundList {
  readonly list: HTMLElement;
  readonly scroller: HTMLElement;
}

const LIST_ROLES = '[role="log"], [role="feed"], [role="list"], [role="grid"]';
/** Chats nest deeply, but what is further away than this is another part of the page. */
const MOST_ANCESTORS = 14;
/** Bounds the work on a page of any size, in elements looked at. */
const MOST_ELEMENTS = 4000;
/** Lower boxes are toolbars, suggestions and pickers. */
const LOWEST_HEIGHT = 80;

/** The list above `composer`, or undefined. */
export function findList(composer: HTMLElement): FoundList | undefined {
  const box = composer.getBoundingClientRect();
  const budget = { left: MOST_ELEMENTS };
  let branch: HTMLElement = composer;
  for (let climbed = 0; climbed < MOST_ANCESTORS; climbed++) {
    const parent = composedParent(branch);
    if (parent === null) return undefined;
    const best = bestBelow(parent, branch, box, budget);
    if (best !== undefined) return { list: innerList(best), scroller: scrollerOf(best) };
    branch = parent;
  }
  return undefined;
}

function bestBelow(
  parent: HTMLElement,
  branch: HTMLElement,
  composer: Box,
  budget: { left: number },
): HTMLElement | undefined {
  let best: HTMLElement | undefined;
  let bestWeight = 0;
  const visit = (element: HTMLElement): void => {
    if (element === branch || budget.left-- <= 0) return;
    const weight = listWeight(element, composer);
    if (weight > bestWeight) {
      best = element;
      bestWeight = weight;
    }
    for (const child of composedChildren(element)) visit(child);
  };
  for (const child of composedChildren(parent)) visit(child);
  return best;
}

/** 0 for what is no list; else its area in square pixels, with what it says of itself as weight. */
function listWeight(element: HTMLElement, composer: Box): number {
  if (element.clientHeight < LOWEST_HEIGHT) return 0;
  const saysList = element.matches(LIST_ROLES);
  if (!saysList && !scrolls(element)) return 0;
  const box = element.getBoundingClientRect();
  if (!liesAbove(box, composer) || horizontalOverlap(box, composer) < 0.5) return 0;
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return 0;
  let weight = box.width * box.height;
  if (element.matches('[role="log"]')) weight *= 3;
  if (element.matches('[aria-live]')) weight *= 1.5;
  if (element.closest('nav, aside, [role="navigation"], [role="complementary"]') !== null) weight /= 5;
  return weight;
}

function scrolls(element: Element): boolean {
  const { overflowY } = getComputedStyle(element);
  return overflowY === 'auto' || overflowY === 'scroll';
}

/** Where a scrolling box holds an element that is a list and has nearly all of its text: that one. */
function innerList(found: HTMLElement): HTMLElement {
  if (found.matches(LIST_ROLES)) return found;
  const length = (element: HTMLElement): number => (element.textContent ?? '').length;
  const inner = [...found.querySelectorAll<HTMLElement>(`${LIST_ROLES}, ul, ol`)];
  // A list that somebody wrote in a message has less.
  return inner.find((each) => length(each) >= 0.8 * length(found) && length(each) > 0) ?? found;
}

/** The element that scrolls `list`: itself or the nearest that does; the document's own scroller where none does. */
export function scrollerOf(list: HTMLElement): HTMLElement {
  for (let at: HTMLElement | null = list; at !== null; at = composedParent(at)) {
    if (scrolls(at)) return at;
  }
  return (list.ownerDocument.scrollingElement ?? list.ownerDocument.documentElement) as HTMLElement;
}

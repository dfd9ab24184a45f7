/**
 * Owns reading one row of a message list: which element it is, where its armour stands, and what it says.
 * Does not own remembering rows, nor decoding. Cosmetic where it says whose a row is.
 */
import { type ArmourSpan, findArmour } from './armour-finder.ts';
import { composedChildren, composedParent, composedText, rootsWithin, type TreeRoot } from './composed-tree.ts';
import { type Chat, firstFound } from './locate.ts';

/** A row that holds armour. */
export interface RowSighting {
  readonly chat: Chat;
  /** The row's element, and after it those that a site split the message over. */
  readonly rows: readonly [HTMLElement, ...HTMLElement[]];
  /** The elements that hold the armour, in order: what is to be covered. */
  readonly bodies: readonly HTMLElement[];
  /** The texts of the bodies: ciphertext, and whatever the site put around it. */
  readonly text: string;
  /** Where in `text` armour stands. At least one. */
  readonly spans: readonly ArmourSpan[];
  /** Whether every span has its end: if not, the site folded or cut the text, or it is still coming. */
  readonly complete: boolean;
  /** The site's name for the message, if it has one. */
  readonly id: string | undefined;
  /** Whether the site shows it as the person's own; undefined where it does not say. */
  readonly own: boolean | undefined;
}

/** Rows after the first over which one message is looked for. */
const MOST_CONTINUATIONS = 8;
/** Blank between two bodies: armour may hold white space anywhere. */
const BETWEEN = '\n';

/** The elements from `element` up to below the list of `chat`, innermost first; none where it lies outside. */
function pathToList(element: Element, { list }: Chat): HTMLElement[] {
  const path: HTMLElement[] = [];
  for (let at: Element | null = element; at !== list; at = composedParent(at)) {
    if (at === null) return [];
    path.push(at as HTMLElement);
  }
  return path;
}

/**
 * The row to which armour belongs that begins in `element`; undefined outside the list. Described sites say what a row
 * is; elsewhere it is the smallest element that holds the armour to its end, which does not depend on its neighbours.
 */
export function rowOf(element: Element, chat: Chat, roots: readonly TreeRoot[]): HTMLElement | undefined {
  const path = pathToList(element, chat);
  const described = describedRow(path, chat);
  if (described !== undefined || path.length === 0) return described;
  const begun = findArmour(composedText(path[0]!, roots)).length;
  for (const each of path) {
    const spans = findArmour(composedText(each, roots));
    // More armour than below: another message's, so ours has no end here.
    if (spans.length > begun) break;
    if (spans.length > 0 && isComplete(spans)) return each;
  }
  return path[0];
}

/**
 * What moves as one when a message comes or goes: the row of a described site; elsewhere the level with the most siblings
 * of one kind, of equal ones the outermost. Undefined outside the list.
 */
export function unitOf(element: Element, chat: Chat): HTMLElement | undefined {
  const path = pathToList(element, chat);
  const described = describedRow(path, chat);
  if (described !== undefined) return described;
  let unit: HTMLElement | undefined;
  let most = 0;
  for (const each of path) {
    const siblings = siblingsAlike(each);
    if (siblings < most) continue;
    unit = each;
    most = siblings;
  }
  return unit;
}

function describedRow(path: readonly HTMLElement[], { adapter }: Chat): HTMLElement | undefined {
  for (const selector of adapter.row) {
    const row = path.find((each) => each.matches(selector));
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Where there are so many siblings, there are rows: counting on would only take time. */
const ENOUGH_SIBLINGS = 24;

function siblingsAlike(element: HTMLElement): number {
  let count = 0;
  for (const sibling of element.parentNode?.children ?? []) {
    if (count === ENOUGH_SIBLINGS) break;
    if (sibling.localName === element.localName && sibling.getAttribute('role') === element.getAttribute('role'))
      count++;
  }
  return count;
}

/** Reads `row`; undefined where it holds no armour. */
export function readRow(row: HTMLElement, chat: Chat, roots: readonly TreeRoot[]): RowSighting | undefined {
  const bodies = bodiesOf(row, chat, roots);
  let text = textOf(bodies, roots);
  let spans = findArmour(text);
  if (spans.length === 0) return undefined;
  const rows: [HTMLElement, ...HTMLElement[]] = [row];
  if (!isComplete(spans)) {
    const joined = joinFollowing(row, chat, roots, text);
    if (joined !== undefined) {
      rows.push(...joined.rows);
      bodies.push(...joined.bodies);
      text = joined.text;
      spans = findArmour(text);
    }
  }
  return { chat, rows, bodies, text, spans, complete: isComplete(spans), id: idOf(row, chat), own: isOwn(row, chat) };
}

function isComplete(spans: readonly ArmourSpan[]): boolean {
  return spans.every(({ complete }) => complete);
}

function textOf(bodies: readonly HTMLElement[], roots: readonly TreeRoot[]): string {
  return bodies.map((body) => composedText(body, roots)).join(BETWEEN);
}

function bodiesOf(row: HTMLElement, chat: Chat, roots: readonly TreeRoot[]): HTMLElement[] {
  const described = firstFound([row, ...rootsWithin(row, roots)], chat.adapter.text);
  if (described.length > 0) return described;
  return smallestWithArmour(row, roots);
}

/** The smallest elements that hold whole armour; `element` itself where none of its parts does. */
function smallestWithArmour(element: HTMLElement, roots: readonly TreeRoot[]): HTMLElement[] {
  const whole = countComplete(element, roots);
  const parts = composedChildren(element).filter((child) => countComplete(child, roots) > 0);
  const inParts = parts.reduce((sum, part) => sum + countComplete(part, roots), 0);
  if (whole === 0 || inParts < whole) return [element];
  return parts.flatMap((part) => smallestWithArmour(part, roots));
}

function countComplete(element: Element, roots: readonly TreeRoot[]): number {
  return findArmour(composedText(element, roots)).filter(({ complete }) => complete).length;
}

interface Joined {
  readonly rows: readonly HTMLElement[];
  readonly bodies: readonly HTMLElement[];
  readonly text: string;
}

/** The message of an unfinished row together with the rows that follow, where they finish it; else undefined. */
function joinFollowing(row: HTMLElement, chat: Chat, roots: readonly TreeRoot[], start: string): Joined | undefined {
  const count = findArmour(start).length;
  const rows: HTMLElement[] = [];
  const bodies: HTMLElement[] = [];
  let text = start;
  let next = (unitOf(row, chat)?.nextElementSibling ?? null) as HTMLElement | null;
  while (next !== null && rows.length < MOST_CONTINUATIONS) {
    const described = firstFound([next], chat.adapter.text);
    const body = described[0] ?? longestLeaf(next);
    rows.push(next);
    bodies.push(body);
    text += BETWEEN + composedText(body, roots);
    const spans = findArmour(text);
    if (spans.length > count) return undefined;
    if (isComplete(spans)) return { rows, bodies, text };
    next = next.nextElementSibling as HTMLElement | null;
  }
  return undefined;
}

/** The element with the longest text of its own below `row`: the message, rather than its author or time. */
function longestLeaf(row: HTMLElement): HTMLElement {
  let longest = row;
  let length = 0;
  const walker = row.ownerDocument.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
    if (node.data.length > length && node.parentElement !== null) {
      longest = node.parentElement;
      length = node.data.length;
    }
  }
  return longest;
}

function idOf(row: HTMLElement, { adapter }: Chat): string | undefined {
  return adapter.rowId === undefined ? undefined : (row.getAttribute(adapter.rowId) ?? undefined);
}

function isOwn(row: HTMLElement, { adapter }: Chat): boolean | undefined {
  if (adapter.own === undefined) return undefined;
  const matches = row.matches(adapter.own.selector) || row.querySelector(adapter.own.selector) !== null;
  return adapter.own.when === 'matches' ? matches : !matches;
}

const UNFOLD =
  /^\W*(read|see|show|view)?\s*(more|all)\W*$|^(mehr|voir plus|ver más|ver mais|altro|meer|ещё|もっと見る|展开|展開|더 ?보기)/iu;

/** Presses what unfolds a long message, where the site's description or its own words name it; whether it was there. */
export function unfoldRow({ rows: [row], chat }: RowSighting): boolean {
  const around = unitOf(row, chat) ?? row;
  const buttons = [...around.querySelectorAll<HTMLElement>('button, [role="button"], [aria-expanded="false"]')];
  const fold =
    firstFound([around], chat.adapter.fold)[0] ?? buttons.find((each) => UNFOLD.test(each.textContent ?? ''));
  fold?.click();
  return fold !== undefined;
}

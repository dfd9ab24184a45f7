/**
 * Owns finding the chats of a page: by the site's description, else by the generic rules, and saying what was missing.
 * Does not own watching for changes, nor what a reason means for the person.
 */
import type { SiteAdapter } from './adapter.ts';
import { composedClosest, composedParent, queryRoots, rootsWithin, type TreeRoot } from './composed-tree.ts';
import { findComposers, isUsableBox } from './find-composer.ts';
import { findList, scrollerOf } from './find-list.ts';
import { findSendButton, isPressable } from './find-send.ts';

/** One chat on the page. Its identity is the composer element: a page may show several chats at once. */
export interface Chat {
  readonly adapter: SiteAdapter;
  /** The site's own message box. */
  readonly composer: HTMLElement;
  /** Holds the rows. */
  readonly list: HTMLElement | undefined;
  /** Scrolls the list: the list itself or an ancestor. */
  readonly scroller: HTMLElement | undefined;
}

/**
 * - SiteUndescribed: found by the generic rules. - AdapterStale: the description no longer fits the site.
 * - ComposerNotFound, ComposerAmbiguous: no box, or several that look equally right.
 * - ListNotFound, SendButtonNotFound, RowsNotRecognised: that part of a described site is not where it was.
 */
export type SiteReason =
  | 'SiteUndescribed'
  | 'AdapterStale'
  | 'ComposerNotFound'
  | 'ComposerAmbiguous'
  | 'ListNotFound'
  | 'SendButtonNotFound'
  | 'RowsNotRecognised';

/** The chats of a page, what was wrong, and the boxes a person may pick from where it was ambiguous. */
export interface Located {
  readonly chats: readonly Chat[];
  readonly reasons: readonly SiteReason[];
  readonly candidates: readonly HTMLElement[];
}

/** Looks for the chats in `roots`, the document and its open shadow trees. 1 to 12 ms on a large page. */
export function locateChats(roots: readonly TreeRoot[], adapter: SiteAdapter): Located {
  const reasons = new Set<SiteReason>();
  const described = firstFound(roots, adapter.composer).filter(isUsableBox);
  if (adapter.composer.length === 0) reasons.add('SiteUndescribed');
  if (described.length > 0) {
    const chats = described.map((composer) => describedChat(composer, adapter, roots, reasons));
    return { chats, reasons: [...reasons], candidates: [] };
  }
  const search = findComposers(roots);
  if (search.outcome !== 'found') {
    const candidates = search.outcome === 'ambiguous' ? search.candidates.map(({ composer }) => composer) : [];
    reasons.add(search.outcome === 'ambiguous' ? 'ComposerAmbiguous' : 'ComposerNotFound');
    return { chats: [], reasons: [...reasons], candidates };
  }
  if (adapter.composer.length > 0) reasons.add('AdapterStale');
  if (search.candidates.some(({ list }) => list === undefined)) reasons.add('ListNotFound');
  const chats = search.candidates.map(({ composer, list }) => ({
    adapter,
    composer,
    list: list?.list,
    scroller: list?.scroller,
  }));
  return { chats, reasons: [...reasons], candidates: [] };
}

function describedChat(
  composer: HTMLElement,
  adapter: SiteAdapter,
  roots: readonly TreeRoot[],
  reasons: Set<SiteReason>,
): Chat {
  const list = describedList(composer, adapter, roots);
  if (list !== undefined) {
    const chat = { adapter, composer, list, scroller: scrollerOf(list) };
    if (adapter.row.length > 0 && list.childElementCount >= 3 && firstFound([list], adapter.row).length === 0) {
      reasons.add('RowsNotRecognised');
    }
    if (
      adapter.send.length > 0 &&
      !adapter.quirks.includes('send-appears-late') &&
      knownSendButton(chat, roots) === undefined
    ) {
      reasons.add('SendButtonNotFound');
    }
    return chat;
  }
  const found = findList(composer);
  if (found === undefined) reasons.add('ListNotFound');
  else if (adapter.list.length > 0) reasons.add('AdapterStale');
  return { adapter, composer, list: found?.list, scroller: found?.scroller };
}

/** The list of this composer's own chat: in its scope, or in the nearest ancestor that holds one. */
function describedList(
  composer: HTMLElement,
  adapter: SiteAdapter,
  roots: readonly TreeRoot[],
): HTMLElement | undefined {
  if (adapter.list.length === 0) return undefined;
  if (adapter.scope !== undefined) {
    const scope = composedClosest(composer, adapter.scope);
    return scope === null ? undefined : firstFound(withTrees(scope, roots), adapter.list)[0];
  }
  for (let around = composedParent(composer); around !== null; around = composedParent(around)) {
    const found = firstFound(withTrees(around, roots), adapter.list)[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The button that the site's description names, where it is there and can be pressed; nearest to the composer. */
export function knownSendButton(chat: Chat, roots: readonly TreeRoot[]): HTMLElement | undefined {
  for (let around = composedParent(chat.composer); around !== null; around = composedParent(around)) {
    const found = firstFound(withTrees(around, roots), chat.adapter.send).filter(isPressable)[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The button that the generic rules guess. */
export function guessedSendButton(chat: Chat): HTMLElement | undefined {
  return findSendButton(chat.composer);
}

/** What the first selector of a ladder that finds anything finds. */
export function firstFound(roots: readonly ParentNode[], selectors: readonly string[]): HTMLElement[] {
  for (const selector of selectors) {
    const found = queryRoots(roots, selector);
    if (found.length > 0) return found;
  }
  return [];
}

function withTrees(element: HTMLElement, roots: readonly TreeRoot[]): ParentNode[] {
  return [element, ...rootsWithin(element, roots)];
}

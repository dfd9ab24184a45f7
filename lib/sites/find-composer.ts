/**
 * Owns finding the message boxes of a page nobody described, and saying when it can't tell.
 * Does not own what a box scores: composer-score.ts.
 */
import { composedClosest, composedContains, composedParent, queryRoots, type TreeRoot } from './composed-tree.ts';
import { ACCEPTED_SCORE, CLEAR_LEAD, type ComposerFeatures, scoreComposer } from './composer-score.ts';
import { type FoundList, findList } from './find-list.ts';
import { isVisible } from './geometry.ts';
import { labelOf } from './label.ts';

/** A box, its list and how sure we are. */
export interface ComposerCandidate {
  readonly composer: HTMLElement;
  readonly list: FoundList | undefined;
  readonly score: number;
}

/**
 * `found`: one box, or several with a list of their own each (chat tabs side by side), best first.
 * `ambiguous`: boxes that look equally right, for a person to pick from. `none`: nothing that looks like one.
 */
export type ComposerSearch =
  | { readonly outcome: 'found'; readonly candidates: readonly ComposerCandidate[] }
  | { readonly outcome: 'ambiguous'; readonly candidates: readonly ComposerCandidate[] }
  | { readonly outcome: 'none' };

const EDITABLE = '[contenteditable=""], [contenteditable="true" i], [contenteditable="plaintext-only" i]';
const CANDIDATES = `textarea, input[type="text"], input:not([type]), ${EDITABLE}`;
/** More boxes than any chat has: what comes after is not judged. */
const MOST_CANDIDATES = 60;

/** Looks in `roots`: the document and its open shadow trees. */
export function findComposers(roots: readonly TreeRoot[]): ComposerSearch {
  const rated = queryRoots(roots, CANDIDATES)
    .filter(isUsableBox)
    .slice(0, MOST_CANDIDATES)
    .map(rate)
    .sort((a, b) => b.score - a.score);
  const accepted = rated.filter(({ score }) => score >= ACCEPTED_SCORE);
  const best = accepted[0];
  if (best === undefined) return { outcome: 'none' };
  const near = rated.filter(({ score }) => score > best.score - CLEAR_LEAD);
  if (near.length === 1) return { outcome: 'found', candidates: [best] };
  return haveListsOfTheirOwn(near)
    ? { outcome: 'found', candidates: near }
    : { outcome: 'ambiguous', candidates: near };
}

/** Whether a person can write into `box`, and no larger editable element holds it. */
export function isUsableBox(box: HTMLElement): boolean {
  if (box.matches('[readonly], [disabled], [aria-readonly="true"], [aria-disabled="true"], [aria-hidden="true"]'))
    return false;
  const parent = composedParent(box);
  if (parent !== null && composedClosest(parent, EDITABLE) !== null) return false;
  return isVisible(box);
}

function rate(composer: HTMLElement): ComposerCandidate {
  const list = findList(composer);
  return { composer, list, score: scoreComposer(featuresOf(composer, list !== undefined)) };
}

function featuresOf(composer: HTMLElement, hasList: boolean): ComposerFeatures {
  const box = composer.getBoundingClientRect();
  const height = composer.ownerDocument.defaultView?.innerHeight ?? 1;
  const oneLine = composer.localName === 'input' || composer.getAttribute('aria-multiline') === 'false';
  return {
    textbox: composer.localName === 'textarea' || composer.getAttribute('role') === 'textbox',
    multiline: !oneLine,
    label: labelOf(composer),
    searchField: composedClosest(composer, '[role="search"], [role="searchbox"], search, [type="search"]') !== null,
    lowness: (box.top + box.height / 2) / height,
    enterKeySends: composer.getAttribute('enterkeyhint') === 'send',
    hasList,
  };
}

function haveListsOfTheirOwn(candidates: readonly ComposerCandidate[]): boolean {
  return candidates.every((candidate, index) => {
    const own = candidate.list?.list;
    if (own === undefined) return false;
    return candidates.every((other, otherIndex) => {
      const others = other.list?.list;
      return (
        otherIndex === index ||
        others === undefined ||
        !(composedContains(own, others) || composedContains(others, own))
      );
    });
  });
}

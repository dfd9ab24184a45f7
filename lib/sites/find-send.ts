/** Owns finding the button that sends what a composer holds, on a page nobody described. A guess: proof comes from sending. */
import { composedParent } from './composed-tree.ts';
import { isDrawn } from './geometry.ts';
import { buttonWords } from './label.ts';
import { namesOtherAction, namesSend } from './words.ts';

const BUTTONS = 'button, [role="button"], input[type="submit"], input[type="image"]';
/** A send button stands beside its box: higher up, buttons belong to something else. */
const MOST_ANCESTORS = 6;
/** Below this a button is more likely to do something else. */
const ACCEPTED_SCORE = 4;

/** The most likely send button of `composer` that can be pressed now, or undefined. */
export function findSendButton(composer: HTMLElement): HTMLElement | undefined {
  let around = composedParent(composer);
  for (let climbed = 0; climbed < MOST_ANCESTORS && around !== null; climbed++) {
    const best = bestButton(around, composer);
    if (best !== undefined) return best;
    around = composedParent(around);
  }
  return undefined;
}

function bestButton(around: HTMLElement, composer: HTMLElement): HTMLElement | undefined {
  let best: HTMLElement | undefined;
  let bestScore = ACCEPTED_SCORE - 1;
  const roots: ParentNode[] = around.shadowRoot === null ? [around] : [around, around.shadowRoot];
  for (const button of roots.flatMap((root) => [...root.querySelectorAll<HTMLElement>(BUTTONS)])) {
    if (!isPressable(button) || composer.contains(button)) continue;
    const score = scoreButton(button, composer);
    // Later ones win a tie: the send button stands at the end.
    if (score >= bestScore && score >= ACCEPTED_SCORE) {
      best = button;
      bestScore = score;
    }
  }
  return best;
}

function scoreButton(button: HTMLElement, composer: HTMLElement): number {
  const words = buttonWords(button);
  const box = button.getBoundingClientRect();
  const field = composer.getBoundingClientRect();
  const middle = box.left + box.width / 2;
  const rightToLeft = getComputedStyle(composer).direction === 'rtl';
  let score = 0;
  if (namesSend(words)) score += 4;
  else if (namesOtherAction(words)) score -= 6;
  if (isSubmitOf(button, composer)) score += 3;
  if (rightToLeft ? middle < field.left + field.width / 2 : middle > field.left + field.width / 2) score += 1;
  // Level with the box or below it: above stand the tools of the page.
  if (box.top + box.height >= field.top) score += 1;
  return score;
}

function isSubmitOf(button: HTMLElement, composer: HTMLElement): boolean {
  const form = composer.closest('form');
  return form !== null && button.closest('form') === form && (button as HTMLButtonElement).type === 'submit';
}

/** Whether a press on `button` would do anything. A long line in the box may have pushed it out of the window. */
export function isPressable(button: HTMLElement): boolean {
  return !button.matches('[disabled], [aria-disabled="true"], [inert], [inert] *') && isDrawn(button);
}

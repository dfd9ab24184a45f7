/**
 * Owns putting a text of ours into a site's message box, whatever editor it is, and taking it out again.
 * Does not own sending, nor giving the focus back: the box has it afterwards.
 * Invariants: what is inserted is read back and compared before it counts; after a failure the box is emptied as far as
 * the page lets us. A draft that stood there is replaced.
 */
import { stripIgnorable } from './armour-finder.ts';
import { isField, readComposer, selectAll } from './composer-text.ts';
import { siteFailure } from './failure.ts';
import { engineOf, insertionOrder } from './insertion-order.ts';
import { emptyingSteps, runStep } from './insertion-steps.ts';
import { pause, waitFor } from './waiting.ts';

/** Slate and CKEditor 5 take over a changed selection late: at 60 ms Slate appended instead of replacing. */
const SELECTION_SETTLES_MS = 220;
/** By then every editor that took a text shows it; earlier in most. A later one is caught before the next try, which replaces it. */
const SHOWN_WITHIN_MS = 60;
/** Models follow their boxes within a frame. */
const MODEL_FOLLOWS_MS = 20;

/**
 * Runs one synchronous step on the box, which needs the keyboard focus there: whoever holds the focus, or holds typing
 * back from the box, lets it pass for so long.
 */
export type Around = <Value>(step: () => Value) => Value;

const freely: Around = (step) => step();

/**
 * Makes `text`, one line, the content of `composer`; about 50 to 100 ms, 220 ms more where a draft is replaced.
 * Refuses with ComposerMissing, InsertRefused, TextMangled or SendAborted. Throws RangeError for text that is empty or
 * has line breaks: editors disagree about those, so armour never has any.
 */
export async function insertText(
  composer: HTMLElement,
  text: string,
  signal?: AbortSignal,
  around: Around = freely,
): Promise<void> {
  if (stripIgnorable(text) === '' || /[\n\r]/.test(text)) throw new RangeError('the text must be one line');
  if (signal?.aborted) throw siteFailure('SendAborted');
  requirePresent(composer);
  try {
    await climb(composer, text, signal, around);
  } catch (error) {
    await emptyComposer(composer, around);
    throw error;
  }
}

async function climb(
  composer: HTMLElement,
  text: string,
  signal: AbortSignal | undefined,
  around: Around,
): Promise<void> {
  const wanted = stripIgnorable(text);
  let mangled = false;
  let hearsPaste = false;
  for (const step of insertionOrder(engineOf(navigator.userAgent), isField(composer))) {
    // An editor that hears pastes has a model of its own, which exec would by-pass: the box would lie.
    if (step === 'exec' && hearsPaste) continue;
    // The second try is for an editor that noticed only after the first that it has the focus (Slate).
    for (let tries = 0; tries < 2; tries++) {
      await selectContent(composer, tries > 0, around, signal);
      if (tries > 0 && readComposer(composer) === wanted) return;
      const before = readComposer(composer);
      const handled = around(() => {
        focusAgain(composer);
        return runStep(step, composer, text);
      });
      if (!handled && readComposer(composer) === before) break;
      hearsPaste ||= step === 'paste' && handled;
      await pause(MODEL_FOLLOWS_MS, signal);
      if (await waitFor(() => readComposer(composer) === wanted || undefined, SHOWN_WITHIN_MS, signal)) return;
      requirePresent(composer);
      mangled ||= readComposer(composer) !== before;
    }
  }
  throw siteFailure(mangled ? 'TextMangled' : 'InsertRefused');
}

/** Focuses the box and selects what it holds; lets the editor notice where there is something, or where asked to. */
async function selectContent(
  composer: HTMLElement,
  settle: boolean,
  around: Around,
  signal?: AbortSignal,
): Promise<void> {
  requirePresent(composer);
  around(() => selectAll(composer));
  if (settle || readComposer(composer) !== '') await pause(SELECTION_SETTLES_MS, signal);
  requirePresent(composer);
}

/** Selects once more where the focus went back to its owner after the selecting. */
function focusAgain(composer: HTMLElement): void {
  if ((composer.getRootNode() as Document | ShadowRoot).activeElement !== composer) selectAll(composer);
}

function requirePresent(composer: HTMLElement): void {
  if (!composer.isConnected) throw siteFailure('ComposerMissing');
}

/** Takes everything out of the box; whether it is empty now. Never refuses: a box that is gone is as good as empty. */
export async function emptyComposer(composer: HTMLElement, around: Around = freely): Promise<boolean> {
  for (const step of emptyingSteps) {
    if (!composer.isConnected || readComposer(composer) === '') return true;
    await selectContent(composer, false, around).catch(() => undefined);
    const before = readComposer(composer);
    const handled = around(() => {
      focusAgain(composer);
      return step(composer);
    });
    if (!handled && readComposer(composer) === before) continue;
    await pause(MODEL_FOLLOWS_MS);
    await waitFor(() => (readComposer(composer) === '' ? true : undefined), SHOWN_WITHIN_MS);
  }
  return !composer.isConnected || readComposer(composer) === '';
}

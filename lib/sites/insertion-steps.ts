/**
 * Owns the single ways of putting text into an editor, and of taking all of it out. The box has the focus and its
 * content is selected when a step runs. Does not own their order, nor whether one worked.
 */
import { isField } from './composer-text.ts';
import type { InsertionStep } from './insertion-order.ts';

/** Runs a step. False: the page let it pass, so nothing has changed and there is nothing to wait for. */
export function runStep(step: InsertionStep, composer: HTMLElement, text: string): boolean {
  switch (step) {
    case 'exec':
      return composer.ownerDocument.execCommand('insertText', false, text);
    case 'paste':
      return !composer.dispatchEvent(clipboardEvent('paste', text));
    case 'beforeinput':
      return !composer.dispatchEvent(beforeInput('insertText', text));
    case 'setter':
      setText(composer, text);
      return true;
  }
}

/** Ways of emptying a box whose content is selected, in the order that is tried; each as {@link runStep} answers. */
export const emptyingSteps: readonly ((composer: HTMLElement) => boolean)[] = [
  // Editors with a model of their own hear a cut; a browser does nothing on a made-up one, and no clipboard is touched.
  (composer) => !isField(composer) && !composer.dispatchEvent(clipboardEvent('cut', '')),
  (composer) => !isField(composer) && !composer.dispatchEvent(beforeInput('deleteContentBackward', null)),
  (composer) => composer.ownerDocument.execCommand('delete'),
  (composer) => !composer.dispatchEvent(keyEvent('keydown', 'Backspace', 8)),
  (composer) => {
    setText(composer, '');
    return true;
  },
];

/** Presses Enter in the box, as far as a made-up key press goes: what listens for keys hears it. */
export function pressEnter(composer: HTMLElement): void {
  for (const type of ['keydown', 'keypress', 'keyup'] as const) composer.dispatchEvent(keyEvent(type, 'Enter', 13));
}

function keyEvent(type: string, key: string, keyCode: number): KeyboardEvent {
  return new KeyboardEvent(type, { key, code: key, keyCode, bubbles: true, cancelable: true, composed: true });
}

function clipboardEvent(type: 'paste' | 'cut', text: string): ClipboardEvent {
  const clipboardData = new DataTransfer();
  if (type === 'paste') clipboardData.setData('text/plain', text);
  return new ClipboardEvent(type, { clipboardData, bubbles: true, cancelable: true, composed: true });
}

function beforeInput(inputType: string, data: string | null): InputEvent {
  return new InputEvent('beforeinput', { inputType, data, bubbles: true, cancelable: true, composed: true });
}

function setText(composer: HTMLElement, text: string): void {
  if (isField(composer)) composer.value = text;
  else composer.textContent = text;
  const inputType = text === '' ? 'deleteContentBackward' : 'insertText';
  composer.dispatchEvent(new InputEvent('input', { inputType, data: text, bubbles: true, composed: true }));
}

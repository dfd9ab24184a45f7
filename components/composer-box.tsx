/**
 * Owns the text box of the composer: what Enter does, growing with the text, and where the caret is.
 * Does not own what becomes of the text.
 *
 * Invariants: the browser alone changes the text while a person types, so that undo, input methods, dictation and spell
 * check work as in any box; Enter that ends a composition of an input method never sends.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { text } from '../lib/text/index.ts';

/** Where the caret is; `left` is by Escape or Tab. */
export type Caret = 'in' | 'out' | 'left';

interface ComposerBoxProps {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
  readonly contact: string;
  readonly busy: boolean;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
  readonly onCaret: (caret: Caret) => void;
}

/** Version of the key event that input methods send while they compose (UI Events, legacy keyCode). */
const COMPOSING_KEY = 229;

/** The box. */
export function ComposerBox({ box, draft, contact, busy, onText, onSend, onCaret }: ComposerBoxProps) {
  const leaving = useRef(false);
  useLayoutEffect(() => {
    if (box.current !== null) grow(box.current);
  });
  function press(event: KeyboardEvent): void {
    const composing = event.isComposing || event.keyCode === COMPOSING_KEY;
    leaving.current = !composing && (event.key === 'Tab' || event.key === 'Escape');
    if (event.key === 'Escape' && !composing) box.current?.blur();
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    if (!event.repeat) onSend();
  }
  return (
    <textarea
      ref={box}
      rows={1}
      dir="auto"
      spellcheck={true}
      defaultValue={draft}
      aria-label={text('composerLabel', contact)}
      aria-describedby="to"
      aria-busy={busy}
      placeholder={text('composerPlaceholder', contact)}
      onKeyDown={press}
      onInput={({ currentTarget }) => {
        grow(currentTarget);
        onText(currentTarget.value);
      }}
      onFocus={() => {
        leaving.current = false;
        onCaret('in');
      }}
      onBlur={() => onCaret(leaving.current ? 'left' : 'out')}
    />
  );
}

/** As high as the text; beyond the frame's share of the window it scrolls. */
function grow(box: HTMLTextAreaElement): void {
  box.style.blockSize = 'auto';
  box.style.blockSize = `${box.scrollHeight}px`;
}

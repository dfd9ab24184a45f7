/**
 * Owns in which order the ways of putting text into an editor are tried. Pure.
 * Source: the matrix of ten editors in Chromium 156 and Firefox ESR 153 (facts on chat sites, section 4).
 */

/**
 * exec: execCommand('insertText'). paste: a made-up paste event that carries the text. beforeinput: a made-up beforeinput
 * event. setter: the value or text itself, and an input event.
 */
export type InsertionStep = 'exec' | 'paste' | 'beforeinput' | 'setter';

/** Which browser engine runs: they differ in what an editor hears of our events. */
export type Engine = 'chromium' | 'firefox';

/**
 * Firefox tells editors of execCommand by beforeinput, and shows them no clipboard data of ours: exec first.
 * Chromium tells them of nothing: models that listen for beforeinput (Slate, CKEditor 5) would stay empty behind a box
 * that looks full, and Draft.js breaks. There a paste comes first; a box that takes none lets it pass unhandled.
 */
export function insertionOrder(engine: Engine, field: boolean): readonly InsertionStep[] {
  return engine === 'firefox' || field
    ? ['exec', 'paste', 'beforeinput', 'setter']
    : ['paste', 'exec', 'beforeinput', 'setter'];
}

/** The engine by what the browser says of itself; a page can't change what a content script reads here. */
export function engineOf(userAgent: string): Engine {
  return /\bFirefox\//.test(userAgent) ? 'firefox' : 'chromium';
}

/**
 * Owns what the popup asks of the background before anything else, and the answer.
 * Does not own the ports over which the other worlds will speak.
 * Invariants: only a page of the extension's own origin is answered, and the answer holds no key and no text.
 */
import { browser, type Runtime } from '../browser.ts';

/** The question, as it is sent. */
const QUESTION = 'popup-state';

/** How long the background may take, in milliseconds: a cold one is ready within a tenth of this. */
const PATIENCE_MS = 5000;

/** What the popup shows. */
export interface PopupState {
  /** As in the manifest, for example 0.1.0. */
  readonly version: string;
  /** How many host patterns the person has allowed. */
  readonly allowedSites: number;
  /** Whether the cryptographic library has started in this browser. */
  readonly cryptoReady: boolean;
}

/** Asks the background. Rejects when it gives no answer within five seconds. */
export async function requestPopupState(): Promise<PopupState> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the background gave no answer')), PATIENCE_MS);
  });
  try {
    return await Promise.race([browser.runtime.sendMessage(QUESTION) as Promise<PopupState>, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Answers the popup with what `read` gives, for as long as the background lives. Anyone else is not answered. */
export function answerPopupState(read: () => Promise<PopupState>): void {
  const ownOrigin = browser.runtime.getURL('');
  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    const isOwnPage = sender.id === browser.runtime.id && sender.url?.startsWith(ownOrigin) === true;
    return isOwnPage && message === QUESTION ? read() : undefined;
  });
}

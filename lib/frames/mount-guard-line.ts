/**
 * Owns how a document's guard hears from the background: one-way messages, no port, so that a frame without a composer
 * keeps nothing open. The messages come from the extension alone: a page cannot send them.
 */
import { browser } from '../browser.ts';
import type { Guard } from './mount-guard.ts';

/** Background to guards. */
export const GUARD_ARM = 'sotto-guard-arm';
/** Background to guards. */
export const GUARD_FREE = 'sotto-guard-free';
/** A guard in a new frame to the background, which answers true or false. */
export const GUARD_QUERY = 'sotto-guard-query';

/** Keeps `guard` as the background says; a frame below the top asks once, since a page may add it in mid-typing. */
export function connectGuard(guard: Guard): void {
  browser.runtime.onMessage.addListener((message: unknown): undefined => {
    if (message === GUARD_ARM) guard.armed = true;
    else if (message === GUARD_FREE) guard.armed = false;
  });
  if (window === window.top) return;
  browser.runtime.sendMessage(GUARD_QUERY).then(
    (armed: unknown) => {
      if (armed !== true) guard.armed = false;
    },
    () => {
      guard.armed = false;
    },
  );
}

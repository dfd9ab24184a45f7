/**
 * Owns ports as channels, as the calling side sees them, and the doorbell: the background's only way to tell a page
 * whose port has closed with the sleeping worker that there is something to fetch.
 */
import { browser, type Runtime } from '../browser.ts';
import type { Channel } from './client-channel.ts';
import { rpcFailure } from './client-failure.ts';

/** The name of every port of calls. */
export const PORT_NAME = 'calls';
/** The whole of a doorbell message: it carries nothing, so that forging it is worth nothing. */
export const DOORBELL = 'sotto-doorbell';

/** Opens a port to the background. Throws ExtensionGone where the extension left from under this page. */
export function connectPort(): Channel {
  try {
    return portChannel(browser.runtime.connect({ name: PORT_NAME }));
  } catch {
    throw rpcFailure('ExtensionGone');
  }
}

/** `port` as a channel. */
export function portChannel(port: Runtime.Port): Channel {
  return {
    post: (message) => {
      try {
        port.postMessage(message);
      } catch {
        // The port closed a moment ago, and its onDisconnect tells so.
      }
    },
    listen: (onMessage, onClose) => {
      port.onMessage.addListener(onMessage);
      port.onDisconnect.addListener(onClose);
    },
    close: () => port.disconnect(),
  };
}

/** Calls `wake` when the background rings. Gives the function that stops it. */
export function onDoorbell(wake: () => void): () => void {
  const listener = (message: unknown): undefined => {
    if (message === DOORBELL) wake();
  };
  browser.runtime.onMessage.addListener(listener);
  return () => browser.runtime.onMessage.removeListener(listener);
}

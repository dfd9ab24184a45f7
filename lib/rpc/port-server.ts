/** Owns ports as the background sees them: who may connect at all, and ringing pages that have no port. */
import { browser } from '../browser.ts';
import { type Caller, identifyCaller, type Self, type Sender } from './caller.ts';
import type { Channel } from './client-channel.ts';
import { DOORBELL, PORT_NAME, portChannel } from './client-port.ts';

/** Ourselves, as the browser names us. */
export function selfIdentity(): Self {
  return { id: browser.runtime.id, origin: browser.runtime.getURL('').replace(/\/$/, '') };
}

/** Gives every port of calls to `accept` with its caller; a port of nobody's is closed. To be called at start-up. */
export function acceptPorts(accept: (channel: Channel, caller: Caller) => void): void {
  const self = selfIdentity();
  browser.runtime.onConnect.addListener((port) => {
    const caller = port.name === PORT_NAME ? identifyCaller((port.sender ?? {}) as Sender, self) : undefined;
    if (caller === undefined) port.disconnect();
    else accept(portChannel(port), caller);
  });
}

/** Rings our own pages, and the content scripts of `tabs`: those that have no port connect and ask what they missed. */
export function ringDoorbell(tabs: readonly number[] = []): void {
  // Both reject where nobody listens, which is as good as heard.
  browser.runtime.sendMessage(DOORBELL).catch(() => {});
  for (const tab of tabs) browser.tabs.sendMessage(tab, DOORBELL).catch(() => {});
}

/**
 * Owns watching our own requests by the browser's webRequest events, which tell what fetch hides: where a redirect leads,
 * and which address answered.
 * Does not own the decision about either; see hop.ts.
 *
 * Measured in Chromium 156 and Firefox ESR 153 (docs/preview.md): with `redirect: 'manual'` both tell the Location by
 * onHeadersReceived; Chromium tells the address by onBeforeRedirect or onResponseStarted, less than a millisecond after
 * fetch has answered, Firefox by onHeadersReceived already. Redirects that the browser makes by itself (HSTS) come by
 * onBeforeRedirect alone.
 * Invariant: listeners stand only while a request is under way, and only for requests outside of tabs; in Chrome one that
 * stayed behind would wake the worker for every request of ours.
 */
import type { SeenRequest, WatchedRequest } from './network.ts';

/** Of the details that the browser gives, what is read here. */
export interface RequestDetails {
  readonly url: string;
  readonly tabId: number;
  /** Who asks: Chrome names the origin, Firefox the document. */
  readonly initiator?: string | undefined;
  readonly originUrl?: string | undefined;
  readonly ip?: string | null | undefined;
  readonly redirectUrl?: string | undefined;
  readonly responseHeaders?: readonly { readonly name: string; readonly value?: string | undefined }[] | undefined;
}

type Listener = (details: RequestDetails) => void;
interface Filter {
  urls: string[];
  types: 'xmlhttprequest'[];
  tabId: number;
}

/** One of the browser's events. `Extra` is what else is asked for. */
export interface RequestEvent {
  addListener(listener: Listener, filter: Filter, extra?: 'responseHeaders'[]): void;
  removeListener(listener: Listener): void;
}

/** The part of `browser.webRequest` that is used (permission `webRequest`). */
export interface RequestEvents {
  readonly onHeadersReceived: RequestEvent;
  readonly onBeforeRedirect: RequestEvent;
  readonly onResponseStarted: RequestEvent;
}

/** A request of the background belongs to no tab. */
const NO_TAB = -1;
/** An event takes a millisecond to come, and a hundred times that on a machine that is very busy. */
const PATIENCE_MS = 1000;

/**
 * Makes {@link Network.watch}. `own` is the extension's origin (`browser.runtime.getURL('')`): requests of other extensions,
 * which may ask for the same address at the same time, are not taken for ours. `settle` is any call to the browser that answers
 * (`browser.runtime.getPlatformInfo()`): Firefox hears of a listener on its own time, and answers calls in their order.
 */
export function watchRequests(
  events: RequestEvents,
  own: string,
  settle: () => Promise<unknown>,
): (url: string) => Promise<WatchedRequest> {
  const origin = new URL(own).href.replace(/\/$/, '');
  return async (address) => {
    const url = new URL(address);
    url.hash = '';
    const seen: { location?: string; address?: string } = {};
    let tell = (): void => {};
    const complete = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const listen: Listener = (details) => {
      if (details.tabId !== NO_TAB || details.url !== url.href) return;
      if (!(details.initiator ?? details.originUrl ?? '').startsWith(origin)) return;
      const location = details.responseHeaders?.find(({ name }) => name.toLowerCase() === 'location')?.value;
      const leads = location ?? details.redirectUrl;
      if (leads !== undefined) seen.location ??= leads;
      if (details.ip) seen.address ??= details.ip;
      if (seen.address !== undefined) tell();
    };
    const filter: Filter = {
      urls: [`${url.protocol}//${url.hostname}/*`],
      types: ['xmlhttprequest'],
      tabId: NO_TAB,
    };
    events.onHeadersReceived.addListener(listen, filter, ['responseHeaders']);
    events.onBeforeRedirect.addListener(listen, filter);
    events.onResponseStarted.addListener(listen, filter);
    const stop = (): void => {
      for (const event of [events.onHeadersReceived, events.onBeforeRedirect, events.onResponseStarted]) {
        event.removeListener(listen);
      }
    };
    try {
      await settle();
    } catch (error) {
      stop();
      throw error;
    }
    return { seen: () => untilSeen(complete, seen), stop };
  };
}

async function untilSeen(complete: Promise<void>, seen: SeenRequest): Promise<SeenRequest> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([complete, late]);
  clearTimeout(timer);
  return { ...seen };
}

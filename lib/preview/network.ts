/**
 * Owns the ports to the network: what this room is handed to ask with, and what the browser tells it of a request besides
 * the answer. lib/preview asks nothing by any other way.
 */

/** What a browser's events told of one request. Either may be missing: a redirect has a location, a connection an address. */
export interface SeenRequest {
  /** Where the answer leads, as the server wrote it. */
  readonly location?: string;
  /** The address that answered: dotted decimal, or IPv6 without brackets. */
  readonly address?: string;
}

/** A request that is being watched. */
export interface WatchedRequest {
  /** What was seen, as soon as there is an address; at the latest after a second what there is. */
  seen(): Promise<SeenRequest>;
  /** Ends the watching. */
  stop(): void;
}

/** The way to the network. */
export interface Network {
  /** The browser's own fetch, bound to its global. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /**
   * Watches the next request of ours for `url`; it is made only when the promise is kept. Without it a browser hides redirects (they are
   * refused then) and addresses (they go unchecked, which is for tests in Node alone).
   */
  watch?(url: string): Promise<WatchedRequest>;
  /** All addresses of `hostname`, where the browser tells (Firefox, permission `dns`); asked before a request. */
  resolve?(hostname: string): Promise<readonly string[]>;
}

/** The browser's own. */
export const browserFetch: Network['fetch'] = (url, init) => fetch(url, init);

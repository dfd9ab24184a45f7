/**
 * Owns who is at the other end of a port. It is decided by what the browser says about the sender, never by what the
 * sender says: extension id, origin, address, tab, frame and document are made by the browser process.
 * Does not own what a caller may do: each method of a contract lists the kinds that may call it.
 *
 * Invariants: our own pages are known by our own origin and path alone. A frame of ours inside a page is `blank` until
 * the background has admitted it by a ticket. An opaque origin (a sandboxed page) is nobody.
 */

import type { CallerKind, FrameKind } from './client-contract.ts';

/** The other end of a port. */
export interface Caller {
  readonly kind: CallerKind;
  /** Of a frame of ours: which page it is. */
  readonly page?: FrameKind;
  readonly tab?: number;
  /** The frame's id in its tab; 0 is the top frame. */
  readonly frame?: number;
  /** The browser's id of the document, where it gives one. */
  readonly document?: string;
  /** The origin of the page for `content`, else our own. */
  readonly origin: string;
  readonly url: string;
  /** What the ticket bound this frame to: only for `composer` and `transcript`. */
  readonly conversation?: string;
}

/** The part of the browser's MessageSender that is read. */
export interface Sender {
  readonly id?: string | undefined;
  readonly origin?: string | undefined;
  readonly url?: string | undefined;
  readonly frameId?: number | undefined;
  readonly documentId?: string | undefined;
  readonly tab?: { readonly id?: number | undefined } | undefined;
}

/** Who we are: the extension's id, and its origin without a slash at the end. */
export interface Self {
  readonly id: string;
  readonly origin: string;
}

/** The caller that the browser vouches for, or undefined where the sender is nobody who may talk to us. */
export function identifyCaller(sender: Sender, self: Self): Caller | undefined {
  const { url } = sender;
  if (sender.id !== self.id || url === undefined || sender.origin === 'null') return undefined;
  const place = {
    url,
    ...(sender.tab?.id === undefined ? {} : { tab: sender.tab.id }),
    ...(sender.frameId === undefined ? {} : { frame: sender.frameId }),
    ...(sender.documentId === undefined ? {} : { document: sender.documentId }),
  };
  return url.startsWith(`${self.origin}/`) ? ownPage(sender, self, place) : contentScript(sender, place);
}

type Place = Pick<Caller, 'url' | 'tab' | 'frame' | 'document'>;

function ownPage(sender: Sender, self: Self, place: Place): Caller | undefined {
  if (sender.origin !== undefined && sender.origin !== self.origin) return undefined;
  const path = place.url.slice(self.origin.length).replace(/[?#].*$/s, '');
  const inPage = place.tab !== undefined && place.frame !== undefined && place.frame > 0;
  const onTop = (place.frame ?? 0) === 0;
  if (path === '/composer.html' && inPage) return { ...place, kind: 'blank', page: 'composer', origin: self.origin };
  if (path === '/transcript.html' && inPage)
    return { ...place, kind: 'blank', page: 'transcript', origin: self.origin };
  if (path === '/popup.html' && onTop) return { ...place, kind: 'popup', origin: self.origin };
  if (path === '/home.html' && onTop) return { ...place, kind: 'home', origin: self.origin };
  return undefined;
}

function contentScript(sender: Sender, place: Place): Caller | undefined {
  if (place.tab === undefined || place.frame === undefined) return undefined;
  const origin = sender.origin ?? originOf(place.url);
  if (origin === undefined || !/^https?:\/\//.test(origin)) return undefined;
  return { ...place, kind: 'content', origin };
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

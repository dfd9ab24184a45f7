/**
 * Owns the host of a frame: a plain div whose closed shadow root holds the iframe, and keeping both as they were made.
 * Does not own where it stands (geometry) nor what the frame shows.
 *
 * Invariants: the tag has no dash (a page can define what such a tag is and ask for its shadow root); the root is
 * closed; the iframe has no name; every property of the host is set inline and important, so that no rule of the page
 * reaches it; an attribute that the page changes is set back.
 */
import { browser } from '../browser.ts';
import type { FrameKind } from '../rpc/client.ts';

/** Sets a page's alteration back at most this often; after that the page fights, and the caller is told. */
const MAX_REPAIRS = 200;

/** The properties that geometry sets; all others stand as `all: initial` leaves them. */
export type HostStyle = Readonly<Partial<Record<HostProperty, string>>>;
type HostProperty = 'left' | 'top' | 'width' | 'height' | 'clip-path' | 'z-index' | 'transform' | 'display';

/** A host with its frame inside. */
export interface Host {
  readonly element: HTMLElement;
  readonly frame: HTMLIFrameElement;
  /** Sets properties and leaves the others of an earlier call as they are. */
  style(properties: HostStyle): void;
  /** The theme that the frame's own document uses: where they differ the browser paints an opaque ground. */
  theme(theme: 'light' | 'dark'): void;
  /** Stops repairing and takes the host from the page. */
  remove(): void;
}

const BASE: HostStyle & Record<string, string> = {
  all: 'initial',
  position: 'absolute',
  display: 'block',
  left: '0px',
  top: '0px',
  width: '0px',
  height: '0px',
  margin: '0px',
  overflow: 'visible',
};

/** The address of a page of ours. */
function pageAddress(kind: FrameKind): string {
  return browser.runtime.getURL(`${kind}.html`);
}

/** The origin that messages to a frame of ours are addressed to. */
export function ownOrigin(): string {
  return browser.runtime.getURL('').replace(/\/$/, '');
}

/** Makes a host for `kind`, not yet in the page. `onFought` is called once where the page keeps altering it. */
export function createHost(kind: FrameKind, ticket: string, onFought: () => void): Host {
  const element = document.createElement('div');
  const root = element.attachShadow({ mode: 'closed' });
  const frame = document.createElement('iframe');
  frame.src = `${pageAddress(kind)}#${ticket}`;
  frame.title = 'Sotto';
  frame.style.cssText =
    'all:initial!important;display:block!important;width:100%!important;height:100%!important;border:0!important';
  root.append(frame);

  const wanted: Record<string, string> = { ...BASE };
  let repairs = 0;
  const observer = new MutationObserver(() => repair());
  function repair(): void {
    repairs += 1;
    if (repairs > MAX_REPAIRS) {
      observer.disconnect();
      onFought();
    } else apply();
  }
  function apply(): void {
    for (const name of element.getAttributeNames()) if (name !== 'style') element.removeAttribute(name);
    element.style.cssText = Object.entries(wanted)
      .map(([property, value]) => `${property}:${value}!important`)
      .join(';');
    // Our own change is no alteration of the page's.
    observer.takeRecords();
  }
  apply();
  observer.observe(element, { attributes: true });
  return {
    element,
    frame,
    style: (properties) => {
      if (Object.entries(properties).every(([property, value]) => wanted[property] === value)) return;
      Object.assign(wanted, properties);
      apply();
    },
    theme: (theme) => frame.style.setProperty('color-scheme', theme, 'important'),
    remove: () => {
      observer.disconnect();
      element.remove();
    },
  };
}

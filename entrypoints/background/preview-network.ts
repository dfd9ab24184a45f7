/**
 * Owns what link previews need of the browser: the network, and the events that tell where a redirect leads and who answered.
 * Invariant: nothing is built without the browser's permission and those events; both are looked for each time, since a person
 * gives and takes them while this worker lives.
 */
import { browser } from '../../lib/browser.ts';
import { PREVIEW_GRANT } from '../../lib/grants/index.ts';
import {
  browserFetch,
  browserPictureTools,
  type Network,
  PreviewBuilder,
  PUBLIC_WEB,
  type RequestEvents,
  watchRequests,
} from '../../lib/preview/index.ts';

/** What may be asked for: in what ships, the public web alone. */
export const previewPolicy = PUBLIC_WEB;

let builder: PreviewBuilder | undefined;

/** Whether the browser lets the extension ask any web page, and see how it is answered. */
export async function mayPreview(): Promise<boolean> {
  const { origins, permissions } = PREVIEW_GRANT;
  // The types of the polyfill know no optional webRequest.
  const wanted = { origins: [...origins], permissions: [...permissions] } as Parameters<
    typeof browser.permissions.contains
  >[0];
  return (await browser.permissions.contains(wanted)) && browser.webRequest !== undefined;
}

/** What makes previews, or undefined where it may not. */
export async function previewBuilder(): Promise<PreviewBuilder | undefined> {
  if (!(await mayPreview())) {
    builder = undefined;
    return undefined;
  }
  const network: Network = {
    fetch: browserFetch,
    watch: watchRequests(browser.webRequest as RequestEvents, browser.runtime.getURL(''), () =>
      browser.runtime.getPlatformInfo(),
    ),
  };
  builder ??= new PreviewBuilder({ network, tools: browserPictureTools, policy: previewPolicy, now: Date.now });
  return builder;
}

/** Opens the popup, where a browser lets a worker do that without a press. */
export async function openPopup(): Promise<boolean> {
  try {
    await browser.action.openPopup();
    return true;
  } catch {
    return false;
  }
}

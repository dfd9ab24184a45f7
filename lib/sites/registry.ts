/** Owns which description applies to a page. Does not own the descriptions, one file each under data/. */
import type { SiteAdapter } from './adapter.ts';
import { genericAdapter } from './data/generic.ts';
import { theLounge } from './data/the-lounge.ts';

/** The described sites. */
export const siteAdapters: readonly SiteAdapter[] = [theLounge];

/** Where a page is: what the registry needs of `location`. */
export interface PageAddress {
  readonly hostname: string;
  readonly pathname: string;
}

/**
 * The description of the page at `address`, else the generic one. `has` says whether a selector finds something in it:
 * self-hosted software is known by its fingerprint only, so ask again when the page has changed.
 */
export function adapterFor(
  address: PageAddress,
  has: (selector: string) => boolean,
  adapters: readonly SiteAdapter[] = siteAdapters,
): SiteAdapter {
  return adapters.find((adapter) => applies(adapter, address, has)) ?? genericAdapter;
}

function applies(adapter: SiteAdapter, address: PageAddress, has: (selector: string) => boolean): boolean {
  if (adapter.path !== undefined && !new RegExp(adapter.path).test(address.pathname)) return false;
  if (adapter.hosts.length > 0) return adapter.hosts.some((host) => matchesHost(address.hostname, host));
  return adapter.fingerprint.length > 0 && adapter.fingerprint.every(has);
}

/** Whether `hostname` is `host`, or lies below it where `host` opens with `*.` (which the bare domain does not). */
export function matchesHost(hostname: string, host: string): boolean {
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
}

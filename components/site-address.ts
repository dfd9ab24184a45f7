/** Owns reading a site's address as a person types or pastes it, into what the browser is asked for. */

/** What came of it: the pattern and the host, or why not. */
export type SiteAddress =
  | { readonly pattern: string; readonly host: string }
  | { readonly problem: 'wrong' | 'insecure' };

/** Hosts on which the page comes from this very machine, so that nobody is on the way. */
const OWN_MACHINE = ['localhost', '127.0.0.1'];

/** Reads `typed`: an address with or without its scheme and path. A pattern has no port, since the browser grants hosts. */
export function readSiteAddress(typed: string): SiteAddress {
  const trimmed = typed.trim();
  const address = /^[a-z][a-z0-9+.-]*:[/][/]/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (/\s/.test(trimmed) || trimmed === '' || !URL.canParse(address)) return { problem: 'wrong' };
  const { protocol, hostname } = new URL(address);
  const isOwn = OWN_MACHINE.includes(hostname);
  if (!isOwn && !/[.]/.test(hostname.replace(/[.]$/, '')) && !hostname.startsWith('[')) return { problem: 'wrong' };
  if (hostname.includes('*')) return { problem: 'wrong' };
  if (protocol === 'http:' && !isOwn) return { problem: 'insecure' };
  if (protocol !== 'https:' && protocol !== 'http:') return { problem: 'wrong' };
  return { pattern: `${protocol}//${hostname}/*`, host: hostname };
}

/** How a granted pattern is shown: its host, or all hosts where the person granted all. */
export function hostOfPattern(pattern: string): string {
  return /^[^:]+:[/][/]([^/]+)/.exec(pattern)?.[1] ?? pattern;
}

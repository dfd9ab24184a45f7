/**
 * Owns the form of the person's own proxy: an address before which nothing is known of them to the linked site.
 * The proxy's contract is in docs/preview.md: GET prefix + the address, percent-encoded; it answers as the site answered,
 * redirects included, and follows none itself.
 */
import { refusal } from './failure.ts';
import { MAX_URL_LENGTH } from './limits.ts';
import { isPrivateHost } from './url-policy.ts';

/** Leaves room for the linked address, of which each letter may take three. */
const MAX_PREFIX_LENGTH = 512;

/**
 * The setting, parsed. It must be https, or http to a machine of one's own network, so that nobody on the way reads what is
 * asked for; without a user; it ends where the encoded address goes on (`/`, `=` or `?`). Throws BadProxy.
 */
export function checkProxy(prefix: string): URL {
  if (prefix.length > MAX_PREFIX_LENGTH || !URL.canParse(prefix)) throw refusal('BadProxy');
  const url = new URL(prefix);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isPrivateHost(url.hostname));
  if (!safe || url.username !== '' || url.password !== '' || url.hash !== '' || !/[/=?]$/.test(url.href)) {
    throw refusal('BadProxy');
  }
  return url;
}

/** What is asked for in place of `url`. Throws NotALink where that becomes too long. */
export function throughProxy(prefix: URL, url: URL): URL {
  const target = new URL(url);
  target.hash = '';
  const address = prefix.href + encodeURIComponent(target.href);
  if (address.length > 3 * MAX_URL_LENGTH) throw refusal('NotALink');
  return new URL(address);
}

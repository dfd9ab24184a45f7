/**
 * Owns which addresses may be asked for at all, by how they are written: scheme, user, port, literal address, name.
 * Does not own what a name resolves to: that is asked when a request is made (hop.ts).
 * The URL parser undoes the spellings first: decimal, octal, hexadecimal and short IPv4, percent signs, capitals, full-width
 * letters; what it leaves is one spelling of each (url.spec.whatwg.org, host parsing).
 */
import { isPublicAddress, parseIpv4 } from './address.ts';
import { refusal } from './failure.ts';
import { MAX_URL_LENGTH } from './limits.ts';

/** Where web pages are served. Everything else is some other machine's door: mail, databases, printers, consoles. */
const PORTS: readonly string[] = ['', '80', '443', '8080', '8443'];

/**
 * Names that mean this machine or this network, or that no public resolver may answer: RFC 6761, 6762 (local), 8375
 * (home.arpa), 7686 (onion), 9476 (alt), ICANN's reserved `internal`, what routers and companies use unasked
 * (draft-chapin-rfc2606bis), and `i2p`. All of arpa is machinery.
 */
const PRIVATE_SUFFIXES = [
  'alt',
  'arpa',
  'corp',
  'example',
  'fritz.box',
  'home',
  'i2p',
  'internal',
  'intra',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'mail',
  'onion',
  'private',
  'router',
  'test',
  'workgroup',
];

/** What a check is made with. */
export interface UrlPolicy {
  /**
   * Origins (`http://127.0.0.1:8080`) that may be asked although the rules forbid them. Only for tests: empty in what ships.
   */
  readonly testOrigins: readonly string[];
}

/** The policy of what ships. */
export const PUBLIC_WEB: UrlPolicy = { testOrigins: [] };

/**
 * The address, parsed, where it may be asked for. Throws NotALink, NotWeb, UserInfo, OddPort, PrivateName or PrivateAddress.
 * `base` is what a relative address is relative to.
 */
export function checkUrl(address: string, policy: UrlPolicy, base?: URL): URL {
  if (address.length > MAX_URL_LENGTH || !URL.canParse(address, base)) throw refusal('NotALink');
  const url = new URL(address, base);
  if (url.href.length > MAX_URL_LENGTH) throw refusal('NotALink');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refusal('NotWeb');
  if (url.username !== '' || url.password !== '') throw refusal('UserInfo');
  if (isTestOrigin(url, policy)) return url;
  if (!PORTS.includes(url.port)) throw refusal('OddPort');
  checkHost(url.hostname);
  return url;
}

/** Whether `url` is one of the policy's exceptions. */
export function isTestOrigin(url: URL, policy: UrlPolicy): boolean {
  return policy.testOrigins.includes(url.origin);
}

/** Whether the host is a literal address: nothing is left to be resolved. */
export function isLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || parseIpv4(hostname) !== undefined;
}

/** Whether `hostname`, as the URL parser writes it, means this machine or this network. */
export function isPrivateHost(hostname: string): boolean {
  return privacyOf(hostname) !== undefined;
}

/** `hostname` is as the URL parser writes it: lower case, IPv6 in brackets. */
function checkHost(hostname: string): void {
  const reason = privacyOf(hostname);
  if (reason !== undefined) throw refusal(reason);
  const name = withoutLastDot(hostname);
  const labels = name.split('.');
  if (name.length > 253 || labels.some((label) => label === '' || label.length > 63)) throw refusal('NotALink');
}

function privacyOf(hostname: string): 'PrivateAddress' | 'PrivateName' | undefined {
  if (isLiteral(hostname)) return isPublicAddress(hostname.replace(/^\[|\]$/g, '')) ? undefined : 'PrivateAddress';
  const name = withoutLastDot(hostname);
  // A name without a dot is completed with the network's own domain.
  const isPrivate = !name.includes('.') || PRIVATE_SUFFIXES.some((suffix) => `.${name}`.endsWith(`.${suffix}`));
  return isPrivate ? 'PrivateName' : undefined;
}

/** One dot at the end is the same name; more of them are no name. */
function withoutLastDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

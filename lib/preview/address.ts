/**
 * Owns which internet addresses are public: those that anybody's server may have, and no machine of one's own network.
 * Does not own names; see url-policy.ts.
 * Sources: the registries of special-purpose addresses (RFC 6890, iana.org), RFC 6052 (NAT64), RFC 3056 (6to4),
 * RFC 4380 (Teredo), RFC 4291, section 2.5.5 (IPv4 in IPv6).
 */

type Ipv4 = readonly [number, number, number, number];
/** Eight groups of 16 bits. */
type Ipv6 = readonly number[];

/** [first address, length of the prefix in bits] of all that is not for a public server. */
const SPECIAL_IPV4: readonly (readonly [number, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
].map(([address, bits]) => [toNumber(parseIpv4(address as string)!), bits as number]);

/**
 * Whether `address` (dotted decimal, or IPv6 in any spelling, without brackets and zone) is a public one. Anything that is no
 * address is not public. IPv6 that carries an IPv4 address for a translator or in a mapping is judged by that one.
 */
export function isPublicAddress(address: string): boolean {
  const four = parseIpv4(address);
  if (four !== undefined) return isPublicIpv4(four);
  const six = parseIpv6(address);
  return six !== undefined && isPublicIpv6(six);
}

function isPublicIpv4(address: Ipv4): boolean {
  const value = toNumber(address);
  return !SPECIAL_IPV4.some(([first, bits]) => Math.floor(value / 2 ** (32 - bits)) === first / 2 ** (32 - bits));
}

function isPublicIpv6(groups: Ipv6): boolean {
  const [a = 0, b = 0, c = 0] = groups;
  const leads = (...start: number[]) => start.every((group, index) => groups[index] === group);
  // ::ffff:0:0/96 and 64:ff9b::/96: the same machine as the IPv4 address at the end.
  if (leads(0, 0, 0, 0, 0, 0xffff) || leads(0x64, 0xff9b, 0, 0, 0, 0)) return isPublicIpv4(lastIpv4(groups));
  // Global unicast is 2000::/3; all else is local, multicast, or nobody's.
  if (a < 0x2000 || a > 0x3fff) return false;
  // 2001::/23: Teredo, benchmarks, identifiers. 2001:db8::/32 and 3fff::/20: examples.
  if (a === 0x2001 && (b < 0x200 || b === 0xdb8)) return false;
  if (a === 0x3fff && b < 0x1000) return false;
  // 2002::/16 leads to the IPv4 address behind it.
  if (a === 0x2002) return isPublicIpv4([b >> 8, b & 255, c >> 8, c & 255]);
  return true;
}

function lastIpv4(groups: Ipv6): Ipv4 {
  const [high, low] = [groups[6]!, groups[7]!];
  return [high >> 8, high & 255, low >> 8, low & 255];
}

function toNumber([a, b, c, d]: Ipv4): number {
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

/** Four decimal numbers, as browsers and resolvers write them; the other spellings are the URL parser's to undo. */
export function parseIpv4(text: string): Ipv4 | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.map(Number) as unknown as Ipv4;
}

/** The eight groups of an IPv6 address (RFC 4291, section 2.2), or undefined. */
export function parseIpv6(text: string): Ipv6 | undefined {
  if (text.length > 45 || !/^[0-9a-f:.]+$/i.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(readGroups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (halves.length === 1) return head.length === 8 && !endsEarly(text) ? head : undefined;
  const missing = 8 - head.length - tail!.length;
  if (missing < 1 || halves[0]!.includes('.')) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail!];
}

/** Whether an IPv4 part stands anywhere but at the end. */
function endsEarly(text: string): boolean {
  const dot = text.indexOf('.');
  return dot !== -1 && text.indexOf(':', dot) !== -1;
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (four !== undefined) groups.push(four[0] * 256 + four[1], four[2] * 256 + four[3]);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

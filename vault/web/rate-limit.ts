/**
 * Owns how much one network may ask: a fixed window of a minute for each IPv4 /24 and IPv6 /48. Addresses are kept for
 * that minute, in memory alone.
 */
import { isIPv6 } from 'node:net';

const WINDOW = 60_000;
/** Networks that are counted at once; a flood from more of them is counted together. */
const MOST_NETWORKS = 50_000;
const CROWD = 'crowd';

export class RateLimit {
  readonly #most: number;
  readonly #now: () => number;
  #counts = new Map<string, number>();
  #since = 0;

  /** `most` requests a minute from one network. */
  constructor(most: number, now: () => number = Date.now) {
    this.#most = most;
    this.#now = now;
  }

  /** Counts a request; where it is one too many, the time (milliseconds) when the next may come. */
  refuse(address: string): number | undefined {
    const now = this.#now();
    // A clock that was set back begins a new window too.
    if (now >= this.#since + WINDOW || now < this.#since) {
      this.#since = now;
      this.#counts = new Map();
    }
    const network = networkOf(address);
    const key = this.#counts.has(network) || this.#counts.size < MOST_NETWORKS ? network : CROWD;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count > this.#most ? this.#since + WINDOW : undefined;
  }
}

/** The /24 of an IPv4 address, mapped ones too, the /48 of an IPv6 address; anything else as it is. */
export function networkOf(address: string): string {
  const mapped = /^(?:::ffff:)?([0-9]+[.][0-9]+[.][0-9]+)[.][0-9]+$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!isIPv6(address)) return address;
  // The URL parser writes an address in its one form, with `::` for the longest run of zeros.
  const [head = '', tail] = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...new Array(8 - left.length - right.length).fill('0'), ...right];
  return groups.slice(0, 3).join(':');
}

/**
 * Owns one request: checked before, asked without anything that tells who asks, checked again by what came.
 * Does not own following redirects (page-request.ts) nor reading bodies.
 * Invariants: no cookie, no credential, no referrer, nothing stored; a redirect is never followed by the browser; an answer
 * from a private address is not read.
 */
import { Failure } from '../failure/index.ts';
import { isPublicAddress } from './address.ts';
import type { Deadline } from './deadline.ts';
import { type PreviewFailureCode, refusal } from './failure.ts';
import type { Network, SeenRequest } from './network.ts';
import { throughProxy } from './proxy.ts';
import { isLiteral, isTestOrigin, type UrlPolicy } from './url-policy.ts';

/** How requests are made. */
export interface Way {
  readonly network: Network;
  readonly policy: UrlPolicy;
  /** The person's own proxy, checked, where one is set. */
  readonly proxy?: URL | undefined;
}

/** What is asked for: the same words for everybody. */
export const ACCEPT = {
  page: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5',
  picture: 'image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1',
} as const;

/** An answer, or where to ask next. */
export type Hop =
  | { readonly kind: 'answer'; readonly response: Response }
  | { readonly kind: 'redirect'; readonly location: string };

/**
 * Asks `url`, which `checkUrl` has let through. Throws PrivateAddress, AddressUnseen, BadRedirect, Unreachable, TooSlow or
 * Cancelled.
 */
export async function requestHop(way: Way, url: URL, accept: string, deadline: Deadline): Promise<Hop> {
  const direct = way.proxy === undefined && !isTestOrigin(url, way.policy);
  if (direct) await checkResolved(way.network, url, deadline);
  const target = way.proxy === undefined ? url : throughProxy(way.proxy, url);
  const watched = await way.network.watch?.(target.href);
  try {
    const response = await ask(way.network, target, accept, deadline);
    const seen = (await (watched === undefined ? undefined : deadline.wait(() => watched.seen()))) ?? {};
    if (direct && watched !== undefined) checkSeen(seen);
    return readHop(response, seen);
  } finally {
    watched?.stop();
  }
}

async function ask(network: Network, url: URL, accept: string, deadline: Deadline): Promise<Response> {
  const request: RequestInit = {
    method: 'GET',
    // A language of one's own would tell one's own language.
    headers: { accept, 'accept-language': '*' },
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
    cache: 'no-store',
    signal: deadline.signal,
  };
  try {
    return await deadline.wait(() => network.fetch(url.href, request));
  } catch (error) {
    throw asFailure(error);
  }
}

/** Ours as it is; a network's own error says nothing that may be told apart. */
export function asFailure(error: unknown): Failure<PreviewFailureCode> {
  return error instanceof Failure ? (error as Failure<PreviewFailureCode>) : refusal('Unreachable');
}

/** Where the browser tells the addresses of a name, one private address among them is enough. */
async function checkResolved(network: Network, url: URL, deadline: Deadline): Promise<void> {
  if (network.resolve === undefined || isLiteral(url.hostname)) return;
  const resolve = network.resolve.bind(network);
  const addresses = await deadline
    .wait(() => resolve(url.hostname))
    .catch((error) => {
      throw asFailure(error);
    });
  if (!addresses.every(isPublicAddress)) throw refusal('PrivateAddress');
}

function checkSeen({ address }: SeenRequest): void {
  if (address === undefined) throw refusal('AddressUnseen');
  if (!isPublicAddress(address)) throw refusal('PrivateAddress');
}

function readHop(response: Response, seen: SeenRequest): Hop {
  const hidden = response.type === 'opaqueredirect';
  const isRedirect = hidden || [301, 302, 303, 307, 308].includes(response.status);
  if (!isRedirect) return { kind: 'answer', response };
  const location = hidden ? seen.location : (response.headers.get('location') ?? undefined);
  if (location === undefined) throw refusal('BadRedirect');
  return { kind: 'redirect', location };
}

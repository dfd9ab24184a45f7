/** Owns the way to an answer: the first address, at most five redirects, each checked like the first; then the status. */
import { attempt } from '../failure/index.ts';
import type { Deadline } from './deadline.ts';
import { type PreviewFailureCode, refusal } from './failure.ts';
import { requestHop, type Way } from './hop.ts';
import { MAX_REDIRECTS } from './limits.ts';
import { checkUrl } from './url-policy.ts';

/** An answer with status 200 to 299, and the address that gave it. */
export interface Answer {
  readonly url: URL;
  readonly response: Response;
}

/** Asks `address` (relative to `base`). Throws any failure of the address, the way there or the answer's status. */
export async function request(
  way: Way,
  address: string,
  accept: string,
  deadline: Deadline,
  base?: URL,
): Promise<Answer> {
  let url = checkUrl(address, way.policy, base);
  for (let redirects = 0; ; redirects++) {
    const hop = await requestHop(way, url, accept, deadline);
    if (hop.kind === 'answer') {
      checkStatus(hop.response.status);
      return { url, response: hop.response };
    }
    if (redirects === MAX_REDIRECTS) throw refusal('TooManyRedirects');
    url = nextUrl(hop.location, way, url);
  }
}

/** A redirect to nowhere is the server's mistake; one to a forbidden place keeps its own name. */
function nextUrl(location: string, way: Way, from: URL): URL {
  const next = attempt<URL, PreviewFailureCode>(() => checkUrl(location, way.policy, from));
  if (next.ok) return next.value;
  throw next.failure.code === 'NotALink' ? refusal('BadRedirect') : next.failure;
}

function checkStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status === 404 || status === 410) throw refusal('DeadLink');
  // Among these also: pay first (402), too many requests (429), barred by law (451).
  if ([401, 402, 403, 407, 429, 451].includes(status)) throw refusal('Forbidden');
  throw refusal('ServerFailed');
}

/**
 * Owns one HTTP exchange with a host that is not trusted: no cookies, no redirects, no cache, an end to waiting and an end
 * to reading.
 * Does not own what an answer means.
 */
import { concatBytes } from '../bytes/index.ts';
import type { BackupSurroundings } from './surroundings.ts';

/** How long one answer is waited for, in milliseconds: a slow HSM needs a second, and others can be asked instead. */
const PATIENCE_MS = 10_000;
/** And as much longer as what may go over the line takes on a slow one. */
const SLOWEST_BYTES_PER_MS = 32;

/** What is sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** What came back, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

/** The answer, or undefined where none came in time, it was longer than `mostBytes`, or the network failed. */
export async function exchange(
  around: BackupSurroundings,
  request: HttpRequest,
  mostBytes: number,
): Promise<HttpAnswer | undefined> {
  const stop = new AbortController();
  const clock = new AbortController();
  const patience = PATIENCE_MS + ((request.body?.length ?? 0) + mostBytes) / SLOWEST_BYTES_PER_MS;
  const late = around.wait(patience, clock.signal).then(() => undefined);
  try {
    return await Promise.race([ask(around, request, mostBytes, stop.signal), late]);
  } catch {
    return undefined; // what fetch throws says nothing that a person could act on
  } finally {
    clock.abort();
    stop.abort();
  }
}

async function ask(
  { fetch }: BackupSurroundings,
  { method, url, headers, body }: HttpRequest,
  mostBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer | undefined> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    signal,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  });
  const read = await readBody(response, mostBytes);
  if (read === undefined) return undefined;
  return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body: read };
}

async function readBody({ body }: Response, mostBytes: number): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...parts);
    length += value.length;
    if (length > mostBytes) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
}

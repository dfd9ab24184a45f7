/** Owns doubles for the unit tests of this room: a network of answers by address. */
import type { Network } from './network.ts';

/** What a test's network was asked. */
export interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

/** A network that gives `answers` by address, 404 for any other, and keeps what it was asked. */
export function networkOf(
  answers: Readonly<Record<string, () => Response | Promise<Response>>>,
): Network & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    fetch: async (url, init) => {
      asked.push({ url, init });
      return (answers[url] ?? (() => new Response('', { status: 404 })))();
    },
  };
}

/** A page of HTML. */
export function page(body: string, headers: Record<string, string> = { 'content-type': 'text/html' }): () => Response {
  return () => new Response(body, { headers });
}

/** A redirect as Node's fetch shows it. */
export function redirect(location: string, status = 302): () => Response {
  return () => new Response(null, { status, headers: { location } });
}

/** A body that never goes on. */
export function hanging(headers: Record<string, string> = { 'content-type': 'text/html' }): () => Response {
  return () => new Response(new ReadableStream({}), { headers });
}

/** The smallest lossy WebP there is, with these numbers for its size; `tail` stands behind its frame. */
export function webp(width: number, height: number, tail = 0): Uint8Array {
  const bytes = new Uint8Array(30 + tail);
  bytes.set(new TextEncoder().encode('RIFF'), 0);
  bytes.set(new TextEncoder().encode('WEBPVP8 '), 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, 22 + tail, true);
  view.setUint32(16, 10 + tail, true);
  bytes.set([0x10, 0, 0, 0x9d, 0x01, 0x2a], 20);
  view.setUint16(26, width, true);
  view.setUint16(28, height, true);
  return bytes;
}

/** Owns doubles for the unit tests of this room: a network of answers by address, a decoder, and a builder on both. */
import { type BuiltPreview, PreviewBuilder, type PreviewPorts, type PreviewWish } from './builder.ts';
import type { PreviewFailureCode } from './failure.ts';
import type { Network } from './network.ts';
import { PUBLIC_WEB } from './url-policy.ts';

/** The link of whoever says no other. */
export const LINK = 'https://a.org/page';

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

/** An answer that is a picture. */
export function picture(bytes: Uint8Array = webp(200, 100), type = 'image/webp'): () => Response {
  return () => new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } });
}

/** A decoder of pictures of 200 x 100, and a canvas that makes ones of 100 x 50. */
const tools: PreviewPorts['tools'] = {
  decode: async () => ({ width: 200, height: 100, close: () => {} }) as ImageBitmap,
  canvas: () =>
    ({
      getContext: () => ({ fillRect: () => {}, drawImage: () => {} }),
      convertToBlob: async () => new Blob([webp(100, 50) as Uint8Array<ArrayBuffer>], { type: 'image/webp' }),
    }) as unknown as OffscreenCanvas,
};

/** A builder on `network`; its clock stands at 0 unless told. */
export function builderOn(network: Network, more: Partial<PreviewPorts> = {}): PreviewBuilder {
  return new PreviewBuilder({ network, tools, policy: PUBLIC_WEB, now: () => 0, ...more });
}

/** What a new builder makes of {@link LINK}, or the code of why it makes nothing. */
export async function build(
  network: Network,
  wish: Partial<PreviewWish> = {},
  more: Partial<PreviewPorts> = {},
): Promise<BuiltPreview | PreviewFailureCode> {
  const outcome = await builderOn(network, more).build({ url: LINK, rooms: [26_368], ...wish });
  return outcome.ok ? outcome.value : outcome.failure.code;
}

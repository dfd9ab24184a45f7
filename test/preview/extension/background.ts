/**
 * Owns the background of the test's extension: lib/preview as it will stand in the product's, on the browser's own network,
 * events, decoder and canvases; and a page asks it by messages.
 */
import { decodeBase64Url, encodeBase64Url } from '../../../lib/bytes/index.ts';
import {
  browserPictureTools,
  fitPicture,
  loadHeadReader,
  type Network,
  type PictureTools,
  PreviewBuilder,
  type PreviewPicture,
  type RequestEvents,
  watchRequests,
} from '../../../lib/preview/index.ts';
import { drawPhoto } from './photo.ts';

interface Api {
  readonly webRequest: RequestEvents;
  readonly dns?: { resolve(name: string): Promise<{ addresses?: readonly string[] }> };
  readonly runtime: {
    getURL(path: string): string;
    getPlatformInfo(): Promise<unknown>;
    readonly onMessage: {
      addListener(listener: (message: Asked, sender: unknown, reply: (answer: unknown) => void) => true): void;
    };
  };
}
const scope = globalThis as unknown as { browser?: Api; chrome: Api };
const api = scope.browser ?? scope.chrome;

let decoded = 0;
const tools: PictureTools = {
  ...browserPictureTools,
  decode: (picture) => {
    decoded += 1;
    return browserPictureTools.decode(picture);
  },
};
const resolve = api.dns?.resolve;
const watched: Network = {
  fetch: (url, init) => fetch(url, init),
  watch: watchRequests(api.webRequest, api.runtime.getURL(''), () => api.runtime.getPlatformInfo()),
};
const networks: Record<NetworkName, Network> = {
  watched,
  blind: { fetch: watched.fetch },
  // Firefox alone gives all addresses.
  resolving: {
    ...watched,
    resolve: async (name) => (await api.dns!.resolve(name)).addresses ?? [],
  },
};

/** What a page may ask; answers are JSON. */
export interface Ops {
  build(wish: {
    url: string;
    rooms: number[];
    testOrigins: string[];
    network?: NetworkName;
    proxy?: string | undefined;
  }): Promise<BuiltAnswer>;
  fit(wish: { file: string; budget: number }): Promise<FitAnswer>;
  photo(wish: { width: number; height: number; busy: number }): Promise<{ file: string }>;
  readHead(wish: { html: string; rounds: number }): Promise<{ title: string | undefined; ms: number[] }>;
  abilities(nothing: Record<never, never>): Promise<{ document: boolean; resolves: boolean }>;
}
export type NetworkName = 'watched' | 'blind' | 'resolving';
export type FitAnswer = { picture: ShownPicture; ms: number } | { failure: string };
export interface ShownPicture {
  readonly width: number;
  readonly height: number;
  /** Base64url. */
  readonly bytes: string;
}
export interface BuiltAnswer {
  readonly failure?: string;
  readonly title?: string;
  readonly picture?: ShownPicture | undefined;
  readonly pictureFailure?: string | undefined;
  /** How often a decoder was asked. */
  readonly decoded: number;
}
interface Asked {
  readonly op: keyof Ops;
  readonly wish: never;
}

const shown = ({ width, height, bytes }: PreviewPicture): ShownPicture => ({
  width,
  height,
  bytes: encodeBase64Url(bytes),
});

const ops: Ops = {
  async build({ url, rooms, testOrigins, network = 'watched', proxy }) {
    decoded = 0;
    const policy = { testOrigins };
    const builder = new PreviewBuilder({ network: networks[network], tools, policy, now: () => 0 });
    const outcome = await builder.build({ url, rooms, proxy });
    if (!outcome.ok) return { failure: outcome.failure.code, decoded };
    const { preview, pictureFailure } = outcome.value;
    const picture = preview.picture && shown(preview.picture);
    return { title: preview.title, picture, pictureFailure, decoded };
  },
  async fit({ file, budget }) {
    const source = decodeBase64Url(file)!;
    const began = performance.now();
    try {
      const picture = await fitPicture(source, budget, tools);
      return { ms: performance.now() - began, picture: shown(picture) };
    } catch (error) {
      return { failure: (error as Error).message };
    }
  },
  photo: async ({ width, height, busy }) => ({ file: encodeBase64Url(await drawPhoto(width, height, busy)) }),
  async readHead({ html, rounds }) {
    const bytes = new TextEncoder().encode(html);
    const ms: number[] = [];
    const HeadReader = await loadHeadReader();
    let title: string | undefined;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const reader = new HeadReader('text/html; charset=utf-8');
      for (let at = 0; at < bytes.length; at += 65_536) reader.write(bytes.subarray(at, at + 65_536));
      title = reader.finish().title;
      ms.push(performance.now() - began);
    }
    return { title, ms };
  },
  abilities: async () => ({ document: typeof document !== 'undefined', resolves: resolve !== undefined }),
};

api.runtime.onMessage.addListener(({ op, wish }, _, reply) => {
  ops[op](wish).then(reply, (error) => reply({ failure: `defect: ${error}` }));
  return true;
});

/**
 * Owns making a preview of a link: ask, read the head, fetch the picture, make it small; all in five seconds, and nothing of
 * it goes on afterwards.
 * Does not own whether that may be done (mode.ts), nor what the person sees of it.
 */
import { Failure, type Outcome } from '../failure/index.ts';
import { readBody } from './body.ts';
import { cleanText } from './clean-text.ts';
import { Deadline } from './deadline.ts';
import { type PreviewFailureCode, refusal } from './failure.ts';
import type { HeadReader, PageHead } from './head.ts';
import { ACCEPT, type Way } from './hop.ts';
import { DEADLINE_MS, MAX_DESCRIPTION_BYTES, MAX_HTML_BYTES, MAX_SITE_NAME_BYTES, MAX_TITLE_BYTES } from './limits.ts';
import { looksLikeLogin } from './login-wall.ts';
import type { Network } from './network.ts';
import { type Answer, request } from './page-request.ts';
import { fitPicture, type PictureTools, type PreviewPicture } from './picture.ts';
import type { Preview } from './preview.ts';
import { PreviewCache } from './preview-cache.ts';
import { checkProxy } from './proxy.ts';
import { readPicture } from './read-picture.ts';
import { alone, besidePicture } from './shorten.ts';
import { checkUrl, type UrlPolicy } from './url-policy.ts';
import type { PreviewStage } from './waiting.ts';

/** What the builder stands on. */
export interface PreviewPorts {
  readonly network: Network;
  readonly tools: PictureTools;
  /** PUBLIC_WEB in what ships. */
  readonly policy: UrlPolicy;
  /** A clock in milliseconds, for the cache. */
  now(): number;
  /** Milliseconds for everything; 5000 unless told. */
  readonly deadlineMs?: number;
}

/** What is wanted. */
export interface PreviewWish {
  /** As {@link findLink} gives it. */
  readonly url: string;
  /**
   * Bytes for words and picture together: in as few texts as there may be on the site, in more of them, and so on. The first in
   * which a picture shows anything is used. Empty: no picture is asked for, and the words are as long as they may be.
   */
  readonly rooms: readonly number[];
  /** The person's proxy, where one is set. */
  readonly proxy?: string | undefined;
  /** Aborts when the link is taken out, or the preview is not wanted any more. */
  readonly signal?: AbortSignal | undefined;
  /** Is told how far it is; first `asking`. */
  readonly onStage?: ((stage: PreviewStage) => void) | undefined;
}

/** A preview that was made. */
export interface BuiltPreview {
  readonly preview: Preview;
  /** Why it has no picture although the page named one; absent else. */
  readonly pictureFailure?: PreviewFailureCode;
}

/** Makes previews, and remembers the last ones in memory. */
export class PreviewBuilder {
  readonly #ports: PreviewPorts;
  readonly #cache: PreviewCache<BuiltPreview>;

  constructor(ports: PreviewPorts) {
    this.#ports = ports;
    this.#cache = new PreviewCache(() => ports.now());
  }

  /** The preview, or why there is none. It always ends, at the latest when the time is up. */
  async build(wish: PreviewWish): Promise<Outcome<BuiltPreview, PreviewFailureCode>> {
    const key = JSON.stringify([wish.url, wish.rooms, wish.proxy]);
    const known = this.#cache.get(key);
    if (known !== undefined) return { ok: true, value: known };
    const deadline = new Deadline(this.#ports.deadlineMs ?? DEADLINE_MS, wish.signal);
    try {
      const built = await makePreview(this.#ports, wish, deadline);
      this.#cache.set(key, built);
      return { ok: true, value: built };
    } catch (error) {
      if (error instanceof Failure) return { ok: false, failure: error as Failure<PreviewFailureCode> };
      throw error;
    } finally {
      deadline.end();
    }
  }

  /** Forgets all that was made: when the setting is turned off, or all is locked. */
  forget(): void {
    this.#cache.clear();
  }
}

async function makePreview(ports: PreviewPorts, wish: PreviewWish, deadline: Deadline): Promise<BuiltPreview> {
  const { network, policy } = ports;
  const proxy = wish.proxy === undefined ? undefined : checkProxy(wish.proxy);
  const way: Way = { network, policy, proxy };
  const tell = wish.onStage ?? (() => {});
  tell('asking');
  const linked = checkUrl(wish.url, policy);
  const answer = await request(way, wish.url, ACCEPT.page, deadline);
  if (looksLikeLogin(linked, answer.url)) throw refusal('LoginWall');
  tell('reading');
  const picture = async (budget: number, take: () => Promise<Answer>): Promise<PreviewPicture> => {
    tell('picture');
    const { response } = await take();
    const file = await readPicture(response, deadline);
    return deadline.wait(() => fitPicture(file, budget, ports.tools));
  };
  const kind = kindOf(answer.response);
  const head = kind === 'page' ? await readHead(answer.response, deadline) : undefined;
  const said = head === undefined ? nameOf(linked) : wordsOf(linked, head);
  const beside = besidePicture(said, wish.rooms);
  if (beside !== undefined && kind === 'picture') {
    return { preview: { ...beside.words, picture: await picture(beside.budget, async () => answer) } };
  }
  const pictured: { picture?: PreviewPicture; pictureFailure?: PreviewFailureCode } =
    beside === undefined || head?.picture === undefined
      ? {}
      : await orFailure(
          picture(beside.budget, () => request(way, head.picture!.trim(), ACCEPT.picture, deadline, answer.url)),
        );
  const { pictureFailure, ...part } = pictured;
  const words = part.picture === undefined ? alone(said, wish.rooms) : beside!.words;
  const preview = { ...words, ...part };
  if (said.title === '' && said.description === '' && part.picture === undefined) throw refusal('NothingToShow');
  return { preview, ...(pictureFailure === undefined ? {} : { pictureFailure }) };
}

/** A page without its picture is still a page, unless the person does not want either. */
async function orFailure(
  making: Promise<PreviewPicture>,
): Promise<{ picture: PreviewPicture } | { pictureFailure: PreviewFailureCode }> {
  try {
    return { picture: await making };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'Cancelled') throw error;
    return { pictureFailure: error.code as PreviewFailureCode };
  }
}

function kindOf(response: Response): 'page' | 'picture' | 'document' {
  const [type = ''] = (response.headers.get('content-type') ?? '').toLowerCase().split(';');
  const essence = type.trim();
  // A server that says nothing usually serves pages.
  if (['', 'text/html', 'application/xhtml+xml'].includes(essence)) return 'page';
  if (essence.startsWith('image/')) return 'picture';
  if (essence === 'application/pdf') return 'document';
  throw refusal('NotAPage');
}

async function readHead(response: Response, deadline: Deadline): Promise<PageHead> {
  const HeadReader = await loadHeadReader();
  const reader = new HeadReader(response.headers.get('content-type'));
  await readBody(response, MAX_HTML_BYTES, deadline, (bytes) => reader.write(bytes));
  return reader.finish();
}

/** The class that reads pages. A worker that wakes for a message does without it and its table of entities. */
export async function loadHeadReader(): Promise<typeof HeadReader> {
  return (await import('./head.ts')).HeadReader;
}

function wordsOf(linked: URL, head: PageHead): Preview {
  return {
    url: linked.href,
    title: cleanText(head.title ?? '', MAX_TITLE_BYTES),
    description: cleanText(head.description ?? '', MAX_DESCRIPTION_BYTES),
    siteName: cleanText(head.siteName ?? '', MAX_SITE_NAME_BYTES),
  };
}

/** A file is called by its name in the address. Throws NothingToShow where it has none. */
function nameOf(linked: URL): Preview {
  const last = linked.pathname.split('/').at(-1)!;
  const title = cleanText(decoded(last), MAX_TITLE_BYTES);
  if (title === '') throw refusal('NothingToShow');
  return { url: linked.href, title, description: '', siteName: '' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

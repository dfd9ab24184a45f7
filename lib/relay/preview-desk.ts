/**
 * Owns what becomes of the link in each composer: whether it is looked up, how far that is, and what of it goes with the message.
 * Does not own the looking up (lib/preview), what the person chose (lib/conversation), nor asking the browser for permission:
 * our own pages do, in the person's press.
 *
 * Invariants: nothing is asked for before a decision says `fetch`; one link a composer, besides those of words that wait to be
 * sent; what is under way ends when its link is taken out, removed, sent or turned off. All of it is in memory: who wakes anew is told again what stands in the box.
 */
import {
  forgetSiteAnswers,
  type Page,
  type PreviewChoices,
  placeOf,
  previewRooms,
  readPreviewChoices,
  type Surroundings,
  saveSiteAnswer,
} from '../conversation/index.ts';
import { Failure } from '../failure/index.ts';
import type { LinkState } from '../frames/index.ts';
import {
  checkUrl,
  decidePreview,
  describeHost,
  findLink,
  linkedSite,
  type PendingPreview,
  type Preview,
  type PreviewBuilder,
  type PreviewStage,
  previewForSending,
  showOwn,
  type UrlPolicy,
} from '../preview/index.ts';
import type { Caller } from '../rpc/index.ts';
import { base64Of } from './base64.ts';

/** What the desk stands on. */
export interface PreviewParts {
  readonly around: () => Promise<Surroundings>;
  readonly pageOf: (conversation: string) => Promise<Page | undefined>;
  readonly policy: UrlPolicy;
  /** What asks the network, or undefined where the browser does not let the extension. */
  readonly builder: () => Promise<Pick<PreviewBuilder, 'build' | 'forget'> | undefined>;
  /** Tells the composers that `to` picks. */
  readonly tell: (link: LinkState, to: (caller: Caller) => boolean) => void;
}

/** The link of one composer. */
interface Looked {
  readonly url: string;
  readonly text: string;
  readonly abort: AbortController;
  readonly to: (caller: Caller) => boolean;
  shown: LinkState;
  pending: PendingPreview;
  /** The words that it is sent with, once they left the box: nothing of it is told any more. */
  words?: string;
}

/** Words that wait for others to be sent before them: more than anybody writes meanwhile. */
const MOST_HELD = 8;
const NONE: LinkState = { state: 'none' };

/** The desk. */
export class PreviewDesk {
  readonly #parts: PreviewParts;
  readonly #links = new Map<string, Looked>();
  /** Of words that were sent off and have not been taken yet, in their order. */
  readonly #held = new Map<string, readonly Looked[]>();

  constructor(parts: PreviewParts) {
    this.#parts = parts;
  }

  /** `text` stands in the box of `caller` now. What is to be shown of its link is told, also where that is nothing new. */
  async look(caller: Caller, text: string): Promise<void> {
    const url = findLink(text)?.url;
    const known = this.#links.get(keyOf(caller));
    // A question is put anew: it may have been answered elsewhere.
    const isOpen = known?.shown.state === 'ask' || known?.shown.state === 'permit';
    if (known !== undefined && known.url === url && !isOpen) {
      this.#parts.tell(known.shown, known.to);
      return;
    }
    known?.abort.abort();
    this.#links.delete(keyOf(caller));
    if (url === undefined) this.#parts.tell(NONE, isSame(caller));
    else await this.#begin(keyOf(caller), { url, text, to: isSame(caller) });
  }

  /** The person's answer for the site of the link in the box of `caller`. */
  async answer(caller: Caller, url: string, yes: boolean): Promise<void> {
    await saveSiteAnswer(await this.#parts.around(), linkedSite(url), yes ? 'yes' : 'no');
    const link = this.#links.get(keyOf(caller));
    if (link?.url === url) await this.#decide(keyOf(caller), link);
  }

  /** Nothing of the link `url` is shown or sent; what is under way is cancelled. */
  remove(caller: Caller, url: string): void {
    const link = this.#links.get(keyOf(caller));
    if (link?.url !== url) return;
    link.abort.abort();
    link.pending = { state: 'none' };
    this.#show(link, NONE);
  }

  /** `text` left the box to be sent, perhaps after others: the preview that stands there stays for it. */
  hold(caller: Caller, text: string): void {
    const key = keyOf(caller);
    const link = this.#links.get(key);
    if (link === undefined || link.url !== findLink(text)?.url) return;
    this.#links.delete(key);
    link.words = text;
    const held = [...(this.#held.get(key) ?? []), link];
    for (const { abort } of held.slice(0, -MOST_HELD)) abort.abort();
    this.#held.set(key, held.slice(-MOST_HELD));
  }

  /** The preview that `text` goes with; it is in no composer any more. Waits no longer than a message may. */
  async take(caller: Caller, text: string): Promise<Preview | undefined> {
    const key = keyOf(caller);
    this.hold(caller, text);
    const held = this.#held.get(key) ?? [];
    const link = held.find(({ words }) => words === text);
    if (link === undefined) return undefined;
    const others = held.filter((other) => other !== link);
    if (others.length > 0) this.#held.set(key, others);
    else this.#held.delete(key);
    const preview = await previewForSending(link.pending);
    link.abort.abort();
    return preview;
  }

  /** What was chosen or allowed has changed: what is under way ends, and every composer is to say anew what stands in it. */
  async settingsChanged(): Promise<void> {
    for (const held of this.#held.values()) for (const { abort } of held) abort.abort();
    this.#held.clear();
    // What a person took away stays away.
    const links = [...this.#links].filter(([, { abort }]) => !abort.signal.aborted);
    for (const [key, link] of links) {
      this.#links.delete(key);
      link.abort.abort();
    }
    (await this.#parts.builder())?.forget();
    for (const [key, link] of links) if (!this.#links.has(key)) await this.#begin(key, link);
  }

  /** Every site is asked about anew. */
  async forgetAnswers(): Promise<void> {
    await forgetSiteAnswers(await this.#parts.around());
    await this.settingsChanged();
  }

  #begin(key: string, { url, text, to }: Pick<Looked, 'url' | 'text' | 'to'>): Promise<void> {
    const abort = new AbortController();
    const link: Looked = { url, text, to, abort, shown: NONE, pending: { state: 'none' } };
    this.#links.set(key, link);
    return this.#decide(key, link);
  }

  #show(link: Looked, state: LinkState): void {
    link.shown = state;
    if (link.words === undefined) this.#parts.tell(state, link.to);
  }

  async #decide(key: string, link: Looked): Promise<void> {
    const [conversation] = JSON.parse(key) as [string];
    const page = await this.#parts.pageOf(conversation);
    if (page === undefined) return;
    const { conversationId } = placeOf(page);
    const choices = await readPreviewChoices(await this.#parts.around(), conversationId, linkedSite(link.url));
    const builder = await this.#parts.builder();
    const decision = decidePreview({ ...choices, permitted: builder !== undefined });
    // Another link, or none, may stand there by now.
    if (this.#links.get(key) !== link || link.abort.signal.aborted || link.pending.state !== 'none') return;
    const common = { url: link.url, host: describeHost(link.url) };
    const refused = decision === 'nothing' ? undefined : this.#refusalOf(link.url);
    if (decision === 'nothing') this.#show(link, NONE);
    else if (refused !== undefined) this.#show(link, { state: 'failed', ...common, code: refused });
    else if (decision === 'fetch' && builder !== undefined) this.#build(builder, link, page, choices);
    else this.#show(link, { state: decision === 'ask' ? 'ask' : 'permit', ...common });
  }

  /** Nobody is asked about an address that is never looked up. */
  #refusalOf(url: string): string | undefined {
    try {
      checkUrl(url, this.#parts.policy);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error.code;
      throw error;
    }
  }

  #build(builder: Pick<PreviewBuilder, 'build'>, link: Looked, page: Page, { proxy }: PreviewChoices): void {
    const { url, text, abort } = link;
    const common = { url, host: describeHost(url) };
    const rooms = previewRooms(page.text, text, url);
    const onStage = (stage: PreviewStage): void => {
      if (link.pending.state === 'under-way') link.pending = { ...link.pending, stage };
    };
    const work = async (): Promise<Preview | undefined> => {
      const built = await builder.build({ url, rooms, proxy, signal: abort.signal, onStage });
      const preview = built.ok ? built.value.preview : undefined;
      if (abort.signal.aborted) return preview;
      link.pending = preview === undefined ? { state: 'none' } : { state: 'ready', preview };
      this.#show(link, built.ok ? ready(preview!) : { state: 'failed', ...common, code: built.failure.code });
      return preview;
    };
    this.#show(link, { state: 'building', ...common });
    // Begun in a step of its own, so that what it says of its stages finds it under way.
    const done = Promise.resolve().then(work);
    link.pending = { state: 'under-way', stage: 'asking', done };
  }
}

function ready(preview: Preview): LinkState {
  const { url, title, description, siteName, host, picture } = showOwn(preview);
  const size = picture === undefined ? null : { width: picture.width, height: picture.height };
  const card = { url, title, description, siteName, host, picture: size };
  return { state: 'ready', url, card, picture: picture === undefined ? '' : base64Of(picture.bytes) };
}

/** A tab shows a conversation once; two tabs may, with other words in their boxes. */
function keyOf({ conversation, tab }: Caller): string {
  return JSON.stringify([conversation, tab]);
}

function isSame(one: Caller): (other: Caller) => boolean {
  return (other) => other.kind === 'composer' && other.conversation === one.conversation && other.tab === one.tab;
}

/**
 * Owns what a page says of itself: Open Graph (ogp.me), Twitter cards, and the title, description and names that HTML has.
 * Does not follow anything: no oEmbed, no script, no refresh.
 * Invariants: every value is bounded (head-tokens.ts); reading ends with the head, at `</head>` or `<body>`.
 */
import { concatBytes } from '../bytes/index.ts';
import { PRESCAN_BYTES, pageDecoder } from './charset.ts';
import { grown, HeadTokenizer, type HeadTokens } from './head-tokens.ts';

/** What a page says, as it says it: neither cleaned nor cut. */
export interface PageHead {
  readonly title?: string;
  readonly description?: string;
  readonly siteName?: string;
  /** The address of a picture, perhaps relative to the page's. */
  readonly picture?: string;
}

/** Where each part is looked for, the best place first. `<title>` and `<link rel=image_src>` stand as names of their own. */
const PLACES: Readonly<Record<keyof PageHead, readonly string[]>> = {
  title: ['og:title', 'twitter:title', '<title>'],
  description: ['og:description', 'twitter:description', 'description'],
  siteName: ['og:site_name', 'application-name', 'twitter:site:name'],
  picture: [
    'og:image:secure_url',
    'og:image:url',
    'og:image',
    'twitter:image',
    'twitter:image:src',
    '<link rel=image_src>',
  ],
};
/** No set that is made at once: it would come along with every other part of this room that a script takes. */
const isPlace = (name: string): boolean => Object.values(PLACES).some((names) => names.includes(name));

/** Reads a page's bytes in pieces. */
export class HeadReader {
  readonly #contentType: string | null;
  readonly #tokenizer: HeadTokenizer;
  readonly #found = new Map<string, string>();
  #first: Uint8Array[] = [];
  #firstLength = 0;
  #decoder: TextDecoder | undefined;
  #ended = false;
  #title: string | undefined;

  /** `contentType` is the header's value, for the encoding it may name. */
  constructor(contentType: string | null) {
    this.#contentType = contentType;
    const tokens: HeadTokens = {
      open: (tag, attributes) => this.#open(tag, attributes),
      close: (tag) => this.#close(tag),
      text: (piece) => {
        if (this.#title !== undefined) this.#title = grown(this.#title, piece);
      },
    };
    this.#tokenizer = new HeadTokenizer(tokens);
  }

  /** Takes more of the page; `enough` when the head has ended, and nothing more is to be read. */
  write(bytes: Uint8Array): 'more' | 'enough' {
    if (this.#ended) return 'enough';
    if (this.#decoder !== undefined) this.#tokenizer.write(this.#decoder.decode(bytes, { stream: true }));
    else this.#hold(bytes);
    return this.#ended ? 'enough' : 'more';
  }

  /** What was found, the page having ended or not. */
  finish(): PageHead {
    if (this.#decoder === undefined) this.#begin();
    this.#tokenizer.end();
    // A page that was cut off inside its title.
    if (this.#title !== undefined) this.#close('title');
    const head: { -readonly [Part in keyof PageHead]: string } = {};
    for (const part of Object.keys(PLACES) as (keyof PageHead)[]) {
      const value = PLACES[part].map((name) => this.#found.get(name)).find((each) => each !== undefined);
      if (value !== undefined) head[part] = value;
    }
    return head;
  }

  /** The first bytes decide the encoding, so that they wait for each other. */
  #hold(bytes: Uint8Array): void {
    this.#first.push(bytes.slice());
    this.#firstLength += bytes.length;
    if (this.#firstLength >= PRESCAN_BYTES) this.#begin();
  }

  #begin(): void {
    const first = concatBytes(...this.#first);
    this.#first = [];
    this.#decoder = pageDecoder(first.subarray(0, PRESCAN_BYTES), this.#contentType);
    this.#tokenizer.write(this.#decoder.decode(first, { stream: true }));
  }

  #open(tag: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#ended) return;
    if (tag === 'body') this.#end();
    else if (tag === 'title') this.#title ??= this.#found.has('<title>') ? undefined : '';
    else if (tag === 'meta') {
      const name = attributes.get('property') ?? attributes.get('name');
      this.#keep(name?.trim().toLowerCase(), attributes.get('content'));
    } else if (tag === 'link' && attributes.get('rel')?.trim().toLowerCase() === 'image_src') {
      this.#keep('<link rel=image_src>', attributes.get('href'));
    }
  }

  #close(tag: string): void {
    if (this.#ended) return;
    if (tag === 'head') this.#end();
    else if (tag === 'title' && this.#title !== undefined) {
      this.#keep('<title>', this.#title);
      this.#title = undefined;
    }
  }

  #end(): void {
    this.#ended = true;
    this.#tokenizer.stop();
  }

  /** The first that says something counts. */
  #keep(name: string | undefined, value: string | undefined): void {
    if (name === undefined || value === undefined || value.trim() === '') return;
    if (isPlace(name) && !this.#found.has(name)) this.#found.set(name, value);
  }
}

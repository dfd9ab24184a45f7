/**
 * Owns turning a page's text into the few tokens that a head is made of, while it arrives, with htmlparser2's tokenizer.
 * Does not own what they mean; see head.ts.
 *
 * Invariants: work and memory are linear in the text. No tree is built and no stack is kept, so that nesting costs nothing;
 * of a tag at most 64 attributes are kept, and of a value or title at most 8192 units. (htmlparser2's own Parser
 * keeps a list of the open tags: 100 000 of them took it 1.4 s. See docs/decisions/html-tokenizer.md.)
 */
import { type QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** More attributes than any tag of a head has. */
const MAX_ATTRIBUTES = 64;
/** The longest name that is of interest is a tenth of it. */
const MAX_NAME = 64;
/** Four times what is shown of the longest, before blanks are taken out. */
const MAX_VALUE = 8192;

/** What is told of a page, in its order. Names are lower case; entities are decoded. */
export interface HeadTokens {
  open(tag: string, attributes: ReadonlyMap<string, string>): void;
  close(tag: string): void;
  /** The text of an element; only between `open` and `close` of a title is it told. */
  text(piece: string): void;
}

/** Reads text in pieces. `write` may be called until the end; what comes after is the caller's to hold back. */
export class HeadTokenizer implements TokenizerCallbacks {
  readonly #tokenizer = new Tokenizer({ decodeEntities: true }, this);
  readonly #tokens: HeadTokens;
  /** The text from `#start` on: what the tokenizer may still point at. */
  #text = '';
  #start = 0;
  /** All before this has been told. */
  #told = 0;
  #tag = '';
  #name = '';
  #value = '';
  #attributes = new Map<string, string>();

  constructor(tokens: HeadTokens) {
    this.#tokens = tokens;
  }

  write(text: string): void {
    this.#text += text;
    this.#tokenizer.write(text);
    this.#text = this.#text.slice(this.#told - this.#start);
    this.#start = this.#told;
  }

  /** Tells the text that was held back because it might have been the beginning of a tag. */
  end(): void {
    this.#tokenizer.end();
  }

  /** Nothing more is told, not even of what was written already. */
  stop(): void {
    this.#tokenizer.pause();
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#nameAt(start, end);
    this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    this.#name = this.#nameAt(start, end);
    this.#value = '';
  }

  onattribdata(start: number, end: number): void {
    this.#value = grown(this.#value, this.#slice(start, end, MAX_VALUE));
  }

  onattribentity(codePoint: number): void {
    this.#value = grown(this.#value, String.fromCodePoint(codePoint));
  }

  onattribend(_quote: QuoteType, end: number): void {
    this.#told = end;
    if (this.#attributes.size < MAX_ATTRIBUTES && !this.#attributes.has(this.#name)) {
      this.#attributes.set(this.#name, this.#value);
    }
  }

  onopentagend(end: number): void {
    this.#told = end;
    this.#tokens.open(this.#tag, this.#attributes);
  }

  onselfclosingtag(end: number): void {
    this.onopentagend(end);
  }

  onclosetag(start: number, end: number): void {
    this.#tokens.close(this.#nameAt(start, end));
  }

  ontext(start: number, end: number): void {
    this.#tokens.text(this.#slice(start, end, MAX_VALUE));
  }

  ontextentity(codePoint: number, end: number): void {
    this.#told = end;
    this.#tokens.text(String.fromCodePoint(codePoint));
  }

  oncomment(_start: number, end: number): void {
    this.#told = end;
  }

  oncdata(_start: number, end: number): void {
    this.#told = end;
  }

  ondeclaration(_start: number, end: number): void {
    this.#told = end;
  }

  onprocessinginstruction(_start: number, end: number): void {
    this.#told = end;
  }

  onend(): void {}

  #nameAt(start: number, end: number): string {
    return this.#slice(start, end, MAX_NAME).toLowerCase();
  }

  #slice(start: number, end: number, most: number): string {
    this.#told = end;
    return this.#text.slice(start - this.#start, Math.min(end, start + most) - this.#start);
  }
}

/** `text` and `piece`, up to the bound. */
export function grown(text: string, piece: string): string {
  return text.length < MAX_VALUE ? (text + piece).slice(0, MAX_VALUE) : text;
}

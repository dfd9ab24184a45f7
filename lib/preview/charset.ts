/**
 * Owns which encoding a page is in: a byte order mark, else what the server says, else what the page says of itself in its
 * first 1024 bytes, else UTF-8 where those bytes are, else windows-1252.
 * Sources: HTML (html.spec.whatwg.org), "determining the character encoding"; the Encoding Standard for labels.
 */
import { HeadTokenizer, type HeadTokens } from './head-tokens.ts';

/** How much of a page is looked at for what it says of its encoding (HTML, "prescan a byte stream"). */
export const PRESCAN_BYTES = 1024;

/** A decoder for a page that begins with `first` (its first 1024 bytes, or all it has). It never throws on bytes. */
export function pageDecoder(first: Uint8Array, contentType: string | null): TextDecoder {
  const label = markOf(first) ?? charsetOf(contentType ?? '') ?? declaredIn(first);
  return (label === undefined ? undefined : decoderFor(label)) ?? new TextDecoder(guess(first));
}

function markOf(first: Uint8Array): string | undefined {
  const [a, b, c] = first;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return undefined;
}

/** The label behind `charset=` in a media type (RFC 9110, section 8.3.1) or in a meta element's content. */
export function charsetOf(value: string): string | undefined {
  const bounded = value.slice(0, 256);
  const match = /charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))/i.exec(bounded);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** What the page's own tags say, read by the same tokenizer as the rest. */
function declaredIn(first: Uint8Array): string | undefined {
  let label: string | undefined;
  const tokens: HeadTokens = {
    open(tag, attributes) {
      if (tag !== 'meta') return;
      const byContent = attributes.get('http-equiv')?.toLowerCase() === 'content-type';
      label ??= attributes.get('charset') ?? (byContent ? charsetOf(attributes.get('content') ?? '') : undefined);
    },
    close: () => {},
    text: () => {},
  };
  new HeadTokenizer(tokens).write(new TextDecoder('latin1').decode(first));
  if (label === undefined) return undefined;
  // Tags that could be read byte by byte are not in UTF-16, whatever they say.
  return /^\s*utf-?16/i.test(label) ? 'utf-8' : label;
}

/** Undefined for a label that nobody knows, and for those that the Encoding Standard replaces because they hide attacks. */
function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function guess(first: Uint8Array): string {
  try {
    // The last letter may be cut in two.
    new TextDecoder('utf-8', { fatal: true }).decode(first, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

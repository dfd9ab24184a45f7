/** Owns bringing what a page says about its conversation into one form, so that the same is equal. Pure. */

/** Longer texts name nothing. In UTF-16 units. */
const LONGEST = 200;

/** `text` in NFC with single blanks and nothing invisible; undefined where nothing or too much is left. */
export function tidyText(text: string): string | undefined {
  const tidy = text
    .normalize('NFC')
    .replace(/[\p{Cf}\p{Cc}\s]+/gu, ' ')
    .trim();
  return tidy === '' || tidy.length > LONGEST ? undefined : tidy;
}

/** A title without what counts unread messages: `(3) Bob`, `[3] Bob`, `• Bob`, `Bob (3)`. */
export function normaliseTitle(title: string): string | undefined {
  const bare = title
    .replace(/^[\s•●*·🔴]+/u, '')
    .replace(/^[([]\s*\d+\+?\s*[)\]]\s*/u, '')
    .replace(/^[\s•●*·🔴]+/u, '')
    .replace(/\s*[([]\s*\d+\+?\s*[)\]]$/u, '');
  return tidyText(bare);
}

/** Path and fragment of an address, without the query and slashes at the end; undefined where they say nothing. */
export function normalisePath(address: { readonly pathname: string; readonly hash: string }): string | undefined {
  const path = address.pathname.replace(/\/+$/, '');
  const hash = address.hash
    .replace(/^#?\/*/, '')
    .replace(/[?].*$/, '')
    .replace(/\/+$/, '');
  const whole = hash === '' ? path : `${path}#${hash}`;
  // One word is a place of the site ("/messages", "/app"), not a conversation in it.
  const parts = whole.split(/[/#]/).filter((part) => part !== '');
  return hash === '' && parts.length < 2 ? undefined : tidyText(whole);
}

/** The first group of a rule's pattern in the title or the address (path, query and fragment). */
export function readPattern(
  rule: { readonly from: 'title' | 'url'; readonly pattern: string },
  page: {
    readonly title: string;
    readonly location: { readonly pathname: string; readonly search: string; readonly hash: string };
  },
): string | undefined {
  const { pathname, search, hash } = page.location;
  const match = new RegExp(rule.pattern, 'u').exec(rule.from === 'title' ? page.title : pathname + search + hash);
  return match?.[1] === undefined ? undefined : tidyText(match[1]);
}

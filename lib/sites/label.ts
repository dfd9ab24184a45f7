/** Owns what an element calls itself: the words of its own that a person or a screen reader gets. */

const ATTRIBUTES = ['aria-label', 'placeholder', 'aria-placeholder', 'data-placeholder', 'title'];

/** The words by which an editable element is named, joined: label, placeholder, the labels that point at it. */
export function labelOf(element: HTMLElement): string {
  const words = ATTRIBUTES.map((name) => element.getAttribute(name) ?? '');
  const root = element.getRootNode() as Document | ShadowRoot;
  for (const id of (element.getAttribute('aria-labelledby') ?? '').split(/\s+/)) {
    if (id !== '') words.push(root.getElementById(id)?.textContent ?? '');
  }
  if ('labels' in element) {
    for (const label of (element as HTMLInputElement).labels ?? []) words.push(label.textContent ?? '');
  }
  return joinWords(words);
}

/** The words of a button: label, test hook, icon name, and what is written on it where that is short. */
export function buttonWords(element: HTMLElement): string {
  const words = ['aria-label', 'title', 'data-testid', 'data-qa', 'data-tid', 'data-icon', 'name', 'value', 'id'].map(
    (name) => element.getAttribute(name) ?? '',
  );
  words.push(element.textContent ?? '');
  for (const icon of element.querySelectorAll('[data-icon], [data-testid], [aria-label], svg title')) {
    words.push(icon.getAttribute('data-icon') ?? '', icon.getAttribute('data-testid') ?? '');
    words.push(icon.getAttribute('aria-label') ?? '', icon.localName === 'title' ? (icon.textContent ?? '') : '');
  }
  // Test hooks are written sendMessage or send_button: words all the same.
  return joinWords(words)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ');
}

/** Longer texts are content, not names; what lies behind is not read. */
const LONGEST = 200;

function joinWords(words: readonly string[]): string {
  return words
    .map((word) => word.slice(0, LONGEST).trim())
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, LONGEST);
}

/**
 * Owns making a selector for an element that a person picked, one that outlives the site's next build: ids, data-* and
 * roles, no classes, no labels (they are translated), positions only where nothing else tells siblings apart.
 * Does not own keeping it; see pickedAdapter.
 */
import type { TreeRoot } from './composed-tree.ts';
import { queryRoots } from './composed-tree.ts';

/** Attributes that sites give to be found by. */
const HOOKS = [
  'data-testid',
  'data-test',
  'data-qa',
  'data-tid',
  'data-cy',
  'data-e2e',
  'name',
  'role',
  'enterkeyhint',
];
const MOST_ANCESTORS = 12;

/** Whether an id or attribute value was chosen by a person: one digit at most ("v2"), and no counter at the end. */
export function isStableToken(value: string): boolean {
  const digits = value.match(/\d/g)?.length ?? 0;
  return /^[A-Za-z][\w.-]{1,63}$/.test(value) && digits <= 1 && !/[-_]\d$/.test(value);
}

/**
 * A selector that finds `element` and nothing else in `roots` (the document and its open shadow trees), or undefined
 * where nothing but a guess would do.
 */
export function makeSelector(element: Element, roots: readonly TreeRoot[]): string | undefined {
  const unique = (selector: string): boolean => {
    const found = queryRoots(roots, selector);
    return found.length === 1 && found[0] === element;
  };
  let path = '';
  let at: Element | null = element;
  for (let climbed = 0; climbed < MOST_ANCESTORS && at !== null; climbed++) {
    for (const token of tokensOf(at)) {
      const selector = path === '' ? token : `${token} > ${path}`;
      if (unique(selector)) return selector;
    }
    path = path === '' ? stepOf(at) : `${stepOf(at)} > ${path}`;
    at = at.parentElement;
  }
  return unique(path) ? path : undefined;
}

/** What names `element` by itself, the surest first. */
function tokensOf(element: Element): string[] {
  const tag = element.localName;
  const tokens: string[] = [];
  if (isStableToken(element.id)) tokens.push(`#${CSS.escape(element.id)}`);
  for (const name of HOOKS) {
    const value = element.getAttribute(name);
    if (value !== null && isStableToken(value)) tokens.push(`${tag}[${name}="${CSS.escape(value)}"]`);
  }
  // A dashed tag is a component of the site's own: its name is as good as a role.
  if (tag.includes('-') || tag === 'textarea' || tag === 'main') tokens.push(tag);
  return tokens;
}

/** One step of a path: the best name of `element`, or its place among siblings of its kind. */
function stepOf(element: Element): string {
  const token = tokensOf(element)[0] ?? element.localName;
  const siblings = element.parentElement?.children ?? [];
  const alike = [...siblings].filter((sibling) => sibling.matches(token));
  if (alike.length <= 1) return token;
  const kind = [...siblings].filter((sibling) => sibling.localName === element.localName);
  return `${element.localName}:nth-of-type(${kind.indexOf(element) + 1})`;
}

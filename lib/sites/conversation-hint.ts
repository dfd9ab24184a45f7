/**
 * Owns reading off the page which conversation is on show. A hint and never more: the page belongs to the adversary, ids
 * change between sessions, names collide. The binding that counts is inside the armour.
 */
import type { ConversationKind, SiteAdapter, TextRule } from './adapter.ts';
import { composedParent, queryRoots, type TreeRoot } from './composed-tree.ts';
import { horizontalOverlap } from './geometry.ts';
import { normalisePath, normaliseTitle, readPattern, tidyText } from './hint-text.ts';
import type { Chat } from './locate.ts';

/** What the page says about the conversation of one chat. Absent parts: it does not say. */
export interface ConversationHint {
  /** `source:value`. Equal while the same conversation is on show; different for different ones, if the site is honest. */
  readonly key: string | undefined;
  readonly source: 'site' | 'path' | 'title' | 'header' | 'none';
  /** The other side's name as shown. */
  readonly peer: string | undefined;
  /** The name of the person's own account as shown. */
  readonly account: string | undefined;
  readonly kind: ConversationKind | undefined;
}

/** Reads the hint for `chat` now. */
export function readConversationHint(chat: Chat, roots: readonly TreeRoot[]): ConversationHint {
  const { adapter } = chat;
  const document = chat.composer.ownerDocument;
  const read = (rules: readonly TextRule[]): string | undefined => readRules(rules, document, roots);
  const sources: [Exclude<ConversationHint['source'], 'none'>, () => string | undefined][] = [
    ['site', () => read(adapter.conversation)],
    ['path', () => normalisePath(document.location)],
    ['title', () => normaliseTitle(document.title)],
    ['header', () => readHeader(chat)],
  ];
  let key: string | undefined;
  let source: ConversationHint['source'] = 'none';
  for (const [name, find] of sources) {
    const value = find();
    if (value === undefined) continue;
    key = `${name}:${value}`;
    source = name;
    break;
  }
  const peer = adapter.peer.length > 0 ? read(adapter.peer) : (readHeader(chat) ?? normaliseTitle(document.title));
  return { key, source, peer, account: read(adapter.account), kind: readKind(adapter, roots) };
}

/** Whether two hints speak of the same conversation of the same account. */
export function sameConversation(a: ConversationHint, b: ConversationHint): boolean {
  return a.key === b.key && a.peer === b.peer && a.account === b.account && a.kind === b.kind;
}

function readRules(rules: readonly TextRule[], document: Document, roots: readonly TreeRoot[]): string | undefined {
  for (const rule of rules) {
    const text = rule.from === 'element' ? readElement(rule, roots) : readPattern(rule, document);
    if (text !== undefined) return text;
  }
  return undefined;
}

function readElement(rule: Extract<TextRule, { from: 'element' }>, roots: readonly TreeRoot[]): string | undefined {
  const element = queryRoots(roots, rule.selector)[0];
  return tidyText((rule.attribute === undefined ? element?.textContent : element?.getAttribute(rule.attribute)) ?? '');
}

function readKind(adapter: SiteAdapter, roots: readonly TreeRoot[]): ConversationKind | undefined {
  return adapter.kind.find(({ selector }) => queryRoots(roots, selector).length > 0)?.kind;
}

/** Headings first: a header bar holds more than the name. */
const HEADINGS = ['h1, h2, h3, h4, [role="heading"]', 'header'];

/** A heading above the list, or above the composer where there is none. */
function readHeader(chat: Chat): string | undefined {
  const below = chat.list ?? chat.composer;
  const box = below.getBoundingClientRect();
  let around = composedParent(below);
  for (let climbed = 0; climbed < 6 && around !== null; climbed++) {
    const headings = HEADINGS.flatMap((selector) => [...around!.querySelectorAll<HTMLElement>(selector)]);
    for (const heading of headings) {
      const place = heading.getBoundingClientRect();
      if (below.contains(heading) || place.height === 0) continue;
      if (place.top + place.height / 2 > Math.max(box.top, 0) || horizontalOverlap(place, box) === 0) continue;
      const text = tidyText(heading.textContent ?? '');
      if (text !== undefined) return text;
    }
    around = composedParent(around);
  }
  return undefined;
}

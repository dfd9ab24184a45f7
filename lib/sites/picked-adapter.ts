/**
 * Owns turning what a person pointed at into a description of their site. It is plain data: kept per origin by the
 * caller, and as good or bad as any other description when it is checked on the next load.
 */
import type { SiteAdapter } from './adapter.ts';
import { composedContains, composedParent, type TreeRoot } from './composed-tree.ts';
import { genericAdapter } from './data/generic.ts';
import { makeSelector } from './stable-selector.ts';

/** What was pointed at: the box, a message of each side (or twice of one), and the send button if there is one. */
export interface Picks {
  readonly composer: Element;
  readonly messages: readonly [Element, Element];
  readonly send?: Element;
}

/** The description, or undefined where the box or the list has nothing stable about it. */
export function pickedAdapter(picks: Picks, host: string, roots: readonly TreeRoot[]): SiteAdapter | undefined {
  const composer = makeSelector(picks.composer, roots);
  const common = commonAncestor(picks.messages[0], picks.messages[1]);
  const list = common === null ? undefined : makeSelector(common, roots);
  if (composer === undefined || list === undefined) return undefined;
  const send = picks.send === undefined ? undefined : makeSelector(picks.send, roots);
  return {
    ...genericAdapter,
    id: 'picked',
    name: host,
    hosts: [host],
    composer: [composer],
    list: [list],
    send: send === undefined ? [] : [send],
    // Seen once: it may well be there only while the box holds text.
    quirks: ['send-appears-late'],
  };
}

function commonAncestor(a: Element, b: Element): Element | null {
  let at: Element | null = a === b ? composedParent(a) : a;
  while (at !== null && !composedContains(at, b)) at = composedParent(at);
  return at;
}

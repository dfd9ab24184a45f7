/**
 * Owns the shape of a site's description: data only, so that mending a site is a change of data.
 * Does not own what is done with it. Every list of selectors is a ladder: the first that finds something counts.
 * Anchor on ids, roles and data-* attributes; classes only where a site's source shows them to be its own words.
 * How to write one: docs/site-adapters.md.
 */
import type { LengthLimit } from './measure.ts';

/** Reads a text off the page: what an element says (or one of its attributes), or the first group of a pattern. */
export type TextRule =
  | { readonly from: 'element'; readonly selector: string; readonly attribute?: string }
  | { readonly from: 'title' | 'url'; readonly pattern: string };

/** Says what the conversation on show is, where `selector` is present: between two, among more, or none at all. */
export interface KindRule {
  readonly selector: string;
  readonly kind: ConversationKind;
}

/** `none` is a place that carries no messages of people, such as a server's own window. */
export type ConversationKind = 'direct' | 'group' | 'none';

/**
 * What is odd about a site, each with an effect here:
 * - send-appears-late: the send button exists only while the box holds text, so its absence says nothing.
 * - enter-breaks-line: Enter does not send there; it is never tried.
 */
export type Quirk = 'send-appears-late' | 'enter-breaks-line';

/** One described site. Optional parts that are left out are found by the generic rules. */
export interface SiteAdapter {
  /** Kebab-case, as the data file is called. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** Hosts, exact (`web.example.org`) or with all below (`*.example.org`). None for software that anyone can host. */
  readonly hosts: readonly string[];
  /** A regular expression that the path must match, where only a part of a host is the chat. */
  readonly path?: string;
  /** For self-hosted software: all of these must be in the page. Not used where `hosts` are given. */
  readonly fingerprint: readonly string[];
  /** The nearest ancestor of the composer that holds one whole chat; needed where a page shows several. */
  readonly scope?: string;
  readonly composer: readonly string[];
  readonly send: readonly string[];
  readonly list: readonly string[];
  readonly row: readonly string[];
  /** Inside a row: the element that holds the message and nothing else. */
  readonly text: readonly string[];
  /** Inside a row: what unfolds a long message ("read more"). */
  readonly fold: readonly string[];
  /** The attribute of a row that names the message. */
  readonly rowId?: string;
  /** How a row of the person's own is told from others. Cosmetic: who sent a message, only the cryptography says. */
  readonly own?: { readonly when: 'matches' | 'differs'; readonly selector: string };
  /** What names the conversation in a way that holds over sessions. Hints, in order of trust. */
  readonly conversation: readonly TextRule[];
  /** The name of the other side, as the site shows it. */
  readonly peer: readonly TextRule[];
  /** The name of the person's own account. */
  readonly account: readonly TextRule[];
  readonly kind: readonly KindRule[];
  readonly limit: LengthLimit;
  readonly alphabet: 'base62' | 'han14';
  /** The first `burst` messages go at once, then one every `gapMs` milliseconds. */
  readonly pacing: { readonly burst: number; readonly gapMs: number };
  readonly quirks: readonly Quirk[];
}

/**
 * Owns where something happens: what a page says of itself, and the names this room makes of it.
 * Does not own whether the page is right: its words are hints, and what binds a message stands inside the armour.
 */
import type { AlphabetName, TextLimit } from '../armour/index.ts';
import { type Bytes, bytesOfLength } from '../bytes/index.ts';
import { digest, utf16 } from './digest.ts';

/** How a site takes text. */
export interface SiteText {
  readonly alphabet: AlphabetName;
  readonly limit: TextLimit;
}

/** What a page says of the conversation that it shows. */
export interface Page {
  /** The origin of the site, as the browser says it: the one part that the page can't choose. */
  readonly site: string;
  /** The name of the person's own account there, where the page shows it. */
  readonly account: string | undefined;
  /** What the page calls the conversation, so that it is the same one tomorrow. */
  readonly conversation: string;
  /** The name of the other person, where the page shows it. */
  readonly peer: string | undefined;
  readonly text: SiteText;
}

const ID_BYTES = 16;

/** 16 bytes that name a persona: one of a site and an account there. */
export type PersonaId = Bytes<'PersonaId'>;
/** 16 bytes that name a conversation on this installation. The other side has another name for it. */
export type ConversationId = Bytes<'ConversationId'>;

/** The names of what a page shows. */
export interface Place {
  readonly personaId: PersonaId;
  readonly conversationId: ConversationId;
}

/** The place of `page`. An account whose name the page does not show is one of its own. */
export function placeOf({ site, account, conversation }: Page): Place {
  const known = account === undefined ? [] : [utf16(account)];
  const personaId = cut<'PersonaId'>(digest('sotto persona', utf16(site), ...known));
  return { personaId, conversationId: cut(digest('sotto conversation', personaId, utf16(conversation))) };
}

function cut<Name extends string>(whole: Uint8Array): Bytes<Name> {
  return bytesOfLength(whole.slice(0, ID_BYTES), ID_BYTES);
}

/**
 * Owns asking the store for what the bubbles of a list are made of, in one step.
 * Does not own what the bubbles show of it (views.ts).
 */
import { encodeBase64Url } from '../bytes/index.ts';
import { decodeReceivedChain, type ReceivedChain } from '../content/index.ts';
import type { ShownPreview } from '../preview/index.ts';
import type { Rows } from '../store/index.ts';
import type { Conversation, InviteId, Thread } from './conversation-row.ts';
import { entryOfName, findConversation, nameOfEntry } from './entries.ts';
import { storeDamaged } from './failure.ts';
import { findInvite } from './invite.ts';
import { HISTORY, type HistoryEntry, type Outgoing } from './message-rows.ts';
import { listOutgoing } from './outbox.ts';
import { type ConversationId, type Page, type PersonaId, placeOf } from './place.ts';
import { findPreview } from './preview-rows.ts';
import { type Gathered, gatherResent } from './resent-views.ts';
import { findThread } from './thread.ts';

/** What is shown of a link's page under the words. */
export interface PreviewView extends Pick<ShownPreview, 'url' | 'title' | 'description' | 'siteName' | 'host'> {
  /** How large its picture is, in pixels; the picture itself is asked for apart (`readPreviewPicture`). */
  readonly picture: { readonly width: number; readonly height: number } | null;
}

/** What is asked for. */
export interface Asked {
  /** The entries that bubbles are made of. */
  readonly names: ReadonlySet<string>;
  /** The entries of all rows of the list. */
  readonly listed: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is kept of what bubbles are made of. */
export interface Shelf {
  readonly conversation: Conversation | undefined;
  readonly entries: ReadonlyMap<string, HistoryEntry>;
  readonly outgoing: ReadonlyMap<string, Outgoing>;
  readonly chains: ReadonlyMap<string, ReceivedChain>;
  /** Entries of invites that can still be accepted. */
  readonly acceptable: ReadonlySet<string>;
  /** By the names of their entries. */
  readonly previews: ReadonlyMap<string, PreviewView>;
  /** By the names of their entries: of contents that brought texts again, those that stand nowhere in the list. */
  readonly gathered: ReadonlyMap<string, Gathered>;
}

/**
 * What is kept of `names`. Asks side by side for what does not follow from each other: a message that has just come waits for
 * each way to the store.
 */
export async function loadShelf(rows: Rows, page: Page, { names: wanted, listed, now }: Asked): Promise<Shelf> {
  const { conversationId, personaId } = placeOf(page);
  const names = [...wanted];
  const ids = names.map((name) => entryOfName(name)!);
  const [entries, outgoing, conversation] = await Promise.all([
    rows.getMany(HISTORY, ids),
    // What is on its way is little, and what is shown may be much.
    listOutgoing(rows, conversationId),
    findConversation(rows, conversationId),
  ]);
  const [chains, acceptable, previews, gathered] = await Promise.all([
    chainsOf(rows, conversationId, entries),
    acceptableOf(rows, personaId, entries, now),
    previewsOf(rows, entries),
    gatherResent(rows, entries, listed),
  ]);
  return {
    conversation,
    entries: new Map(names.flatMap((name, i) => (entries[i] ? [[name, entries[i]]] : []))),
    outgoing: new Map(outgoing.map((each) => [nameOfEntry(each.id), each])),
    chains,
    acceptable,
    previews,
    gathered,
  };
}

/** What came in each of the threads of `entries`, by the names of their invites. */
async function chainsOf(
  rows: Rows,
  conversationId: ConversationId,
  entries: readonly (HistoryEntry | undefined)[],
): Promise<Map<string, ReceivedChain>> {
  const invites = new Map<string, InviteId>();
  for (const entry of entries) if (entry?.from === 'them') invites.set(encodeBase64Url(entry.inviteId), entry.inviteId);
  const found = await Promise.all(
    [...invites].map(async ([name, invite]) => [name, await findThread(rows, conversationId, invite)] as const),
  );
  return new Map(found.flatMap(([name, thread]) => (thread === undefined ? [] : [[name, requireChain(thread)]])));
}

async function previewsOf(
  rows: Rows,
  entries: readonly (HistoryEntry | undefined)[],
): Promise<Map<string, PreviewView>> {
  const previews = new Map<string, PreviewView>();
  const found = await Promise.all(entries.map((entry) => entry && findPreview(rows, entry)));
  for (const [place, shown] of found.entries()) {
    if (shown === undefined) continue;
    const { url, title, description, siteName, host, picture } = shown;
    const size = picture === undefined ? null : { width: picture.width, height: picture.height };
    previews.set(nameOfEntry(entries[place]!.id), { url, title, description, siteName, host, picture: size });
  }
  return previews;
}

async function acceptableOf(
  rows: Rows,
  personaId: PersonaId,
  entries: readonly (HistoryEntry | undefined)[],
  now: number,
): Promise<Set<string>> {
  const acceptable = new Set<string>();
  for (const entry of entries) {
    if (entry?.kind !== 'invite' || entry.from !== 'them') continue;
    const invite = await findInvite(rows, personaId, entry.inviteId);
    if (invite && !invite.used && now <= invite.expiresAt) acceptable.add(encodeBase64Url(entry.id));
  }
  return acceptable;
}

function requireChain({ received }: Thread): ReceivedChain {
  const chain = decodeReceivedChain(received);
  if (!chain.ok) throw storeDamaged(chain.failure);
  return chain.value;
}

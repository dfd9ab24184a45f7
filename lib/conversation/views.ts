/**
 * Owns what composer and transcript show, in the shape that the frames ask for.
 * Does not own the frames; its types are structurally theirs, with the reasons of this room added.
 */
import { encodeBase64Url } from '../bytes/index.ts';
import { MAX_TEXT_BYTES, missingBefore } from '../content/index.ts';
import type { Retry } from '../failure/index.ts';
import { isVerified, nameOf } from './contact.ts';
import { findConversation, nameOfEntry } from './entries.ts';
import type { ConversationFailureCode } from './failure.ts';
import { DRAFTS, type HistoryEntry, type Outgoing } from './message-rows.ts';
import { type Page, placeOf, type SiteText } from './place.ts';
import type { Reading } from './reading.ts';
import { isResent, RESTORED_LINE } from './restored.ts';
import { blockOf } from './sendable.ts';
import { loadShelf, type PreviewView, type Shelf } from './shelf.ts';
import { roomFor } from './site-room.ts';
import type { Surroundings } from './surroundings.ts';
import { isOnItsWay, reasonOfUnsent } from './unsent.ts';
import { listWaiting } from './waiting.ts';

/** What the composer shows around the text; the person's own mark is added by whoever has it. */
export interface ComposerView {
  readonly contact: { readonly name: string; readonly verified: boolean };
  readonly draft: string;
  /** How many UTF-16 units one message may have here, if each takes one byte; `TooLong` decides. */
  readonly limit: number;
  /** Why nothing can be sent now, or null. */
  readonly blocked: string | null;
  /** Why the site did not take the words of the draft, as a failure's code, or null. */
  readonly unsent: string | null;
  /** How many texts wait for a session with a contact whose chat came out of a backup. */
  readonly waiting: number;
}

/** One row of the page, by the name that the content script gave it, with what was read of its armour. */
export interface ReadRow {
  readonly id: string;
  readonly readings: readonly Reading[];
}

/** One bubble: see lib/frames, view-contract.ts. `reason` may be any code that this room refuses reading with. */
export interface BubbleView {
  readonly id: string;
  readonly from: 'me' | 'them';
  readonly state:
    | 'reading'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'received'
    | 'unsent'
    | 'unreadable'
    | 'removed'
    | 'repeated'
    | 'invite'
    /** Said by them before, and sent again since this browser was restored. */
    | 'resent'
    /** No words of theirs: their browser was restored from a backup. */
    | 'restored';
  readonly text: string;
  readonly name: string;
  readonly sentAt: number | null;
  readonly missingBefore: number;
  readonly reason: ConversationFailureCode | null;
  readonly retry: Retry | null;
  /** Whether it is an invite of theirs that can still be accepted, whatever the state of the conversation. */
  readonly acceptable: boolean;
  readonly preview: PreviewView | null;
}

/** What the composer over `page` shows, or undefined where nothing was ever begun there. */
export function composerView({ store }: Surroundings, page: Page): Promise<ComposerView | undefined> {
  const { conversationId } = placeOf(page);
  return store.read(async (rows) => {
    const conversation = await findConversation(rows, conversationId);
    if (conversation === undefined) return undefined;
    const draft = (await rows.get(DRAFTS, conversationId)) ?? '';
    return {
      contact: { name: nameOf(conversation), verified: isVerified(conversation) },
      draft,
      limit: largestText(page.text),
      blocked: blockOf(conversation, page.peer) ?? null,
      unsent: await reasonOfUnsent(rows, conversationId, draft),
      waiting: (await listWaiting(rows, conversationId)).length,
    };
  });
}

/**
 * Keeps `text` as the draft of the conversation that `page` shows; words that are on their way to the site are no draft, so
 * that nobody sends them twice. Losing one costs words, no key.
 */
export function keepDraft({ store }: Surroundings, page: Page, text: string): Promise<void> {
  const { conversationId } = placeOf(page);
  return store.note(async (rows) => {
    const none = text === '' || (await isOnItsWay(rows, conversationId, text));
    await (none ? rows.delete(DRAFTS, conversationId) : rows.put(DRAFTS, conversationId, conversationId, text));
  });
}

/**
 * The bubbles of `rows`, all that the list shows, in its order. A message over several rows has its bubble at the first of
 * them, and so has a refusal; rows without anything to show (the rest of a message, what the two extensions say to each
 * other) have none. Where `wanted` is given, only the bubbles of those rows: the others say where they begin.
 */
export function bubblesOf(
  { store, now }: Surroundings,
  page: Page,
  rows: readonly ReadRow[],
  wanted?: ReadonlySet<string>,
): Promise<BubbleView[]> {
  const isWanted = ({ id }: ReadRow): boolean => wanted === undefined || wanted.has(id);
  return store.read(async (kept) => {
    const listed = namesIn(rows);
    const shelf = await loadShelf(kept, page, { names: namesIn(rows.filter(isWanted)), listed, now: now() });
    const showing: Showing = {
      shelf,
      verdicts: refusalsOf(rows),
      read: readOf(rows),
      seen: new Set(),
      begun: new Map(),
    };
    const bubbles: BubbleView[] = [];
    for (const row of rows) {
      for (const reading of row.readings) {
        const place = placeInList(reading, showing);
        const bubble = isWanted(row) ? bubbleOf(row.id, reading, place, showing) : undefined;
        if (bubble !== undefined) bubbles.push(bubble);
      }
    }
    return bubbles;
  });
}

interface Showing {
  readonly shelf: Shelf;
  /** Of messages that were refused: what is said at each of their chunks. */
  readonly verdicts: ReadonlyMap<string, Extract<Reading, { kind: 'refused' }>>;
  /** Messages of which a chunk in the list was read. */
  readonly read: ReadonlySet<string>;
  /** Chunks that stand in the list already, by message and index. */
  readonly seen: Set<string>;
  /** Of each message in the list: the chunk that came first, which carries its bubble. */
  readonly begun: Map<string, number>;
}

function namesIn(rows: readonly ReadRow[]): Set<string> {
  return new Set(
    rows.flatMap(({ readings }) => readings.flatMap((each) => (each.kind === 'entry' ? [each.entry] : []))),
  );
}

/** The last chunk to come tells why a message was refused; the others would only say that it is not all there. */
function refusalsOf(rows: readonly ReadRow[]): Showing['verdicts'] {
  const verdicts = new Map<string, Extract<Reading, { kind: 'refused' }>>();
  for (const { readings } of rows) {
    for (const reading of readings) {
      if (reading.kind === 'refused' && reading.part !== undefined) verdicts.set(reading.part.message, reading);
    }
  }
  return verdicts;
}

function readOf(rows: readonly ReadRow[]): Set<string> {
  const parts = rows.flatMap(({ readings }) => readings.flatMap(({ kind, part }) => (kind === 'entry' ? [part] : [])));
  return new Set(parts.flatMap((part) => part?.message ?? []));
}

function bubbleOf(row: string, reading: Reading, place: PlaceInList, showing: Showing): BubbleView | undefined {
  const { part } = reading;
  if (reading.kind === 'refused' && reading.code === 'NotArmour') return undefined;
  if (place === 'rest') return undefined;
  const verdict = reading.kind === 'waiting' && part ? showing.verdicts.get(part.message) : undefined;
  if (reading.kind !== 'entry') return refusedBubble(row, verdict ?? reading);
  const entry = showing.shelf.entries.get(reading.entry);
  return entry && entryBubble(row, entry, showing.shelf, place === 'again');
}

type PlaceInList = 'first' | 'rest' | 'again';

/** Whether a chunk begins its message in the list, is the rest of one, or begins it once more. Notes that it was there. */
function placeInList({ kind, part }: Reading, { seen, begun, read }: Showing): PlaceInList {
  // What bears the name of a message that was read, and is none of it, takes no place of its chunks.
  if (part === undefined || (kind === 'refused' && read.has(part.message))) return 'first';
  const { message, index } = part;
  const name = `${message} ${index}`;
  const again = seen.has(name);
  seen.add(name);
  if (!begun.has(message)) begun.set(message, index);
  if (begun.get(message) !== index) return 'rest';
  return again ? 'again' : 'first';
}

function refusedBubble(row: string, reading: Exclude<Reading, { kind: 'entry' }>): BubbleView {
  const waiting = reading.kind === 'waiting';
  const reason = waiting ? 'Incomplete' : reading.code;
  return {
    ...EMPTY,
    id: row,
    from: 'them',
    state: reason === 'Replayed' ? 'repeated' : 'unreadable',
    reason,
    retry: waiting ? 'later' : reading.retry,
  };
}

function entryBubble(row: string, entry: HistoryEntry, shelf: Shelf, repeated: boolean): BubbleView | undefined {
  const { from, kind, text, at } = entry;
  const base = { ...EMPTY, id: row, from, text, sentAt: at };
  const name = shelf.conversation === undefined ? '' : nameOf(shelf.conversation);
  if (kind === 'control') return repeated ? undefined : controlBubble(row, entry, shelf, name);
  if (repeated) return { ...base, state: 'repeated' };
  if (kind === 'invite')
    return { ...base, name, state: 'invite', acceptable: shelf.acceptable.has(encodeBase64Url(entry.id)) };
  if (kind !== 'text') return { ...base, state: 'unreadable', reason: 'UpdateNeeded', retry: 'user' };
  const chain = shelf.chains.get(encodeBase64Url(entry.inviteId));
  const gap = from === 'them' && chain ? missingBefore(chain, entry.generation, entry.sequence) : 0;
  const outgoing = shelf.outgoing.get(encodeBase64Url(entry.id));
  return {
    ...base,
    missingBefore: gap,
    state: entry.removed ? 'removed' : stateOfEntry(entry, outgoing, chain === undefined),
    retry: outgoing?.state === 'failed' ? 'user' : null,
    preview: shelf.previews.get(nameOfEntry(entry.id)) ?? null,
  };
}

/** Of what the extensions say to each other nearly nothing is shown. */
function controlBubble(row: string, entry: HistoryEntry, shelf: Shelf, name: string): BubbleView | undefined {
  const base = { ...EMPTY, id: row, from: entry.from, sentAt: entry.at };
  if (entry.text === RESTORED_LINE) return { ...base, state: 'restored', name };
  const gathered = shelf.gathered.get(nameOfEntry(entry.id));
  return gathered && { ...base, state: 'resent', text: gathered.text, missingBefore: gathered.left };
}

function stateOfEntry(
  entry: HistoryEntry,
  outgoing: Outgoing | undefined,
  isOfOldSession: boolean,
): BubbleView['state'] {
  // What was sent again was said in a session that this browser never had.
  if (entry.from === 'them') return isOfOldSession && isResent(entry) ? 'resent' : 'received';
  return outgoing === undefined ? 'delivered' : OUTGOING[outgoing.state];
}

const OUTGOING = {
  toSend: 'sending',
  waiting: 'sending',
  handedOut: 'sent',
  byHand: 'sent',
  failed: 'unsent',
} as const;

const EMPTY = {
  text: '',
  name: '',
  sentAt: null,
  missingBefore: 0,
  reason: null,
  retry: null,
  acceptable: false,
  preview: null,
} as const;

/** The largest text of one-byte characters that surely fits: the largest padded size whose message can be cut. */
function largestText(site: SiteText): number {
  return Math.min(MAX_TEXT_BYTES, Math.max(0, roomFor(site) - CONTENT_OVERHEAD));
}

/** Envelope and kind of a text: at most 62 bytes, and 12 bytes of tags and lengths. */
const CONTENT_OVERHEAD = 74;

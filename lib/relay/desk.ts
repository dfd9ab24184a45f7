/**
 * Owns the answers to content scripts: which state a chat is in, what its rows are, and that every page and frame of a
 * conversation hears of what changed.
 * Does not own the use cases (lib/conversation), delivery (courier.ts) nor the frames' own calls (view-desk.ts).
 */
import {
  type BubbleView,
  bubblesOf,
  INVITE_SENTENCE,
  invite,
  isInviteUnsent,
  type Reading,
  readKnownSpans,
  readSpans,
  retrySending,
  type Surroundings,
  stateOf,
} from '../conversation/index.ts';
import type { Bubble } from '../frames/index.ts';
import { type Caller, type Handlers, rpcFailure } from '../rpc/index.ts';
import { type TextKey, text } from '../text/index.ts';
import { showBubble } from './bubbles.ts';
import type { pageContract } from './contract.ts';
import type { Courier } from './courier.ts';
import type { OpenChat, OpenChats } from './open-chats.ts';
import type { ChatState, ChatStatus, RowsReport, RowVerdict } from './page-contract.ts';

/** A message of many chunks comes at the pace of its site; below the time that a worker lives without news. */
const ARRIVING_MS = 20_000;

/** What the desk stands on. */
export interface DeskParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly around: () => Promise<Surroundings>;
  readonly chats: OpenChats;
  readonly courier: Courier;
  readonly tellStatus: (chat: OpenChat, status: ChatStatus) => void;
  readonly tellVerdicts: (chat: OpenChat, verdicts: RowVerdict[]) => void;
  readonly tellOutbox: (chat: OpenChat) => void;
  readonly tellBubbles: (chat: OpenChat, bubbles: Bubble[]) => void;
  /** The composers of a conversation may show something else now. */
  readonly tellComposers: (conversation: string) => void;
}

/** The desk. */
export class Desk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** The answers. */
  handlers(): Handlers<typeof pageContract> {
    const { chats, courier } = this.#parts;
    return {
      'page.health': (health, { caller }) => {
        chats.setHealth(caller, health);
        return null;
      },
      'chat.open': async (report, { caller }) => {
        const chat = await chats.open(caller, report);
        chat.reported = true;
        return this.#answer(chat).finally(() => {
          chat.reported = false;
        });
      },
      'chat.close': ({ chat }, { caller }) => {
        chats.close(caller, chat);
        return null;
      },
      'chat.rows': (report, { caller }) => {
        const chat = this.#require(caller, report.chat);
        const reading = this.#readRows(chat, report);
        if (!report.known) chat.receiving = reading.catch(() => undefined);
        return reading;
      },
      'chat.invite': async ({ chat: number }, { caller }) => {
        const chat = this.#require(caller, number);
        if (chat.page === undefined) return null;
        const around = await this.#parts.around();
        const entry = await invite(around, chat.page, text(INVITE_SENTENCE));
        // An open invite is given again: what the site did not take of it before goes out now.
        if (await isInviteUnsent(around, chat.page)) await retrySending(around, entry);
        await this.changed(chat.conversation);
        return null;
      },
      'chat.take': ({ chat }, { caller }) => courier.take(this.#require(caller, chat)),
      'chat.settle': async (settlement, { caller }) => {
        const chat = this.#require(caller, settlement.chat);
        await courier.settle(chat, settlement);
        await this.changed(chat.conversation);
        return null;
      },
    };
  }

  /** Something happened in a conversation: every page and frame that shows it hears what is new for it. */
  async changed(conversation: string): Promise<void> {
    const { chats, tellStatus, tellComposers } = this.#parts;
    for (const chat of chats.of(conversation)) {
      const before = chat.status;
      const status = this.#remember(chat, await this.#status(chat));
      if (chat.status !== before) tellStatus(chat, status);
      await this.#readHeld(chat);
      if (chat.listed) this.#tellVerdicts(chat, await this.#judge(chat));
    }
    tellComposers(conversation);
  }

  /** What stands in the bubbles of `chat`, or in those of `wanted`. */
  async bubbles({ page, readings, readAt, order }: OpenChat, wanted?: ReadonlySet<string>): Promise<Bubble[]> {
    if (page === undefined) return [];
    const around = await this.#parts.around();
    const rows = order.map((row) => ({ id: bubbleOfRow(row), readings: readings.get(row) ?? [] }));
    const views: BubbleView[] = await bubblesOf(around, page, rows, wanted);
    const { now } = this.#parts;
    const isArriving = ({ id, reason }: BubbleView): boolean =>
      reason === 'Incomplete' && now() - (readAt.get(rowOfBubble(id) ?? -1) ?? 0) < ARRIVING_MS;
    return views.map((view) => showBubble(view, isArriving(view)));
  }

  /** What stands in the bubbles `ids`. What was told is what stands there: every change is told at once. */
  async readBubbles(chat: OpenChat, ids: readonly string[]): Promise<Bubble[]> {
    // Nothing was read since the worker woke: what is read is told.
    if (chat.readings.size === 0) return [];
    const told = ids.flatMap((id) => chat.bubbles.get(id) ?? []);
    if (told.length === ids.length) return told.map((each) => JSON.parse(each) as Bubble);
    return this.bubbles(chat, new Set(ids));
  }

  /** The newest invite of theirs in the list that can still be accepted, by its entry's name, or undefined. */
  async openInvite(chat: OpenChat): Promise<string | undefined> {
    const newest = (await this.bubbles(chat)).findLast(({ state }) => state === 'invite');
    const readings = newest && chat.readings.get(rowOfBubble(newest.id) ?? -1);
    return readings?.find((reading) => reading.kind === 'entry')?.entry;
  }

  /** How a chat stands that was just reported. */
  async #answer(chat: OpenChat): Promise<ChatStatus> {
    await this.#parts.around();
    // What came while the store was opened is waited for by a reader: a look before it would hold up the step that writes it.
    await chat.receiving;
    return this.#remember(chat, await this.#status(chat));
  }

  async #status(chat: OpenChat): Promise<ChatStatus> {
    const { page, conversation } = chat;
    const name = chat.name === '' ? text('someone') : chat.name;
    const around = await this.#parts.around();
    const found = page === undefined ? 'closed' : await stateOf(around, page);
    chat.found = found;
    const unsent = page !== undefined && found === 'inviting' && (await isInviteUnsent(around, page));
    const state: ChatState = found === 'keyChanged' ? 'private' : found === 'ended' || unsent ? 'none' : found;
    const label = text(unsent ? 'lockUnsent' : (LABELS[state] ?? 'lockOffer'), name);
    return { chat: chat.chat, conversation, state, label };
  }

  #remember(chat: OpenChat, status: ChatStatus): ChatStatus {
    chat.status = JSON.stringify(status);
    return status;
  }

  async #readRows(chat: OpenChat, { rows, order, known }: RowsReport): Promise<RowVerdict[]> {
    if (chat.page === undefined) return [];
    chat.order = order;
    const around = await this.#parts.around();
    const all = rows.flatMap(({ spans }) => spans);
    const readings = await (known ? readKnownSpans : readSpans)(around, chat.page, all);
    let at = 0;
    for (const { row, spans } of rows) {
      const found = readings.slice(at, at + spans.length);
      at += spans.length;
      if (found.includes(undefined)) continue;
      chat.readings.set(row, found as Reading[]);
      chat.readAt.set(row, this.#parts.now());
      hold(chat, row, spans);
    }
    const news = readings.flatMap((reading) => reading ?? []);
    complete(chat, news);
    this.#listRows(chat, news);
    // A page does not wait for what became of its report before it tells its rows: how the chat stands is looked up here, too.
    const standing = rows.length > 0 ? this.#tellNews(chat) : undefined;
    const verdicts = await this.#judge(chat, rowsOfMessages(chat, news, rows), standing);
    for (const { row, show } of verdicts) isNews(chat.verdicts, row, show);
    if (chat.listed) this.#parts.tellOutbox(chat);
    // What was read may say something of rows that stood there before, such as that one before them is missing no more.
    if (chat.listed && !known) void this.#judgeRest(chat);
    return verdicts;
  }

  /** Reads once more what waited for the person: they may have decided. */
  async #readHeld(chat: OpenChat): Promise<void> {
    const { page, held } = chat;
    await this.#findLost(chat);
    if (page === undefined || held.size === 0) return;
    const around = await this.#parts.around();
    for (const [row, spans] of [...held]) {
      const readings = await readSpans(around, page, spans);
      chat.readings.set(row, readings);
      hold(chat, row, spans);
      complete(chat, readings);
    }
    await this.#tellNews(chat);
    if (chat.listed) this.#parts.tellOutbox(chat);
  }

  /** Looks up, all at once, what there were no keys for: it may have been sent again since. */
  async #findLost({ page, lost, readings }: OpenChat): Promise<void> {
    if (page === undefined || lost.size === 0) return;
    const rows = [...lost];
    const all = rows.flatMap(([, spans]) => spans);
    const known = await readKnownSpans(await this.#parts.around(), page, all);
    let at = 0;
    for (const [row, spans] of rows) {
      const found = known.slice(at, at + spans.length);
      at += spans.length;
      if (found.includes(undefined)) continue;
      readings.set(row, found as Reading[]);
      lost.delete(row);
    }
  }

  async #judgeRest(chat: OpenChat): Promise<void> {
    await this.#findLost(chat).catch(() => undefined);
    // A store that fails here has failed before, and was told.
    const verdicts = await this.#judge(chat).catch(() => []);
    this.#tellVerdicts(chat, verdicts);
  }

  #tellVerdicts(chat: OpenChat, verdicts: readonly RowVerdict[]): void {
    const news = verdicts.filter(({ row, show }) => isNews(chat.verdicts, row, show));
    if (news.length > 0) this.#parts.tellVerdicts(chat, news);
  }

  #listRows(chat: OpenChat, news: readonly Reading[]): void {
    const shown = new Set(chat.order);
    for (const row of chat.readings.keys()) if (!shown.has(row)) forgetRow(chat, row);
    chat.listed ||= chat.order.every((row) => chat.readings.has(row));
    // What is not all there by then is said to be missing parts.
    if (news.some(isIncomplete)) setTimeout(() => void this.changed(chat.conversation), ARRIVING_MS);
  }

  /** What was read may have opened the session, or be an invite. */
  async #tellNews(chat: OpenChat): Promise<void> {
    const before = chat.status;
    const status = this.#remember(chat, await this.#status(chat));
    if (chat.status === before || chat.reported) return;
    this.#parts.tellStatus(chat, status);
    this.#parts.tellComposers(chat.conversation);
  }

  /** What the rows in `wanted` are, or all that were told; frames hear of bubbles that are news to them. */
  async #judge(
    chat: OpenChat,
    wanted?: ReadonlySet<number>,
    standing: Promise<void> = Promise.resolve(),
  ): Promise<RowVerdict[]> {
    const [bubbles] = await Promise.all([
      this.bubbles(chat, wanted && new Set([...wanted].map(bubbleOfRow))),
      standing,
    ]);
    const shown = new Set(bubbles.map(({ id }) => id));
    const isPrivate = JSON.parse(chat.status || '{}').state === 'private';
    const news = bubbles.filter((bubble) => isNews(chat.bubbles, bubble.id, JSON.stringify(bubble)));
    if (news.length > 0) this.#parts.tellBubbles(chat, news);
    return chat.order.flatMap((row): RowVerdict[] => {
      const readings = chat.readings.get(row);
      if (readings === undefined || wanted?.has(row) === false) return [];
      // A whole block with its checksum is no accident.
      const ours = readings.some(({ kind, part }) => kind !== 'refused' || part !== undefined);
      // What is not ours stays as it is where nothing is private; there a look-alike is only a text.
      if (!ours && !isPrivate) return [{ row, show: 'leave' }];
      if (shown.has(bubbleOfRow(row))) return [{ row, show: 'bubble' }];
      return [{ row, show: ours ? 'fold' : 'leave' }];
    });
  }

  #require(caller: Caller, chat: number): OpenChat {
    const found = this.#parts.chats.find(caller, chat);
    // This worker has not heard of the chat: the content script opens it again when it connects.
    if (found === undefined) throw rpcFailure('WorkerGone');
    return found;
  }
}

/** What the lock says, by state. */
const LABELS: Readonly<Partial<Record<ChatState, TextKey>>> = { inviting: 'lockInviting', invited: 'lockInvited' };

/** Refused until the person does something. */
const HELD = ['ContactKeyChanged', 'NoRoom'];
/** Refused since there are no keys for it. */
const LOST = ['NotForYou', 'SessionLost'];

/** Keeps the spans of a row for as long as its reading waits for the person, or its words may be sent again. */
function hold(chat: OpenChat, row: number, spans: readonly string[]): void {
  const isOneOf = (codes: readonly string[]): boolean =>
    chat.readings.get(row)?.some((reading) => reading.kind === 'refused' && codes.includes(reading.code)) === true;
  for (const [codes, kept] of [
    [HELD, chat.held],
    [LOST, chat.lost],
  ] as const) {
    if (isOneOf(codes)) kept.set(row, spans);
    else kept.delete(row);
  }
}

function forgetRow({ readings, readAt, held, lost, bubbles, verdicts }: OpenChat, row: number): void {
  readings.delete(row);
  readAt.delete(row);
  held.delete(row);
  lost.delete(row);
  verdicts.delete(row);
  bubbles.delete(bubbleOfRow(row));
}

/** Whether `value` is another than what `told` holds of `key`. Notes that it is told now. */
function isNews<Key, Value>(told: Map<Key, Value>, key: Key, value: Value): boolean {
  const before = told.get(key);
  told.set(key, value);
  return before !== value;
}

/** The rows that were told, and those with other parts of what was read there. */
function rowsOfMessages(
  { readings }: OpenChat,
  news: readonly Reading[],
  told: readonly { readonly row: number }[],
): Set<number> {
  const rows = new Set(told.map(({ row }) => row));
  const messages = new Set(news.flatMap(({ part }) => (part === undefined ? [] : [part.message])));
  for (const [row, each] of readings) if (each.some(({ part }) => part && messages.has(part.message))) rows.add(row);
  return rows;
}

/** Whether more of it may still come: the other chunks, or the rest of a text that was cut off. */
function isIncomplete(reading: Reading): boolean {
  return reading.kind === 'waiting' || (reading.kind === 'refused' && reading.code === 'Incomplete');
}

/** The last chunk of a message tells what the ones before it are: they were told to be waiting. */
function complete(chat: OpenChat, news: readonly Reading[]): void {
  const entries = new Map<string, Extract<Reading, { kind: 'entry' }>>();
  for (const each of news) if (each.kind === 'entry' && each.part) entries.set(each.part.message, each);
  if (entries.size === 0) return;
  for (const [row, readings] of chat.readings) {
    if (!readings.some(({ kind }) => kind === 'waiting')) continue;
    const now = readings.map((reading): Reading => {
      const entry = reading.kind === 'waiting' && reading.part ? entries.get(reading.part.message) : undefined;
      return entry === undefined ? reading : { ...entry, part: reading.part };
    });
    chat.readings.set(row, now);
  }
}

/** How the bubble of a row is called, on the page and in the frame. */
export function bubbleOfRow(row: number): string {
  return `r${row}`;
}

/** The row of a bubble, or undefined. */
export function rowOfBubble(id: string): number | undefined {
  return /^r\d{1,10}$/.test(id) ? Number(id.slice(1)) : undefined;
}

/**
 * Owns the rows with armour of one chat: telling the background of each once for what it says now, and following what it
 * says of them: a bubble stands over the row, it is folded away, or it stays as it is.
 * Does not own what a row means: the background says that.
 */

import type { TranscriptRow } from '../../lib/frames/mount.ts';
import type { PageContract, RowReport, RowVerdict } from '../../lib/relay/page-contract.ts';
import type { RpcClient } from '../../lib/rpc/client.ts';
import { type Chat, type RowSighting, unitOf } from '../../lib/sites/index.ts';

/** Letters of armour in one call: well below what a port takes. */
const BATCH_LETTERS = 150_000;
/** Rows in one call. */
const BATCH_ROWS = 100;
/** Rows that a list shows at once; the others are scrolled away. */
const MOST_SHOWN = 2000;
/** Reading hundreds of messages for the first time takes its time. */
const READING_MS = 60_000;
/** Letters of a row beside its armour, such as a time and a name: with more it says something of its own. */
const MOST_BESIDE = 120;
/** Spans of one row that are told. */
const MOST_SPANS = 64;
/** What a person looks at first: more than a screen holds, and told in one short call. */
const NEWEST = 40;

interface Entry {
  readonly number: number;
  readonly text: string;
  /** Where it stands now. */
  anchors: readonly HTMLElement[];
  readonly report: RowReport;
  /** Whether the background knows of it. */
  told: boolean;
  /** Whether a background ever read it. */
  read: boolean;
  show: RowVerdict['show'];
}

let lastNumber = 0;

/** The rows of one chat. */
export class RowBook {
  readonly #client: RpcClient<PageContract>;
  readonly #number: number;
  readonly #chat: Chat;
  readonly #onVerdicts: () => void;
  readonly #onTold: (failure?: unknown) => void;
  /** The order that the background knows; undefined where it knows nothing. */
  #told: readonly number[] | undefined;
  /** How often the background has forgotten: what was said to it before counts for nothing. */
  #lap = 0;
  /**
   * The lap of the telling that is under way. One at a time: two that overlap would each take the other's rows for gone. But
   * one that a dead background never answers must not keep the next from being told.
   */
  #telling: number | undefined;
  #entries = new Map<HTMLElement, Entry>();
  #recycled = false;
  /** What is out of sight, with the `display` that it had. */
  #folded = new Map<HTMLElement, string>();

  /**
   * `onVerdicts` is called when the background has said what rows are, `onTold` when
   * it was told of them, or with the failure by which it was not.
   */
  constructor(
    client: RpcClient<PageContract>,
    number: number,
    chat: Chat,
    onVerdicts: () => void,
    onTold: (failure?: unknown) => void,
  ) {
    this.#client = client;
    this.#number = number;
    this.#chat = chat;
    this.#onVerdicts = onVerdicts;
    this.#onTold = onTold;
  }

  /** Whether the site lets one row stand for another message now than before, as lists do that hold only what is in sight. */
  get recycled(): boolean {
    return this.#recycled;
  }

  /** Takes the rows that are in the list now, and tells the background where it does not know of them. Gives whether it does. */
  read(sightings: readonly RowSighting[]): boolean {
    const entries = new Map<HTMLElement, Entry>();
    const inOrder = inReadingOrder(sightings);
    const moved = this.#movable(inOrder);
    for (const sighting of inOrder) {
      const [row] = sighting.rows;
      const known = this.#entries.get(row);
      // What was whole before and is another text now is no text that was still coming, nor one that the site unfolded.
      if (known?.report.complete === true && sighting.complete && !sighting.text.startsWith(known.text))
        this.#recycled = true;
      const same = known?.text === sighting.text ? known : moved.get(sighting.text)?.shift();
      if (same !== undefined && same.report.own === ownOf(sighting)) {
        same.anchors = sighting.bodies;
        entries.set(row, same);
        continue;
      }
      const report = reportOf(++lastNumber, sighting);
      const { text, bodies: anchors } = sighting;
      entries.set(row, {
        number: report.row,
        text,
        anchors,
        report,
        told: false,
        read: false,
        show: known?.show ?? 'leave',
      });
    }
    this.#entries = entries;
    const news = this.#news() !== undefined;
    void this.#tell();
    this.#onVerdicts();
    return news;
  }

  /** Follows what the background says of rows. */
  take(verdicts: readonly RowVerdict[]): void {
    const shows = new Map(verdicts.map(({ row, show }) => [row, show]));
    for (const entry of this.#entries.values()) entry.show = shows.get(entry.number) ?? entry.show;
    this.#onVerdicts();
  }

  /** The background has forgotten: all rows are told again when they are next read. What stands over them stays. */
  forget(): void {
    this.#lap += 1;
    this.#told = undefined;
    for (const entry of this.#entries.values()) entry.told = false;
  }

  /** Another conversation is on show: nothing stands over any row. */
  clear(): void {
    this.forget();
    this.#recycled = false;
    this.#entries = new Map();
  }

  /** The rows over which bubbles stand, in reading order. */
  rows(): TranscriptRow[] {
    return [...this.#entries.values()].flatMap(({ number, anchors, show }) =>
      show === 'bubble' ? [{ id: `r${number}`, anchor: anchors[0]! }] : [],
    );
  }

  /** Takes the further rows of messages out of sight, or gives them all back. */
  fold(on: boolean): void {
    const heads = [...this.#entries.values()].flatMap(({ anchors, show }) => (show === 'fold' ? [] : [anchors[0]!]));
    const rest = on ? this.#rest() : [];
    const wanted = new Set(rest.map((anchor) => this.#foldable(anchor, heads)));
    for (const [element, display] of this.#folded) {
      if (wanted.has(element)) continue;
      element.style.display = display;
      this.#folded.delete(element);
    }
    for (const element of wanted) {
      if (this.#folded.has(element)) continue;
      this.#folded.set(element, element.style.display);
      element.style.setProperty('display', 'none', 'important');
    }
  }

  /** The entries whose texts stand elsewhere now, if anywhere: a page that draws its list anew says what it said before. */
  #movable(sightings: readonly RowSighting[]): Map<string, Entry[]> {
    const staying = new Map(sightings.map(({ rows: [row], text }) => [row, text]));
    const movable = new Map<string, Entry[]>();
    for (const [row, entry] of this.#entries) {
      if (staying.get(row) === entry.text) continue;
      const alike = movable.get(entry.text) ?? [];
      alike.push(entry);
      movable.set(entry.text, alike);
    }
    return movable;
  }

  /** The site's whole row around `anchor`, unless it holds more than a time and a name, or the head of a message. */
  #foldable(anchor: HTMLElement, heads: readonly HTMLElement[]): HTMLElement {
    const unit = unitOf(anchor, this.#chat);
    if (unit === undefined || heads.some((head) => unit.contains(head))) return anchor;
    const beside = (unit.textContent ?? '').length - (anchor.textContent ?? '').length;
    return beside <= MOST_BESIDE ? unit : anchor;
  }

  /** The elements that are to be out of sight. */
  #rest(): HTMLElement[] {
    return [...this.#entries.values()].flatMap(({ anchors, show }) => {
      if (show === 'leave') return [];
      return show === 'fold' ? anchors : anchors.slice(1);
    });
  }

  /** Tells all that is news. What came up meanwhile is told in the next turn. */
  async #tell(): Promise<void> {
    if (this.#news() === undefined || this.#telling === this.#lap) return;
    let lap = this.#lap;
    let failure: unknown;
    try {
      // A background that slept has forgotten: what it does not know is counted after that.
      this.#client.open();
      lap = this.#lap;
      if (this.#telling === lap) return;
      this.#telling = lap;
      for (let turn = this.#news(); turn !== undefined && lap === this.#lap; turn = this.#news())
        await this.#tellTurn(turn);
    } catch (error) {
      // Nobody heard: on the next connection everything is told again.
      failure = error;
    }
    if (lap !== this.#lap) return;
    this.#telling = undefined;
    this.#onTold(failure);
  }

  /** What the background does not know yet, and the order with it; undefined where it knows all. */
  #news(): { readonly entries: readonly Entry[]; readonly order: readonly number[] } | undefined {
    const all = [...this.#entries.values()].slice(-MOST_SHOWN);
    const order = all.map(({ number }) => number);
    const entries = all.filter(({ told }) => !told);
    return entries.length > 0 || !sameItems(order, this.#told) ? { entries, order } : undefined;
  }

  async #tellTurn({ entries, order }: { entries: readonly Entry[]; order: readonly number[] }): Promise<void> {
    const lap = this.#lap;
    const tell = async (part: readonly Entry[], known: boolean): Promise<boolean> => {
      const rows = part.map(({ report }) => report);
      const verdicts = await this.#client.call('chat.rows', { chat: this.#number, rows, order, known }, READING_MS);
      this.take(verdicts);
      // The background has forgotten in between: this turn is over, and the next tells everything.
      if (lap !== this.#lap) return false;
      if (!known) for (const entry of part) entry.told = entry.read = true;
      return true;
    };
    // What nobody has read yet before what this background has only to be reminded of.
    const fresh = entries.filter(({ read }) => !read);
    if (fresh.length > 0 && fresh.length < entries.length && fresh.length <= NEWEST) {
      if (!(await tell(fresh, false))) return;
      return this.#tellTurn({ entries: entries.filter(({ told }) => !told), order });
    }
    // A long list is read from its beginning, since messages build on each other. What was read before needs no order.
    if (entries.length > NEWEST && !(await tell(entries.slice(-NEWEST), true))) return;
    for (const part of batches(entries)) {
      // Rows that are gone meanwhile hold up those that came instead.
      const here = new Set(this.#entries.values());
      const still = part.filter((entry) => here.has(entry));
      if (still.length < part.length && still.length === 0) continue;
      if (!(await tell(still, false))) return;
    }
    this.#told = order;
  }
}

/** Rows in the order in which a person reads them. */
function inReadingOrder(sightings: readonly RowSighting[]): RowSighting[] {
  return [...sightings].sort((one, other) =>
    one.rows[0].compareDocumentPosition(other.rows[0]) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
}

function reportOf(row: number, { text, spans, complete, own }: RowSighting): RowReport {
  const all = spans.slice(0, MOST_SPANS).map(({ start, end }) => text.slice(start, end));
  // One row alone that is larger than a port takes holds no message of ours.
  const texts = all.reduce((sum, span) => sum + span.length, 0) > BATCH_LETTERS ? [] : all;
  return { row, spans: texts, complete, own: ownOf({ own }) };
}

function ownOf({ own }: Pick<RowSighting, 'own'>): RowReport['own'] {
  return own === undefined ? 'unknown' : own ? 'yes' : 'no';
}

/** At least one, also where nothing is new: until the list was told the background does not know what the site has. */
function batches(entries: readonly Entry[]): Entry[][] {
  let batch: Entry[] = [];
  let letters = 0;
  const all = [batch];
  for (const entry of entries) {
    const size = lettersOf(entry);
    if (batch.length > 0 && (batch.length === BATCH_ROWS || letters + size > BATCH_LETTERS)) {
      batch = [];
      letters = 0;
      all.push(batch);
    }
    batch.push(entry);
    letters += size;
  }
  return all;
}

function lettersOf({ report }: Entry): number {
  return report.spans.reduce((sum, span) => sum + span.length, 0);
}

function sameItems(one: readonly unknown[], other: readonly unknown[] | undefined): boolean {
  return other !== undefined && one.length === other.length && one.every((item, place) => item === other[place]);
}

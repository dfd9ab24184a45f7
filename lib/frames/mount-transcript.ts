/**
 * Owns the transcript of one message list: its rows, their reserved heights, and when to arrange the bubbles anew.
 * One frame stands inside the page's scroll container and scrolls with it. Where the list recycles its rows, or the page
 * does not let a frame stand there, up to three frames stand beside it instead (mount-pool.ts).
 * Does not own finding rows or knowing their ids: chat.content.ts does, and says so with `setRows`.
 */
import type { Failure } from '../failure/index.ts';
import type { FrameOrder } from './mount-frame.ts';
import { watchPlace } from './mount-geometry.ts';
import { bounded, type FromFrame, MAX_HEIGHT } from './mount-layout.ts';
import { watchSiteLook } from './mount-look.ts';
import { mountPane, type Pane } from './mount-pane.ts';
import { mountPool } from './mount-pool.ts';
import { createReservation, type Reservation } from './mount-reservation.ts';

/** Two lines of the smallest bubble, before the frame has said how high it is. */
const FIRST_HEIGHT = 44;
/** So many new rows are placed at once; laying out a whole list before its next picture would be done twice. */
const FEW = 4;

/** What the transcript's mounting needs. */
export interface TranscriptOrder extends Pick<FrameOrder, 'conversation' | 'register'> {
  /** The element that scrolls. */
  readonly scroller: HTMLElement;
  /** Whether the site takes rows out of the document when they are scrolled away. */
  readonly recycles: boolean;
  readonly onLost: (failure: Failure) => void;
}

/** A row of the site that holds one message of ours. */
export interface TranscriptRow {
  readonly id: string;
  /** The element that holds the ciphertext and nothing else of the site's. */
  readonly anchor: HTMLElement;
}

/** A mounted transcript. */
export interface TranscriptMount {
  /** The rows that are in the document now, all of them, in reading order. */
  setRows(rows: readonly TranscriptRow[]): void;
  /** Shows what the site sees, or the bubbles again. */
  showSite(on: boolean): void;
  /** News are coming: the frame connects to the background meanwhile, so that it is there when they are. */
  wake(): void;
  /** Takes the bubbles away and gives the rows back as they were. */
  unmount(): void;
}

/** Mounts a transcript over `order.scroller`. */
export function mountTranscript(order: TranscriptOrder): TranscriptMount {
  const { scroller } = order;
  const heights = new Map<string, number>();
  let rows = new Map<string, Reservation>();
  let siteShown = false;
  const sizes = new ResizeObserver(() => arrange());

  function arrange(): void {
    pane.draw(siteShown ? new Map() : rows);
  }
  /** For `count` rows whose size changes now: `sizes` tells of them all before the next picture. A hidden page has none. */
  function arrangeWithSizes(count: number): void {
    if (document.hidden || count <= FEW) arrange();
  }
  function reserve(id: string, row: Reservation): void {
    row.reserve(siteShown ? null : (heights.get(id) ?? FIRST_HEIGHT));
  }
  function reserveAll(): void {
    for (const [id, row] of rows) reserve(id, row);
    arrange();
  }
  function receive(message: FromFrame): void {
    if (message.type !== 'heights') return;
    const atEnd = isAtEnd(scroller);
    for (const { id, height } of message.rows) heights.set(id, bounded(height, 0, MAX_HEIGHT));
    for (const { id } of message.rows) if (rows.has(id)) reserve(id, rows.get(id)!);
    // A list that was read to its end stays there while its rows change their heights.
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    arrangeWithSizes(message.rows.length);
  }
  function showSite(on: boolean): void {
    siteShown = on;
    reserveAll();
  }
  function setRows(next: readonly TranscriptRow[]): void {
    const before = rows;
    let fresh = 0;
    rows = new Map();
    for (const { id, anchor } of next) {
      const known = before.get(id);
      const row = known?.anchor === anchor ? known : createReservation(anchor);
      rows.set(id, row);
      if (row === known) continue;
      fresh += 1;
      sizes.observe(anchor);
      reserve(id, row);
    }
    for (const [id, row] of before) {
      if (rows.get(id) === row) continue;
      sizes.unobserve(row.anchor);
      row.reserve(null);
    }
    if (fresh > 0) arrangeWithSizes(fresh);
    else if (before.size !== rows.size) arrange();
  }

  const paneOrder = { ...order, list: scroller, onMessage: receive };
  const pane: Pane = order.recycles ? mountPool(paneOrder) : mountInside(paneOrder);
  const ends = [watchPlace(scroller, arrange), watchSiteLook(() => pane.look()), () => sizes.disconnect()];
  return {
    setRows,
    showSite,
    wake: () => pane.wake(),
    unmount: () => {
      for (const end of ends) end();
      for (const row of rows.values()) row.reserve(null);
      pane.unmount();
    },
  };
}

/** One pane inside the scroll container, which is made the containing block of it. */
function mountInside(
  order: Omit<Parameters<typeof mountPane>[0], 'parent'> & { readonly scroller: HTMLElement },
): Pane {
  const { scroller } = order;
  const before = scroller.style.position;
  if (getComputedStyle(scroller).position === 'static') scroller.style.position = 'relative';
  const pane = mountPane({ ...order, parent: () => scroller });
  return {
    ...pane,
    unmount: () => {
      pane.unmount();
      scroller.style.position = before;
    },
  };
}

/** Within a few pixels, as sites themselves judge it. */
function isAtEnd({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < 8;
}

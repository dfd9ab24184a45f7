/**
 * Owns one frame of the transcript and the rows it draws: placing its host over them, cutting it to their bubbles, and
 * telling the frame where they are.
 * Does not own which rows there are, nor where the host stands in the page (the caller's `parent`).
 */
import type { Failure } from '../failure/index.ts';
import { watchOcclusion } from './mount-audit.ts';
import { type FrameOrder, MountedFrame } from './mount-frame.ts';
import { type Fit, fitTo, scaleOf, styleOfFit, UNPLACED } from './mount-geometry.ts';
import type { FromFrame, Row } from './mount-layout.ts';
import { readSiteLook } from './mount-look.ts';
import type { Reservation } from './mount-reservation.ts';
import { clipPath, type Place, spanOf } from './mount-transcript-layout.ts';

/** What a pane needs of its transcript. */
export interface PaneOrder extends Pick<FrameOrder, 'conversation' | 'register'> {
  /** The element that the host is put into, asked at each mount; undefined where it is gone. */
  readonly parent: () => Element | undefined;
  /** Whose look the bubbles take. */
  readonly list: HTMLElement;
  readonly onMessage: (message: FromFrame) => void;
  readonly onLost: (failure: Failure) => void;
}

/** One frame over some rows. */
export interface Pane {
  /** Draws `rows`, and stands over where they are now. */
  draw(rows: ReadonlyMap<string, Reservation>): void;
  /** Reads the site's look again. */
  look(): void;
  /** Has the frame connect to the background, if it is not connected. */
  wake(): void;
  unmount(): void;
}

/** Mounts a pane. */
export function mountPane(order: PaneOrder): Pane {
  let fit: Fit = UNPLACED;
  let rows: ReadonlyMap<string, Reservation> = new Map();
  let sent = '';
  let radius = 0;

  function arrange(): void {
    const host = frame.current;
    if (host === undefined) return;
    const places = placesOf(rows);
    const span = spanOf(places);
    const scale = scaleOf(host.element, fit);
    fit = fitTo(host.element, fit, span);
    const inside = places.map(({ id, x, y, width, height }) => ({
      id,
      x: (x - span.x) / scale,
      y: (y - span.y) / scale,
      width: width / scale,
      height: height / scale,
    }));
    host.style({
      ...styleOfFit(fit),
      // Also without rows, cut away: a frame that is not laid out can't tell how high its first bubbles are.
      display: 'block',
      'clip-path': clipPath(inside, radius),
      'z-index': '1',
    });
    tell(inside.map(({ id, x, y, width }): Row => ({ id, x, y, width })));
  }
  function tell(next: readonly Row[]): void {
    const written = JSON.stringify(next);
    if (written === sent) return;
    sent = written;
    frame.post({ type: 'rows', rows: next });
  }
  function look(): void {
    const read = readSiteLook(order.list);
    // A bubble is a bubble on any site; only its size and theme are taken from the list.
    radius = 8;
    frame.current?.theme(read.theme);
    frame.post({ type: 'look', look: { ...read, radius } });
  }

  const frame: MountedFrame = new MountedFrame({
    kind: 'transcript',
    conversation: order.conversation,
    register: order.register,
    place: (host) => {
      const parent = order.parent();
      if (parent === undefined || !parent.isConnected) return false;
      fit = UNPLACED;
      parent.append(host.element);
      arrange();
      // Once more: only a host that has a size shows the scale of where it stands.
      arrange();
      return true;
    },
    onReady: () => {
      sent = '';
      look();
      arrange();
    },
    onMessage: (message) => {
      occlusion.receive(message);
      order.onMessage(message);
    },
    onLost: order.onLost,
  });
  const occlusion = watchOcclusion(frame);
  return {
    draw: (next) => {
      rows = next;
      arrange();
    },
    look,
    wake: () => frame.post({ type: 'wake' }),
    unmount: () => {
      occlusion.end();
      frame.unmount();
    },
  };
}

/** Where the rows are now, in the window. Rows that the site took away or does not show are left out. */
function placesOf(rows: ReadonlyMap<string, Reservation>): Place[] {
  const places: Place[] = [];
  for (const [id, { anchor }] of rows) {
    const { left, top, width, height } = anchor.getBoundingClientRect();
    if (anchor.isConnected && width > 0 && height > 0) places.push({ id, x: left, y: top, width, height });
  }
  return places;
}

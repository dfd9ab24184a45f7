/**
 * Owns the fallback for lists that recycle their rows: up to three frames beside the scroll container, each over a
 * stretch of the list, so that scrolling moves hosts and only a new stretch is drawn.
 */
import { mountPane, type Pane, type PaneOrder } from './mount-pane.ts';
import type { Reservation } from './mount-reservation.ts';

/** More frames cost more memory than they save time (about 2 MiB each). */
const MAX_FRAMES = 3;

/** Mounts the pool; frames are mounted when a stretch first needs one. */
export function mountPool(order: Omit<PaneOrder, 'parent'> & { readonly scroller: HTMLElement }): Pane {
  const { scroller } = order;
  const panes: (Pane | undefined)[] = [];
  let failed = false;
  const frame = createWindow(scroller);

  function paneOf(index: number): Pane {
    panes[index] ??= mountPane({
      ...order,
      parent: () => (scroller.isConnected ? frame.element : undefined),
      onLost: (failure) => {
        if (!failed) order.onLost(failure);
        failed = true;
      },
    });
    return panes[index];
  }
  return {
    draw: (rows) => {
      frame.cover();
      const stretches = divide(rows, scroller);
      for (let index = 0; index < MAX_FRAMES; index += 1) {
        const stretch = stretches.get(index);
        if (stretch !== undefined) paneOf(index).draw(stretch);
        else panes[index]?.draw(new Map());
      }
    },
    look: () => {
      for (const pane of panes) pane?.look();
    },
    wake: () => {
      for (const pane of panes) pane?.wake();
    },
    unmount: () => {
      for (const pane of panes) pane?.unmount();
      frame.element.remove();
    },
  };
}

/** A box over the visible part of `scroller` that cuts off what is scrolled out of it. */
function createWindow(scroller: HTMLElement) {
  const element = document.createElement('div');
  const cover = (): void => {
    if (!element.isConnected) scroller.after(element);
    const { left, top, width, height } = scroller.getBoundingClientRect();
    const base = `all:initial!important;position:fixed!important;pointer-events:none!important;overflow:clip!important;`;
    element.style.cssText = `${base}left:${left}px!important;top:${top}px!important;width:${width}px!important;height:${height}px!important`;
  };
  cover();
  return { element, cover };
}

/** The rows by the frame that draws them: stretches of the list as long as its window, in turns. */
function divide(rows: ReadonlyMap<string, Reservation>, scroller: HTMLElement): Map<number, Map<string, Reservation>> {
  const stretches = new Map<number, Map<string, Reservation>>();
  const { top, height } = scroller.getBoundingClientRect();
  for (const [id, row] of rows) {
    const at = row.anchor.getBoundingClientRect();
    // Only what is in or near the window is drawn: three stretches cover it wherever it stands.
    if (at.bottom < top - height / 2 || at.top > top + height * 1.5) continue;
    const index = Math.floor((at.top - top + scroller.scrollTop) / Math.max(1, height));
    const turn = ((index % MAX_FRAMES) + MAX_FRAMES) % MAX_FRAMES;
    const stretch = stretches.get(turn) ?? new Map<string, Reservation>();
    stretches.set(turn, stretch.set(id, row));
  }
  return stretches;
}

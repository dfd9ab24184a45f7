/**
 * Owns knowing when an element of the page moved or changed its size, without asking again and again.
 * A ResizeObserver tells of sizes. An IntersectionObserver whose root is cut to the element's own rectangle tells of
 * any shift: the smallest one changes the ratio. Scrolling and resizing of the window are listened to.
 */

import type { Rect } from './mount-layout.ts';

/** Calls `onChange` after `element` may have moved or changed its size, at most once a frame. Gives the end. */
export function watchPlace(element: Element, onChange: () => void): () => void {
  let frame = 0;
  let over = false;
  const notice = (): void => {
    if (over || frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      onChange();
    });
  };
  const sizes = new ResizeObserver(notice);
  sizes.observe(element);
  const endShifts = watchShifts(element, notice);
  addEventListener('scroll', notice, { capture: true, passive: true });
  addEventListener('resize', notice);
  return () => {
    over = true;
    cancelAnimationFrame(frame);
    sizes.disconnect();
    endShifts();
    removeEventListener('scroll', notice, { capture: true });
    removeEventListener('resize', notice);
  };
}

/** Tells of shifts of `element` inside the window. */
function watchShifts(element: Element, onShift: () => void): () => void {
  let observer: IntersectionObserver | undefined;
  let over = false;

  /** Observes with the root cut to the element; the first report says what is seen of it now. */
  function observe(threshold: number, onFirst: (ratio: number) => void, onLater: () => void): void {
    observer?.disconnect();
    if (over) return;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const insets = [top, innerWidth - right, innerHeight - bottom, left];
    const rootMargin = insets.map((inset) => `${-Math.floor(inset)}px`).join(' ');
    let first = true;
    observer = new IntersectionObserver(
      (entries) => {
        if (first) onFirst(entries[0]!.intersectionRatio);
        else onLater();
        first = false;
      },
      { root: document, rootMargin, threshold },
    );
    observer.observe(element);
  }

  function start(): void {
    // What is seen of it, and then a threshold right there, so that any shift crosses it.
    observe(1, (ratio) => observe(Math.min(1, Math.max(1e-7, ratio)), ignore, shifted), ignore);
  }
  function shifted(): void {
    onShift();
    start();
  }
  start();
  return () => {
    over = true;
    observer?.disconnect();
  };
}

function ignore(): void {}

/** A host's inline place, in its own CSS pixels. */
export interface Fit {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The place of a host that was just put into the page. */
export const UNPLACED: Fit = { left: 0, top: 0, width: 0, height: 0 };

/** How much larger `host` is seen than it is styled: other than 1 under the page's zoom or scaling transforms. */
export function scaleOf(host: Element, current: Fit): number {
  const { width } = host.getBoundingClientRect();
  return width > 0 && current.width > 0 ? width / current.width : 1;
}

/** The place that makes `host`, now placed at `current`, cover `target` (in the window) exactly, whatever contains it. */
export function fitTo(host: Element, current: Fit, target: Rect): Fit {
  const at = host.getBoundingClientRect();
  const scale = scaleOf(host, current);
  return {
    left: current.left + (target.x - at.left) / scale,
    top: current.top + (target.y - at.top) / scale,
    width: target.width / scale,
    height: target.height / scale,
  };
}

/** `fit` as inline style. */
export function styleOfFit({ left, top, width, height }: Fit): Record<'left' | 'top' | 'width' | 'height', string> {
  return { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
}

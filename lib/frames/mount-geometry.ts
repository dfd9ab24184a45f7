/**
 * Owns knowing when an element of the page moved or changed its size, without asking again and again.
 * A ResizeObserver tells of sizes. An IntersectionObserver whose root is cut to the element's own rectangle tells of
 * any shift: the smallest one changes the ratio. Scrolling and resizing of the window are listened to.
 */

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

/** Moves and sizes `host` so that it covers `target` (viewport coordinates) exactly, whatever contains it. */
export function offsetTo(
  host: Element,
  current: { readonly left: number; readonly top: number },
  target: { readonly left: number; readonly top: number },
): { left: number; top: number } {
  const at = host.getBoundingClientRect();
  return { left: current.left + target.left - at.left, top: current.top + target.top - at.top };
}

/**
 * Owns looking at the page around a frame while a sensitive button stands in it: whether what the person sees there is
 * really that button. It reads from the isolated world, where the page's scripts cannot answer for the browser.
 * Does not own the decision: the frame joins these sightings with its own (sight.ts).
 *
 * Reached: masks, clips, opacity, filters, blending, transforms, zoom and visibility on any composed ancestor, also inside
 * closed shadow roots; anything that takes the pointer over the button; anything painted over it that lets the pointer
 * through; any movement. Where the browser has no IntersectionObserver v2 (Firefox) this is all there is.
 */
import { isPaintedPlainly } from './mount-audit-chain.ts';
import { isHitByOther, isPaintedOver } from './mount-audit-cover.ts';
import type { MountedFrame } from './mount-frame.ts';
import type { FromFrame, Rect, Sighting } from './mount-layout.ts';

/** A sensitive press counts only after the button was clear and still for this long. */
export const CLEAR_MS = 500;

/** Rounding of places, in CSS pixels. A slow drift adds up to more, since it is measured from where stillness began. */
const SLACK_PX = 1;

/** Looks once: `rect` is the button in the frame's own coordinates. `closely` walks the whole page as well. */
export function sight(host: Element, rect: Rect, closely: boolean): Sighting {
  const at = host.getBoundingClientRect();
  const place = new DOMRect(at.left + rect.x, at.top + rect.y, rect.width, rect.height);
  if (place.left < 0 || place.top < 0 || place.right > innerWidth || place.bottom > innerHeight) return 'outside';
  if (!isPaintedPlainly(host)) return 'styled';
  return isHitByOther(host, place) || (closely && isPaintedOver(document, host, place)) ? 'covered' : 'clear';
}

/** Answers a frame's wishes to look around it. */
export function watchOcclusion(frame: MountedFrame) {
  let rect: Rect | null = null;
  let clearSince = 0;
  let last: readonly number[] = [];
  let loop = 0;

  /** Looks, and notes since when everything was clear and in one place. */
  function look(closely: boolean): Sighting {
    const host = frame.current?.element;
    if (host === undefined || rect === null) return 'outside';
    const seen = sight(host, rect, closely);
    const { left, top } = host.getBoundingClientRect();
    const place = [left, top, screenX, screenY, devicePixelRatio, rect.x, rect.y, rect.width, rect.height];
    const still = last.length > 0 && place.every((value, index) => Math.abs(value - last[index]!) <= SLACK_PX);
    if (!still || seen !== 'clear') {
      clearSince = performance.now();
      last = place;
    }
    return seen === 'clear' && performance.now() - clearSince < CLEAR_MS ? 'moving' : seen;
  }
  function step(): void {
    look(false);
    loop = requestAnimationFrame(step);
  }
  function watch(next: Rect | null): void {
    cancelAnimationFrame(loop);
    rect = next;
    last = [];
    if (rect !== null) step();
  }
  return {
    receive: (message: FromFrame): void => {
      if (message.type === 'watch') watch(message.rect);
      else if (message.type === 'look-now') {
        frame.post({ type: 'sighting', ask: message.ask, sighting: look(message.closely) });
      }
    },
    end: (): void => watch(null),
  };
}

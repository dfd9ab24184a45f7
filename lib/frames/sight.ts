/**
 * Owns whether a sensitive button of a frame could be seen when it was pressed: the frame's own evidence joined with
 * what the mounting script sees on the page around it.
 *
 * Evidence in the frame: IntersectionObserver v2 where the browser has it (Chrome): visible, unaltered and uncovered
 * without a break; and the place of the frame on the screen, by the pointer's events. Evidence from outside: Sighting.
 * A press counts only if all of it held for CLEAR_MS.
 */
import type { Admitted } from './admission.ts';
import { CLEAR_MS } from './mount-audit.ts';
import { watchPlace } from './mount-geometry.ts';
import type { Rect, Sighting } from './mount-layout.ts';

/** An answer of the mounting script comes in a millisecond; without one the press does not count. */
const ANSWER_MS = 1000;
/** IntersectionObserver v2 wants at least this between reports. */
const DELAY_MS = 100;
/** Rounding of the two coordinates by browser zoom. */
const SLACK_PX = 2;

/** IntersectionObserver v2, which the DOM's types do not know. */
interface VisibilityEntry extends IntersectionObserverEntry {
  readonly isVisible?: boolean;
}

/** What a press came to. */
export type Press = 'counts' | 'hidden' | 'moved';

/** Watches one button of this frame. */
export interface Sight {
  /** Whether a press now counts. */
  judge(event: MouseEvent): Promise<Press>;
  end(): void;
}

/** Answers of the mounting script, by the number of the question. */
export class Lookout {
  private readonly admitted: Pick<Admitted, 'tell'>;
  private readonly waiting = new Map<number, (sighting: Sighting) => void>();
  private asked = 0;

  constructor(admitted: Pick<Admitted, 'tell'>) {
    this.admitted = admitted;
  }

  /** Has the page around `rect` watched, or (null) no more. */
  watch(rect: Rect | null): void {
    this.admitted.tell({ type: 'watch', rect });
  }

  /** What the mounting script sees now; `outside` where it does not answer. */
  ask(closely: boolean): Promise<Sighting> {
    const ask = ++this.asked;
    return new Promise((resolve) => {
      const done = (sighting: Sighting): void => {
        this.waiting.delete(ask);
        clearTimeout(timer);
        resolve(sighting);
      };
      const timer = setTimeout(() => done('outside'), ANSWER_MS);
      this.waiting.set(ask, done);
      this.admitted.tell({ type: 'look-now', ask, closely });
    });
  }

  /** Takes an answer. */
  answer(ask: number, sighting: Sighting): void {
    this.waiting.get(ask)?.(sighting);
  }
}

/** Watches `button` from now on. */
export function watchButton(button: HTMLElement, lookout: Lookout): Sight {
  const visibility = watchVisibility(button);
  const origin = watchOrigin();
  let watched = '';
  /** Has the place where the button is now watched; true where it already was. */
  const place = (): boolean => {
    const { x, y, width, height } = button.getBoundingClientRect();
    const now = [x, y, width, height].map(Math.round).join(' ');
    if (now === watched) return true;
    watched = now;
    lookout.watch({ x, y, width, height });
    return false;
  };
  const endPlace = watchPlace(button, () => place());
  place();
  return {
    judge: async (event) => {
      const seen = visibility.clearFor() >= CLEAR_MS;
      const still = origin.isStill(event) && place();
      const sighting = await lookout.ask(!visibility.supported);
      if (!still || sighting === 'moving') return 'moved';
      return seen && sighting === 'clear' ? 'counts' : 'hidden';
    },
    end: () => {
      endPlace();
      visibility.end();
      origin.end();
      lookout.watch(null);
    },
  };
}

/** For how long the browser itself has called `button` wholly visible; for ever where it cannot tell. */
function watchVisibility(button: HTMLElement) {
  const supported = 'isVisible' in IntersectionObserverEntry.prototype;
  let since = Number.POSITIVE_INFINITY;
  const observer = new IntersectionObserver(
    (entries) => {
      const { isVisible, intersectionRatio } = entries.at(-1) as VisibilityEntry;
      const clear = isVisible === true && intersectionRatio >= 0.99;
      if (!clear) since = Number.POSITIVE_INFINITY;
      else if (since === Number.POSITIVE_INFINITY) since = performance.now();
    },
    { threshold: [0, 0.99, 1], trackVisibility: true, delay: DELAY_MS } as IntersectionObserverInit,
  );
  observer.observe(button);
  return {
    supported,
    clearFor: (): number => (supported ? performance.now() - since : Number.POSITIVE_INFINITY),
    end: () => observer.disconnect(),
  };
}

/** Where on the screen this frame has been lately, as the pointer's events tell. */
function watchOrigin() {
  let seen: { at: number; x: number; y: number }[] = [];
  const note = ({ screenX, clientX, screenY, clientY }: MouseEvent): void => {
    const at = performance.now();
    const recent = seen.filter((one) => at - one.at < CLEAR_MS);
    const place = { at, x: screenX - clientX, y: screenY - clientY };
    const same = recent.at(-1);
    // One entry for each place that the frame was in: a still frame has one, however often the pointer moves.
    seen = same !== undefined && isNear(same, place) ? [...recent.slice(0, -1), { ...same, at }] : [...recent, place];
  };
  addEventListener('pointermove', note, { capture: true });
  return {
    isStill: (event: MouseEvent): boolean => {
      // A press by keyboard has no place.
      if (event.detail === 0) return true;
      note(event);
      return seen.length === 1;
    },
    end: () => removeEventListener('pointermove', note, { capture: true }),
  };
}

function isNear(one: { x: number; y: number }, other: { x: number; y: number }): boolean {
  return Math.abs(one.x - other.x) <= SLACK_PX && Math.abs(one.y - other.y) <= SLACK_PX;
}

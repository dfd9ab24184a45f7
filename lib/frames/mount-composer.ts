/**
 * Owns the composer's frame over the site's own message box: covering it exactly, growing upwards with the text,
 * keeping the caret, and sealing the box beneath.
 * Does not own what is typed (it never leaves the frame but to the background) nor how ciphertext gets into the box.
 *
 * Invariant: from mounting until `unmount` the site's box takes no typing, also when the frame is lost.
 */
import type { Failure } from '../failure/index.ts';
import { watchOcclusion } from './mount-audit.ts';
import { type FrameOrder, MountedFrame } from './mount-frame.ts';
import { type Fit, fitTo, styleOfFit, UNPLACED, watchPlace } from './mount-geometry.ts';
import { installGuard } from './mount-guard.ts';
import type { Host } from './mount-host.ts';
import { bounded, type FromFrame } from './mount-layout.ts';
import { readSiteLook, watchSiteLook } from './mount-look.ts';

/** The page may take the focus away this often in the span before we stop taking it back; the guard stays armed. */
const MAX_RETAKES = 6;
const RETAKE_SPAN_MS = 3000;
/** A press of the pointer this long before the caret left is what moved it. */
const PRESS_MS = 500;
/** The frame tells by messages where the caret is: this long after we lent it, "out" is our own doing. */
const LENT_MS = 400;

/** What the composer's mounting needs. */
export interface ComposerOrder extends Pick<FrameOrder, 'conversation' | 'register'> {
  /** The site's own box. */
  readonly box: HTMLElement;
  readonly onReady?: () => void;
  /** The person wants to see what the site sees in the list, or the bubbles again. */
  readonly onShowSite: (on: boolean) => void;
  readonly onLost: (failure: Failure) => void;
}

/** A mounted composer. */
export interface ComposerMount {
  /** Runs `insertion`, which puts ciphertext into the site's box, past the guard and the seal. Synchronous. */
  allow<Value>(insertion: () => Value): Value;
  /** Gives the caret to the composer. */
  focus(): void;
  /** Takes the frame away and opens the site's box again. */
  unmount(): void;
}

/** Mounts a composer over `order.box`. */
export function mountComposer(order: ComposerOrder): ComposerMount {
  const { box, conversation, register, onLost } = order;
  const guard = installGuard(false);
  let height = 0;
  let fit: Fit = UNPLACED;

  function cover(): void {
    const host = frame.current;
    if (host === undefined) return;
    const place = box.getBoundingClientRect();
    const tall = Math.max(place.height, Math.min(height, readSiteLook(box).room));
    fit = fitTo(host.element, fit, { x: place.left, y: place.bottom - tall, width: place.width, height: tall });
    const above = (Number.parseInt(getComputedStyle(box).zIndex, 10) || 0) + 1;
    host.style({ ...styleOfFit(fit), 'z-index': String(above) });
  }
  function look(): void {
    const read = readSiteLook(box);
    frame.current?.theme(read.theme);
    frame.post({ type: 'look', look: read });
  }
  function receive(message: FromFrame): void {
    if (message.type === 'height') {
      height = bounded(message.height, 0, innerHeight);
      cover();
    } else if (message.type === 'caret') caret.moved(message.state);
    else if (message.type === 'show-site') order.onShowSite(message.on);
    else occlusion.receive(message);
  }

  const frame: MountedFrame = new MountedFrame({
    kind: 'composer',
    conversation,
    register,
    place: (host) => {
      const parent = standingPlace(box);
      if (parent === null) return false;
      fit = UNPLACED;
      parent.append(host.element);
      cover();
      // Once more: only a host that has a size shows the scale of where it stands.
      cover();
      return true;
    },
    onReady: () => {
      look();
      order.onReady?.();
    },
    onMessage: receive,
    onLost,
  });
  const caret = createCaret(frame, guard);
  const occlusion = watchOcclusion(frame);
  const unseal = guard.seal(box);
  const takeOver = (): void => caret.boxFocused();
  box.addEventListener('focus', takeOver, { capture: true });
  const ends = [watchPlace(box, cover), watchSiteLook(look), unseal, () => occlusion.end()];
  return {
    allow: (insertion) => caret.lend(() => guard.allow(insertion)),
    focus: () => caret.give(),
    unmount: () => {
      box.removeEventListener('focus', takeOver, { capture: true });
      for (const end of ends) end();
      guard.armed = false;
      frame.unmount();
    },
  };
}

/**
 * Where the host stands: as near the box as can be, so that it moves with it and lies under the site's own dialogs, but
 * not inside the editor, nor inside a small wrapper that would cut off what grows upwards.
 */
function standingPlace(box: HTMLElement): Element | null {
  let place = box.parentElement;
  const least = box.getBoundingClientRect().height * 3;
  while (place !== null && place !== document.body) {
    const style = getComputedStyle(place);
    const cuts = style.overflow !== 'visible' && place.getBoundingClientRect().height < least;
    if (!cuts && !(place as HTMLElement).isContentEditable) return place;
    place = place.parentElement;
  }
  return place;
}

/** Keeps the caret where the person put it: arms the guard of this document at once, and takes a stolen focus back. */
function createCaret(frame: MountedFrame, guard: ReturnType<typeof installGuard>) {
  let retakes: number[] = [];
  let lending = false;
  let lentAt = Number.NEGATIVE_INFINITY;
  function give(taken = false): void {
    const host: Host | undefined = frame.current;
    host?.frame.focus();
    frame.post({ type: 'focus', taken });
  }
  /** Runs what needs the focus in the site's box; a caret that was in our frame is back in it afterwards. */
  function lend<Value>(work: () => Value): Value {
    const ours = frame.current !== undefined && document.activeElement === frame.current.element;
    lending = true;
    try {
      return work();
    } finally {
      lending = false;
      if (ours) {
        lentAt = performance.now();
        give();
      }
    }
  }
  function boxFocused(): void {
    if (!lending) give();
  }
  function moved(state: 'in' | 'out' | 'left'): void {
    if (state === 'in') guard.armed = true;
    else if (state === 'left') guard.armed = false;
    // Told a moment late: we took the caret away ourselves, and gave it back.
    else if (performance.now() - lentAt < LENT_MS) give();
    else if (document.hasFocus() && guard.armed && performance.now() - guard.pressedAt > PRESS_MS) {
      const now = performance.now();
      retakes = [...retakes.filter((at) => now - at < RETAKE_SPAN_MS), now];
      if (retakes.length <= MAX_RETAKES) give(true);
    }
  }
  return { give, lend, boxFocused, moved };
}

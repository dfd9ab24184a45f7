/**
 * Owns the guard of one document: while it is armed, no key, text or paste that a person makes reaches the page; and a
 * sealed box of the site takes no typing at all. One guard stands in every frame, before any script of the page runs.
 * Does not own when it is armed: the composer frame says so through the background, and the mounting script at once.
 *
 * Invariants: only trusted events are held back, so that the page's own synthetic ones still work. A trusted press of
 * the pointer in this document frees it: a person who clicks elsewhere wants to be there. Our own insertion passes
 * through {@link Guard.allow}, for as long as one synchronous function runs.
 */

/** All that carries what a person types, in either browser. */
const CARRIERS = [
  'keydown',
  'keypress',
  'keyup',
  'beforeinput',
  'textInput',
  'input',
  'compositionstart',
  'compositionupdate',
  'compositionend',
  'paste',
  'drop',
] as const;

/** Where scripts of one extension in one document find its guard: the isolated world's own global object. */
const PLACE = Symbol.for('sotto.guard');

/** The guard of one document. */
export interface Guard {
  /** Whether what a person types is held back everywhere in this document. */
  armed: boolean;
  /** When the pointer was last pressed in this document, in milliseconds of performance.now(). */
  readonly pressedAt: number;
  /** Holds back typing into `box` and what is inside, armed or not. Gives the function that ends it. */
  seal(box: Element): () => void;
  /** Lets everything through while `insertion` runs. */
  allow<Value>(insertion: () => Value): Value;
}

class DocumentGuard implements Guard {
  armed: boolean;
  pressedAt = Number.NEGATIVE_INFINITY;
  private readonly sealed = new Set<Element>();
  private allowed = 0;

  constructor(armed: boolean) {
    this.armed = armed;
    for (const carrier of CARRIERS) addEventListener(carrier, (event) => this.judge(event), { capture: true });
    addEventListener('pointerdown', (event) => this.press(event), { capture: true });
  }

  seal(box: Element): () => void {
    this.sealed.add(box);
    return () => this.sealed.delete(box);
  }

  allow<Value>(insertion: () => Value): Value {
    this.allowed += 1;
    try {
      return insertion();
    } finally {
      this.allowed -= 1;
    }
  }

  private press(event: Event): void {
    if (!event.isTrusted) return;
    this.pressedAt = performance.now();
    this.armed = false;
  }

  private judge(event: Event): void {
    if (!event.isTrusted || this.allowed > 0) return;
    const held = this.armed || event.composedPath().some((target) => this.sealed.has(target as Element));
    if (!held || isLeaving(event)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}

/** Tab moves on from a sealed box by keyboard alone; it carries no text. */
function isLeaving(event: Event): boolean {
  return event instanceof KeyboardEvent && event.key === 'Tab';
}

/**
 * Puts the guard into this document, armed or not. To be called at document_start, before the page can listen.
 * A second call gives the first one's guard.
 */
export function installGuard(armed: boolean): Guard {
  const world = globalThis as { [PLACE]?: Guard };
  world[PLACE] ??= new DocumentGuard(armed);
  return world[PLACE];
}

/**
 * Owns the lock: the one small button inside the end of a site's message box, in chats that are not private.
 * Does not own what a press leads to.
 *
 * It stands in a closed shadow root and not in a frame: it shows nothing secret, and all that a press does is to post an
 * invite, which anyone may read. A press counts only when it is a person's.
 */
import { fitTo, styleOfFit, UNPLACED, watchPlace } from '../../lib/frames/mount-geometry.ts';
import type { ChatState } from '../../lib/relay/page-contract.ts';

/** In CSS pixels: the least that a finger needs (WCAG 2.2, 2.5.8). */
const SIZE = 24;
const MARGIN = 6;

/** A mounted lock. */
export interface Lock {
  /** Shows what it stands for. */
  show(label: string, state: ChatState): void;
  unmount(): void;
}

/** By state; the white sign is readable on each (WCAG 2.2, 1.4.11). */
const COLOURS: Readonly<Partial<Record<ChatState, string>>> = { inviting: '#80651c', invited: '#2f6b3a' };
const COLOUR = '#245d6b';
/** Inline, since a page's policy may bar style sheets, and Firefox bars constructed ones here. */
const BUTTON =
  'all:initial;box-sizing:border-box;display:grid;place-items:center;width:100%;height:100%;border-radius:50%;color:#fff;cursor:pointer;outline-offset:2px';
const SVG = 'http://www.w3.org/2000/svg';

/** Mounts the lock at `box`. `onPress` is called for a person's press; the lock is busy until it is done. */
export function mountLock(box: HTMLElement, onPress: () => Promise<void>): Lock {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'closed' });
  const button = document.createElement('button');
  button.type = 'button';
  button.style.cssText = BUTTON;
  for (const [event, outline] of [
    ['focus', '2px solid #7cc4d3'],
    ['blur', 'none'],
  ] as const)
    button.addEventListener(event, () => button.style.setProperty('outline', outline));
  button.append(picture());
  root.append(button);
  button.addEventListener('click', (event) => {
    // A page may click for nobody; while one press is at work a second would be a second invite.
    if (!event.isTrusted || button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    button.style.setProperty('opacity', '0.5');
    void onPress().finally(() => {
      button.removeAttribute('aria-busy');
      button.style.removeProperty('opacity');
    });
  });

  let fit = UNPLACED;
  function place(): void {
    // A page that takes it away has taken it away: it comes back with the next change of the box.
    if (!host.isConnected) box.parentElement?.append(host);
    const { left, right, bottom, height } = box.getBoundingClientRect();
    const rightToLeft = getComputedStyle(box).direction === 'rtl';
    const x = rightToLeft ? left + MARGIN : right - SIZE - MARGIN;
    const y = bottom - SIZE - Math.max(0, Math.min(MARGIN, (height - SIZE) / 2));
    fit = fitTo(host, fit, { x, y, width: SIZE, height: SIZE });
    style(host, styleOfFit(fit));
  }
  style(host, styleOfFit(fit));
  place();
  // Once more: only a host that has a size shows the scale of where it stands.
  place();
  const endWatch = watchPlace(box, place);
  return {
    show: (label, state) => {
      button.title = label;
      button.setAttribute('aria-label', label);
      button.style.setProperty('background', COLOURS[state] ?? COLOUR);
    },
    unmount: () => {
      endWatch();
      host.remove();
    },
  };
}

function style(host: HTMLElement, place: Readonly<Record<string, string>>): void {
  const wanted = { all: 'initial', position: 'absolute', display: 'block', 'z-index': '1', ...place };
  host.style.cssText = Object.entries(wanted)
    .map(([property, value]) => `${property}:${value}!important`)
    .join(';');
}

/** Drawn by parts: a page's policy may bar markup from text. */
function picture(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of [
    ['viewBox', '0 0 16 16'],
    ['width', '14'],
    ['height', '14'],
    ['aria-hidden', 'true'],
  ] as const)
    svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute(
    'd',
    'M5 7V5a3 3 0 0 1 6 0v2h.5A1.5 1.5 0 0 1 13 8.5v4a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 12.5v-4A1.5 1.5 0 0 1 4.5 7H5Zm1.5 0h3V5a1.5 1.5 0 0 0-3 0v2Z',
  );
  path.setAttribute('fill', 'currentColor');
  svg.append(path);
  return svg;
}

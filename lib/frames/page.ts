/**
 * Owns what every frame page does to itself: showing the site's look within our own bounds, and keeping its words from
 * being dragged out onto the page, where a drop event would read them.
 */
import { type Look, readLook } from './mount-layout.ts';

/** The contrast that small letters need (WCAG 2.2, 1.4.3). */
const MIN_CONTRAST = 7;
/** Our inks, by theme, as the style sheets have them: #17191c and #eceef1. */
const INK = { light: [23, 25, 28], dark: [236, 238, 241] } as const;

/** Takes the drag of anything in this page away: a page's drop event reads what is dragged, also from a frame. */
export function refuseDrags(): void {
  addEventListener('dragstart', (event) => event.preventDefault(), { capture: true });
}

/** Shows this page in `look`. */
export function applyLook(root: HTMLElement, look: Look): void {
  const { theme, fontSize, radius, room, ground } = readLook(look);
  root.dataset.theme = theme;
  root.style.colorScheme = theme;
  root.style.setProperty('--size', `${fontSize}px`);
  root.style.setProperty('--line', `${Math.round(fontSize * 1.4)}px`);
  root.style.setProperty('--room', `${room}px`);
  root.style.setProperty('--radius', `${radius}px`);
  if (ground !== undefined && contrast(ground, INK[theme]) >= MIN_CONTRAST) {
    root.style.setProperty('--ground', `rgb(${ground.join(' ')})`);
  } else root.style.removeProperty('--ground');
}

type Colour = readonly [number, number, number];

/** The contrast ratio of two colours (WCAG 2.2). */
function contrast(one: Colour, other: Colour): number {
  const [dim, bright] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (bright! + 0.05) / (dim! + 0.05);
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

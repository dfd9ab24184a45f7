/**
 * Owns reading how the site looks at a place: light or dark, ground, size of letters, corners; and when that changes.
 * What it reads is the page's word: the frame bounds it and takes a ground only where our own ink is readable on it.
 */
import { bounded, type Look } from './mount-layout.ts';

/** The share of the window that a long text may take before it scrolls inside the frame. */
const MAX_SHARE = 0.5;

type Colour = readonly [number, number, number];

/** The look at `element`. */
export function readSiteLook(element: Element): Look {
  const style = getComputedStyle(element);
  const ground = groundOf(element);
  return {
    theme: themeOf(ground, style),
    fontSize: bounded(Number.parseFloat(style.fontSize), 12, 24),
    radius: bounded(Number.parseFloat(style.borderTopLeftRadius), 0, 28),
    room: innerHeight * MAX_SHARE,
    ...(ground === undefined ? {} : { ground }),
  };
}

/** Calls `onChange` when the site may have changed its theme, or the window its size. Gives the end. */
export function watchSiteLook(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  // Sites switch themes by an attribute or class of one of these two.
  const attributes = {
    attributes: true,
    attributeFilter: ['class', 'style', 'data-theme', 'data-color-mode', 'theme'],
  };
  observer.observe(document.documentElement, attributes);
  if (document.body !== null) observer.observe(document.body, attributes);
  const preference = matchMedia('(prefers-color-scheme: dark)');
  preference.addEventListener('change', onChange);
  addEventListener('resize', onChange);
  return () => {
    observer.disconnect();
    preference.removeEventListener('change', onChange);
    removeEventListener('resize', onChange);
  };
}

/** The first opaque ground from `element` upwards. */
function groundOf(element: Element): Colour | undefined {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const colour = parseColour(getComputedStyle(at).backgroundColor);
    if (colour !== undefined) return colour;
  }
  return undefined;
}

/** `rgb(r, g, b)`, or `rgba` of at least half; anything else is no ground to go by. */
function parseColour(text: string): Colour | undefined {
  const match = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
  if (match === null || Number(match[4] ?? 1) < 0.5) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function themeOf(ground: Colour | undefined, style: CSSStyleDeclaration): 'light' | 'dark' {
  // Weights of sRGB luminance; half of full is where black and white letters are read alike.
  if (ground !== undefined) return ground[0] * 0.299 + ground[1] * 0.587 + ground[2] * 0.114 < 128 ? 'dark' : 'light';
  const scheme = style.colorScheme;
  const dark =
    scheme.includes('dark') && (!scheme.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches);
  return dark ? 'dark' : 'light';
}

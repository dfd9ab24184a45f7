/** Owns the arithmetic of the transcript: the area that rows span, and the path that cuts a host to their bubbles. */
import type { Rect } from './mount-layout.ts';

/** Where a bubble stands, in any one system of coordinates. */
export interface Place extends Rect {
  readonly id: string;
}

/** The smallest rectangle around all of `places`, in whole pixels outwards; empty for none. */
export function spanOf(places: readonly Rect[]): Rect {
  if (places.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.floor(Math.min(...places.map((place) => place.x)));
  const y = Math.floor(Math.min(...places.map((place) => place.y)));
  const right = Math.ceil(Math.max(...places.map((place) => place.x + place.width)));
  const bottom = Math.ceil(Math.max(...places.map((place) => place.y + place.height)));
  return { x, y, width: right - x, height: bottom - y };
}

/** A clip-path of rounded rectangles: what is outside of them is the page's, to be seen and clicked. */
export function clipPath(places: readonly Rect[], radius: number): string {
  if (places.length === 0) return 'inset(100%)';
  return `path(evenodd, "${places.map((place) => roundedRectangle(place, radius)).join(' ')}")`;
}

function roundedRectangle({ x, y, width, height }: Rect, radius: number): string {
  const r = round(Math.min(radius, width / 2, height / 2));
  const [across, down] = [round(width - 2 * r), round(height - 2 * r)];
  const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${round(x + r)} ${round(y)}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

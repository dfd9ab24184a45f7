/**
 * Owns what a mounting script and its frame say to each other over their message port: places, sizes, looks, focus.
 * Does not own words: neither a text nor a key can be put into any of these messages, and readers give fresh values
 * of exactly these shapes, with bounds.
 */

/** How the site looks where the frame stands. Numbers come from the page, so that the frame bounds them. */
export interface Look {
  readonly theme: 'light' | 'dark';
  /** In CSS pixels, 12 to 24. */
  readonly fontSize: number;
  /** Of the corners, in CSS pixels, 0 to 28. */
  readonly radius: number;
  /** How high the frame may become, in CSS pixels, 80 to 2000. */
  readonly room: number;
  /** The site's own ground as red, green and blue, where it could be read. */
  readonly ground?: readonly [number, number, number];
}

/** One row of the site's list that a bubble stands over, in the frame's own coordinates, in CSS pixels. */
export interface Row {
  /** The background's id of what the row holds: a hash of its ciphertext, or a ledger id. Never text. */
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A rectangle in the frame's own coordinates. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the mounting script found when it looked at the page around the frame. */
export type Sighting = 'clear' | 'styled' | 'covered' | 'outside' | 'moving';

/** From the mounting script to the frame. */
export type ToFrame =
  | { readonly type: 'look'; readonly look: Look }
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  /** News are coming: a frame whose background slept connects to it now. */
  | { readonly type: 'wake' }
  /** Put the caret back; `taken` where the page had taken the focus away. */
  | { readonly type: 'focus'; readonly taken: boolean }
  | { readonly type: 'sighting'; readonly ask: number; readonly sighting: Sighting };

/** From the frame to the mounting script. */
export type FromFrame =
  | { readonly type: 'ready' }
  | { readonly type: 'refused' }
  /** The composer's height in CSS pixels, in whole lines. */
  | { readonly type: 'height'; readonly height: number }
  /** Heights of bubbles in CSS pixels, in whole lines. */
  | { readonly type: 'heights'; readonly rows: readonly { readonly id: string; readonly height: number }[] }
  /** `left` is by Tab or Escape: the person's own wish. */
  | { readonly type: 'caret'; readonly state: 'in' | 'out' | 'left' }
  /** Keep looking at the page around `rect`, or (null) stop. */
  | { readonly type: 'watch'; readonly rect: Rect | null }
  /** `closely` where the browser itself cannot tell what covers the frame. */
  | { readonly type: 'look-now'; readonly ask: number; readonly closely: boolean }
  | { readonly type: 'show-site'; readonly on: boolean };

/** More rows than a page shows at once; what is scrolled away is not drawn. */
export const MAX_ROWS = 2000;
/** A frame is never taller: a bound against a page (or a text) that would make one of a million pixels. */
export const MAX_HEIGHT = 400_000;
const MAX_ID = 128;

/** A number of `low` to `high`, or `low` for anything that is none. */
export function bounded(value: unknown, low: number, high: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low;
}

/** The look in `value`, every number within its bounds. */
export function readLook(value: Partial<Look>): Look {
  const { ground } = value;
  return {
    theme: value.theme === 'dark' ? 'dark' : 'light',
    fontSize: bounded(value.fontSize, 12, 24),
    radius: bounded(value.radius, 0, 28),
    room: bounded(value.room, 80, 2000),
    ...(Array.isArray(ground) && ground.length === 3
      ? { ground: ground.map((part) => Math.round(bounded(part, 0, 255))) as [number, number, number] }
      : {}),
  };
}

/** The rows in `value`; those that are no rows are left out. */
export function readRows(value: unknown): Row[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ROWS).flatMap((row: Partial<Row> | null) => {
    if (typeof row?.id !== 'string' || row.id === '' || row.id.length > MAX_ID) return [];
    const { id, x, y, width } = row;
    return [
      {
        id,
        x: bounded(x, 0, MAX_HEIGHT),
        y: bounded(y, 0, MAX_HEIGHT),
        width: bounded(width, 0, MAX_HEIGHT),
      },
    ];
  });
}

import { describe, expect, it } from 'vitest';
import { bounded, readLook, readRows } from './mount-layout.ts';
import { clipPath, spanOf } from './mount-transcript-layout.ts';

const row = { id: 'a', x: 1, y: 2, width: 3 };

describe('what comes over the port', () => {
  it('has numbers within their bounds, whatever the page made of them', () => {
    expect([0, 5, 11, Number.NaN, Number.POSITIVE_INFINITY, '7', null].map((value) => bounded(value, 1, 10))).toEqual([
      1, 5, 10, 1, 1, 1, 1,
    ]);
  });

  it('is a look with a theme, sizes and perhaps a ground', () => {
    expect(readLook({ theme: 'dark', fontSize: 99, radius: 99, room: 9999, ground: [300, -1, 1.6] })).toEqual({
      theme: 'dark',
      fontSize: 24,
      radius: 28,
      room: 2000,
      ground: [255, 0, 2],
    });
    expect(readLook({ theme: 'pink' as never, ground: [1, 2] as never })).toEqual({
      theme: 'light',
      fontSize: 12,
      radius: 0,
      room: 80,
    });
  });

  it('is rows with an id and a place, and nothing else of what was sent', () => {
    expect(readRows([row, { ...row, id: 'x'.repeat(128), text: 'words' }])).toEqual([
      row,
      { ...row, id: 'x'.repeat(128) },
    ]);
    expect(readRows([null, 7, {}, { ...row, id: '' }, { ...row, id: 'x'.repeat(129) }])).toEqual([]);
    expect(readRows('rows')).toEqual([]);
    expect(readRows([{ ...row, y: -5, width: 1e9 }])).toEqual([{ ...row, y: 0, width: 400_000 }]);
  });

  it('is at most two thousand rows', () => {
    expect(readRows(new Array(2001).fill(row))).toHaveLength(2000);
  });
});

describe('the area of bubbles', () => {
  it('spans all of them in whole pixels outwards', () => {
    const places = [
      { x: 10.4, y: 20.6, width: 100, height: 30 },
      { x: 5, y: 60, width: 20.2, height: 10.5 },
    ];
    expect(spanOf(places)).toEqual({ x: 5, y: 20, width: 106, height: 51 });
    expect(spanOf([])).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });

  it('is cut to rounded rectangles, and to nothing where there are none', () => {
    expect(clipPath([{ x: 0, y: 10, width: 100, height: 40 }], 8)).toBe(
      'path(evenodd, "M8 10h84a8 8 0 0 1 8 8v24a8 8 0 0 1 -8 8h-84a8 8 0 0 1 -8 -8v-24a8 8 0 0 1 8 -8Z")',
    );
    expect(clipPath([{ x: 0, y: 0, width: 10, height: 4 }], 8)).toContain('M2 0h6a2 2');
    expect(clipPath([], 8)).toBe('inset(100%)');
  });
});

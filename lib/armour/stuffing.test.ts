import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKS, STEM, STUFFING } from './constants.ts';
import { stuff, unstuff } from './stuffing.ts';

const nearStem = fc.string({ unit: fc.constantFrom(...STEM, STUFFING, 'V', 'x', '4', 'W'), maxLength: 40 });

describe('stuffing', () => {
  it('puts one letter behind every stem', () => {
    expect(stuff('qZ7')).toBe('qZ70');
    expect(stuff('aqZ7qZ70')).toBe('aqZ70qZ700');
    expect(stuff('qZ')).toBe('qZ');
  });

  it('round-trips, and leaves no mark, on bodies made of marks', () => {
    fc.assert(
      fc.property(nearStem, (body) => {
        const text = stuff(body);
        expect(unstuff(text)).toBe(body);
        expect(text).not.toContain(MARKS.base62.sentinel);
        expect(text).not.toContain(MARKS.base62.end);
        expect(text.length).toBeLessThanOrEqual(Math.floor((body.length * 4) / 3));
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses a stem without its stuffing', () => {
    expect(unstuff('qZ7')).toBeUndefined();
    expect(unstuff('aqZ7W')).toBeUndefined();
    expect(unstuff('qZ70qZ71')).toBeUndefined();
  });

  it('undoes only what stuffing makes', () => {
    fc.assert(
      fc.property(nearStem, (text) => {
        const body = unstuff(text);
        if (body !== undefined) expect(stuff(body)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

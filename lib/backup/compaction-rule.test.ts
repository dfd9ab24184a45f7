import { describe, expect, it } from 'vitest';
import { isCompactionDue, type LogMeasure } from './compaction-rule.ts';

const DAY = 24 * 60 * 60 * 1000;
const calm: LogMeasure = { segments: 1, records: 128, dead: 0, deleted: 0, triedAt: DAY };
const due = (measure: Partial<LogMeasure>, now = 2 * DAY) => isCompactionDue({ ...calm, ...measure }, now);

describe('compaction', () => {
  it('is due where there are many small segments', () => {
    expect([due({ segments: 63 }), due({ segments: 64 })]).toEqual([false, true]);
  });

  it('is due where a quarter of the records is dead, and not for a few', () => {
    expect([due({ dead: 31 }), due({ dead: 32 })]).toEqual([false, true]);
    expect([due({ dead: 32, records: 129 }), due({ dead: 31, records: 31 })]).toEqual([false, false]);
  });

  it('is due where something was deleted', () => {
    expect([due({}), due({ dead: 2, deleted: 1 })]).toEqual([false, true]);
  });

  it('is tried once a day, and never on an empty log', () => {
    expect([due({ deleted: 1 }, 2 * DAY - 1), due({ deleted: 1 }, 2 * DAY)]).toEqual([false, true]);
    expect(due({ segments: 0, deleted: 1 })).toBe(false);
  });
});

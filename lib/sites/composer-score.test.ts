import { describe, expect, it } from 'vitest';
import { ACCEPTED_SCORE, type ComposerFeatures, scoreComposer } from './composer-score.ts';

const NOTHING: ComposerFeatures = {
  textbox: false,
  multiline: false,
  label: '',
  searchField: false,
  lowness: 0,
  enterKeySends: false,
  hasList: false,
};

const score = (features: Partial<ComposerFeatures>): number => scoreComposer({ ...NOTHING, ...features });

describe('scoreComposer', () => {
  it.each([
    [{}, 0],
    [{ textbox: true }, 2],
    [{ multiline: true }, 1],
    [{ enterKeySends: true }, 2],
    [{ hasList: true }, 3],
    [{ lowness: 1 }, 4],
    [{ lowness: 0.5 }, 2],
    [{ label: 'Message Bob' }, 3],
    [{ label: 'Search' }, -6],
    [{ searchField: true }, -6],
  ])('gives %j %i points', (features, points) => {
    expect(score(features)).toBe(points);
  });

  it('counts what lies outside the window as lying at its edge', () => {
    expect(score({ lowness: 7 })).toBe(4);
    expect(score({ lowness: -7 })).toBe(0);
  });

  it('gives a search field nothing for speaking of messages', () => {
    expect(score({ label: 'Search messages' })).toBe(-6);
    expect(score({ label: 'Message', searchField: true })).toBe(-6);
  });

  it('accepts a bare editable element low on the page above which a list lies, and no comment box', () => {
    expect(score({ multiline: true, lowness: 1, hasList: true })).toBe(ACCEPTED_SCORE);
    expect(score({ textbox: true, multiline: true, lowness: 1, label: 'Write a comment' })).toBeLessThan(
      ACCEPTED_SCORE,
    );
  });
});

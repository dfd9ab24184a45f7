/**
 * The page makes the accept button of an invite unseen and has it clicked. Chrome has IntersectionObserver v2 for what
 * covers or fades; in Firefox, which lacks it, the walk up the ancestors, the grid and the walk over the page stand alone.
 */
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { DRAWN } from '../support/looks.ts';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';

declare const attacks: { hide(way: string): void; shift(by: number): void };

let bed: Bed;
afterEach(() => bed.close());
afterAll(closeBrowsers);

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const start = async (name: 'chrome' | 'firefox', disarmed: readonly string[]): Promise<void> => {
  bed = await makeBed({ built: inject('built'), name, disarmed, received: { invite0: '' } });
  await bed.until('the invite', async () => (await bed.frame('transcript')).text.includes('Accept'));
};
/** So long that a button counts, in both documents. */
const drawn = async (): Promise<void> => {
  await Promise.all([bed.page.evaluate(DRAWN), (await bed.frame('transcript')).evaluate(DRAWN)]);
};
/** The middle of the button on the page, whatever the page has done to the frame. */
const buttonPlace = async (): Promise<{ x: number; y: number }> => {
  const frame = await bed.frame('transcript');
  const [x, y, wide] = await frame.evaluate<[number, number, number]>(
    `(({ x, y, width, height }) => [x + width / 2, y + height / 2, innerWidth])(document.querySelector('button').getBoundingClientRect())`,
  );
  const host = await bed.page.evaluate(() => {
    const { left, top, width } = document.querySelector('#list > div')!.getBoundingClientRect();
    return { left, top, width };
  });
  return { x: host.left + (x * host.width) / wide, y: host.top + (y * host.width) / wide };
};
/** Whether the click was taken for an acceptance. */
const outcome = async (): Promise<'accepted' | 'refused'> => {
  return bed.until('an outcome', async () => {
    if (bed.site.reports.includes('accepted invite0')) return 'accepted';
    const { text } = await bed.frame('transcript');
    return text.includes('Nothing was accepted') ? 'refused' : undefined;
  });
};
const click = async (): Promise<'accepted' | 'refused'> => {
  const { x, y } = await buttonPlace();
  await bed.page.mouse.move(x - 3, y - 3);
  await bed.page.mouse.click(x, y);
  return outcome();
};

describe.each(['chrome', 'firefox'] as const)('%s: the accept button', (name) => {
  it('counts when it was there to be seen', async () => {
    await start(name, []);
    await drawn();
    expect(await click()).toBe('accepted');
  });

  const hidden = async (way: string, disarmed: readonly string[]) => {
    await start(name, disarmed);
    await bed.page.evaluate((how) => attacks.hide(how), way);
    await drawn();
    return click();
  };
  it.each([
    ['mask', ['audit']],
    ['opacity', ['audit', 'visibility']],
    ['overlay', ['audit', 'visibility']],
    ['zoom', ['audit', 'visibility', 'origin', 'stillness']],
  ])('does not count under %s, and does without %s', async (way, defences) => {
    expect(await hidden(way, [])).toBe('refused');
    await bed.close();
    expect(await hidden(way, defences)).toBe('accepted');
  });

  const moved = async (disarmed: readonly string[]) => {
    await start(name, disarmed);
    await drawn();
    const { x, y } = await buttonPlace();
    await bed.page.evaluate(() => attacks.shift(300));
    await bed.page.mouse.move(x, y);
    await rest(900);
    await bed.page.evaluate(() => attacks.shift(0));
    // A few pictures later: the browser sends clicks by what it has painted.
    await rest(100);
    await bed.page.mouse.click(x, y);
    return outcome();
  };
  it('does not count when it was moved under the pointer, and does without audit and stillness', async () => {
    expect(await moved([])).toBe('refused');
    await bed.close();
    expect(await moved(['audit', 'stillness', 'visibility', 'origin'])).toBe('accepted');
  });
});

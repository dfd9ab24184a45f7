/** The page takes the focus while a person types, in its own document and from a frame of another origin. */
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';
import { found, keysOf, TYPED } from './support/canaries.ts';

declare const attacks: { stealFocus(): void; stealFromFrame(address: string): Promise<void> };
declare const loot: Record<string, string[]>;

let bed: Bed;
afterEach(() => bed.close());
afterAll(closeBrowsers);

const start = async (name: 'chrome' | 'firefox', disarmed: readonly string[]): Promise<void> => {
  bed = await makeBed({ built: inject('built'), name, disarmed });
  await bed.frame('composer');
  await bed.until('the composer ready', () => bed.site.reports.includes('composer ready'));
};
const typeInto = async (text: string): Promise<void> => {
  await bed.clickBox();
  await bed.until('armed', () => bed.site.reports.includes('armed true'));
  await bed.page.keyboard.type(text, { delay: 25 });
};
const keys = async (): Promise<string[]> => {
  const { events, messages } = await bed.page.evaluate(() => loot);
  return [...events!, ...messages!, keysOf(messages!)];
};

describe.each(['chrome', 'firefox'] as const)('%s: focus theft', (name) => {
  const inTop = async (disarmed: readonly string[]): Promise<string[]> => {
    await start(name, disarmed);
    await bed.page.evaluate(() => attacks.stealFocus());
    await typeInto(TYPED[0]!);
    return found(await keys());
  };
  const inFrame = async (disarmed: readonly string[]): Promise<string[]> => {
    await start(name, disarmed);
    const thief = `${bed.site.other}/thief.html`;
    await bed.page.evaluate((address) => attacks.stealFromFrame(address), thief);
    await typeInto(TYPED[1]!);
    // And by a frame that was not there when the guards were armed.
    await bed.page.evaluate((address) => attacks.stealFromFrame(address), thief);
    await bed.page.keyboard.type(TYPED[2]!, { delay: 25 });
    return found(await keys());
  };

  it('in the top frame gets no key, and the person is told', async () => {
    expect(await inTop([])).toEqual([]);
    await bed.until('the banner', async () =>
      (await bed.frame('composer')).text.includes('tried to take over your typing'),
    );
  });
  it('in the top frame gets the keys without the guard', async () => {
    expect(await inTop(['guard', 'retake'])).toEqual([TYPED[0]]);
  });
  it('from a frame of another origin gets no key', async () => {
    expect(await inFrame([])).toEqual([]);
  });
  it('from a frame of another origin gets the keys without the guard in frames', async () => {
    expect(await inFrame(['guard-frames', 'retake'])).toEqual(expect.arrayContaining([TYPED[1]]));
  });
});

/** What a person does with the frames on a page that does not fight: they are a good text box and a readable list. */
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { killWorker } from '../support/kill.ts';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';

let bed: Bed;
afterEach(() => bed.close());
afterAll(closeBrowsers);

const start = async (
  name: 'chrome' | 'firefox',
  received: Readonly<Record<string, string>> = { recv0: 'words' },
  at = '',
): Promise<void> => {
  bed = await makeBed({ built: inject('built'), name, received, at });
  await bed.frame('composer');
  await bed.frame('transcript');
  await bed.until('the composer ready', () => bed.site.reports.includes('composer ready'));
};
const written = async (): Promise<string> =>
  (await bed.frame('composer')).evaluate<string>("document.querySelector('textarea').value");
const chord = async (key: 'z' | 'a' | 'Enter', held: 'Control' | 'Shift'): Promise<void> => {
  await bed.page.keyboard.down(held);
  await bed.page.keyboard.press(key);
  await bed.page.keyboard.up(held);
};
/** The host of the composer and the site's box, in the window. */
const places = () =>
  bed.page.evaluate(() => {
    const rect = (element: Element) => {
      const { left, top, width, height, bottom } = element.getBoundingClientRect();
      return [left, top, width, height, bottom].map(Math.round) as [number, number, number, number, number];
    };
    return { host: rect(document.querySelector('footer > div')!), box: rect(document.querySelector('#box')!) };
  });
const same = async (): Promise<boolean> => {
  const { host, box } = await places();
  return host.join() === box.join();
};

describe.each(['chrome', 'firefox'] as const)('%s: using', (name) => {
  it('the composer stands exactly over the box, follows it, and grows upwards with the text', async () => {
    await start(name);
    await bed.until('the box covered', same);
    await bed.page.evaluate(() =>
      document.querySelector('footer')!.style.setProperty('padding', '30px 90px 70px 40px'),
    );
    await bed.until('the moved box covered', same);
    await bed.takeCaret();
    for (let line = 0; line < 4; line += 1) await chord('Enter', 'Shift');
    await bed.until('it grown', async () => {
      const { host, box } = await places();
      return host[3] > box[3] + 40 && host[4] === box[4];
    });
  });

  it('Shift and Enter breaks the line, undo takes back, Enter sends, and what was not sent comes back', async () => {
    await start(name);
    await bed.takeCaret();
    await bed.page.keyboard.type('one');
    await chord('Enter', 'Shift');
    await bed.page.keyboard.type('two');
    expect(await written()).toBe('one\ntwo');
    await chord('z', 'Control');
    expect((await written()).length).toBeLessThan(7);
    await chord('a', 'Control');
    await bed.say(['whole']);
    await bed.until('the bubble', async () => (await bed.frame('transcript')).text.includes('whole'));
    expect(await written()).toBe('');
    await bed.page.keyboard.type('fail SendUnconfirmed');
    await bed.page.keyboard.press('Enter');
    await bed.until('the reason', async () => (await bed.frame('composer')).text.includes('did not confirm'));
    expect(await written()).toBe('fail SendUnconfirmed');
  });

  it('a draft survives a reload', async () => {
    await start(name);
    await bed.takeCaret();
    await bed.page.keyboard.type('half a thought');
    await bed.until('the draft kept', () => bed.site.reports.includes('draft half a thought'));
    await bed.page.reload();
    await bed.until('the draft', async () => (await written()) === 'half a thought');
  });

  it("the site's own box takes no typing, and the switch shows what the site sees", async () => {
    await start(name);
    await bed.page.evaluate(() => document.querySelector<HTMLElement>('#box')!.focus());
    await bed.page.keyboard.type('slip');
    expect(await bed.page.evaluate(() => document.querySelector<HTMLTextAreaElement>('#box')!.value)).toBe('');
    const visible = () => bed.page.evaluate(() => getComputedStyle(document.querySelector('.row')!).visibility);
    await bed.until('the bubble instead of the row', async () => (await visible()) === 'hidden');
    const press = async () => (await bed.frame('composer')).evaluate("document.querySelector('.site').click()");
    await press();
    await bed.until('the row', async () => (await visible()) === 'visible');
    await press();
    await bed.until('the bubble', async () => (await visible()) === 'hidden');
  });

  it('beside a list, for sites that recycle rows, stand at most three frames, which show what is scrolled to', async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`recv${index}`, `bubble ${index}.`]));
    await start(name, many, '?recycles');
    const seen = async () => (await bed.shown()).filter(({ kind }) => kind === 'transcript');
    const shows = async (words: string) => (await seen()).some(({ text }) => text.includes(words));
    await bed.until('the first', () => shows('bubble 3.'));
    for (const [at, words] of [
      [1200, 'bubble 40.'],
      [2400, 'bubble 75.'],
      [0, 'bubble 3.'],
    ] as const) {
      await bed.page.evaluate((top) => document.querySelector('#list')!.scrollTo(0, top), at);
      await bed.until(words, () => shows(words));
      expect((await seen()).length).toBeLessThanOrEqual(3);
    }
  });
});

describe('chrome: the worker', () => {
  it('that died takes the next message of the same seat', async () => {
    await start('chrome');
    await bed.takeCaret();
    await bed.say(['before']);
    await killWorker(bed.page.browser());
    await bed.say(['after']);
    expect(bed.site.reports.filter((report) => report.startsWith('refused'))).toEqual([]);
  });
});

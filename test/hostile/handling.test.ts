/** The page handles our frames: leads them elsewhere, takes them out, moves them, copies them, drags words out of them. */
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';
import { found, keysOf, RECEIVED, TYPED } from './support/canaries.ts';
import { copyFirstLine, dragFirstLine } from './support/person.ts';

declare const attacks: {
  navigate(address: string): void;
  remove(forEver: boolean): void;
  move(): void;
  clone(pass: string): void;
};
declare const loot: Record<string, string[]>;

let bed: Bed;
afterEach(() => bed.close());
afterAll(closeBrowsers);

const WORD = TYPED[3]!;
const start = async (name: 'chrome' | 'firefox', disarmed: readonly string[]): Promise<void> => {
  bed = await makeBed({ built: inject('built'), name, disarmed, received: { recv0: RECEIVED.recv0! } });
  await bed.frame('composer');
  await bed.until('the transcript', async () => (await bed.frame('transcript')).text.includes(RECEIVED.recv0!));
};
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** A person clicks where the box is and types; then what the page got hold of. */
const typeThere = async (disarmed: readonly string[]): Promise<string[]> => {
  await rest(600);
  await bed.clickBox();
  await rest(200);
  await bed.page.keyboard.type(WORD, { delay: 5 });
  await rest(200);
  const got = async (): Promise<string[]> => {
    const { events, messages } = await bed.page.evaluate(() => loot);
    return found([...events!, ...messages!, keysOf(messages!)]);
  };
  // Where it can be done at all it is waited for, so that a slow machine does not hide it.
  if (disarmed.length > 0) await bed.until('what was typed', async () => (await got()).length > 0);
  return got();
};

describe.each(['chrome', 'firefox'] as const)('%s: handling our frames', (name) => {
  const navigate = async (disarmed: readonly string[]): Promise<string[]> => {
    await start(name, disarmed);
    await bed.page.evaluate((address) => attacks.navigate(address), `${bed.site.other}/thief.html`);
    const led = () => bed.page.evaluate(() => loot.messages!.filter((message) => message === 'thief ready').length);
    // Where it can be done at all it is waited for, so that a slow machine does not hide it.
    if (disarmed.length > 0) await bed.until('the frames led away', async () => (await led()) === 2);
    return typeThere(disarmed);
  };
  it('by leading them to another page gets nothing that is typed', async () => {
    expect(await navigate([])).toEqual([]);
    expect((await bed.frame('composer')).kind).toBe('composer');
  });
  it('by leading them to another page gets what is typed where the root is open', async () => {
    expect(await navigate(['closed-root', 'heal'])).toEqual([WORD]);
  });

  const remove = async (disarmed: readonly string[], forEver: boolean): Promise<string[]> => {
    await start(name, disarmed);
    await bed.page.evaluate((always) => attacks.remove(always), forEver);
    // Those that come back are waited for: a person types when they see a box.
    if (disarmed.length === 0 && !forEver) await bed.takeCaret();
    return typeThere(disarmed);
  };
  it('by taking them out once gets nothing: they come back', async () => {
    expect(await remove([], false)).toEqual([]);
    await bed.until('the words in the composer', async () => {
      const frame = await bed.frame('composer');
      return (await frame.evaluate<string>("document.querySelector('textarea').value")) === WORD;
    });
  });
  it("by taking them out for ever gets nothing: the site's box is sealed, and the caller is told", async () => {
    expect(await remove([], true)).toEqual([]);
    await bed.until('the loss', () => bed.site.reports.filter((report) => report === 'lost FrameFought').length === 2);
  });
  it('by taking them out gets what is typed where they do not come back and the box is open', async () => {
    expect(await remove(['heal', 'seal'], false)).toEqual([WORD]);
  });

  const move = async (disarmed: readonly string[]): Promise<string[]> => {
    await start(name, disarmed);
    await bed.page.evaluate(() => attacks.move());
    return typeThere(disarmed);
  };
  it('by moving them from over an own box gets nothing: they come back', async () => {
    expect(await move([])).toEqual([]);
  });
  it('by moving them from over an own box gets what is typed where they do not come back', async () => {
    expect(await move(['heal', 'repair'])).toEqual([WORD]);
  });

  const clone = async (disarmed: readonly string[], awaited = 2): Promise<number> => {
    await start(name, disarmed);
    await bed.page.evaluate(() => attacks.clone('c'.repeat(32)));
    await rest(1500);
    return bed.until('the frames', async () => {
      const { length } = await bed.shown();
      return length >= awaited && length;
    });
  };
  it('by copying them gets no frame that shows anything', async () => {
    expect(await clone([])).toBe(2);
  });
  it('by copying them gets frames that show all where root, ticket and pass are open', async () => {
    expect(await clone(['closed-root', 'single-use', 'pass'], 3)).toBeGreaterThan(2);
  });

  /** Whether the frame lets a drag of its words begin: the driver of Firefox cannot drag, so that it is asked there. */
  const drag = async (disarmed: readonly string[]): Promise<{ begins: boolean; dropped: string[] }> => {
    await start(name, disarmed);
    await copyFirstLine(bed);
    await dragFirstLine(bed);
    await rest(300);
    if (name === 'chrome' && disarmed.length > 0) {
      await bed.until('a drop', async () => found(await bed.page.evaluate(() => loot.copied!)).length > 0);
    }
    const frame = await bed.frame('transcript');
    const begins = await frame.evaluate<boolean>(
      `document.querySelector('.words').dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true }))`,
    );
    return { begins, dropped: found(await bed.page.evaluate(() => loot.copied!)) };
  };
  it('by dragging words out of them gets nothing', async () => {
    expect(await drag([])).toEqual({ begins: false, dropped: [] });
  });
  it('by dragging words out of them gets the words where drags may begin', async () => {
    const { begins, dropped } = await drag(['drag']);
    expect(begins).toBe(true);
    if (name === 'chrome') expect(dropped).toEqual([RECEIVED.recv0]);
  });
});

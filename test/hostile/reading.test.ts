/**
 * The page reads what it can: trees, search, selections, the clipboard and drags, fonts, events, network and storage.
 * One bed shows all 100 canaries in frames; the same attacks on the design without frames find them.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';
import type { BrowserName } from './support/build.ts';
import { ALL, found, RECEIVED, TYPED } from './support/canaries.ts';
import { copyFirstLine, dragFirstLine } from './support/person.ts';

declare const attacks: Record<string, (guesses?: readonly string[]) => string[] | Promise<string[]>>;
declare const loot: Record<string, string[]>;

/** All that a page got hold of, by the way it came. */
type Loot = Record<string, string[]> & { readonly requests: string[] };

const ACTIVE = ['trees', 'find', 'selection', 'clipboard', 'storage', 'performance'];

async function plunder(bed: Bed): Promise<Record<string, string[]>> {
  const got: Record<string, string[]> = {};
  for (const way of ACTIVE) {
    got[`acting: ${way}`] = await bed.page.evaluate(async (which, guesses) => attacks[which]!(guesses), way, ALL);
  }
  return { ...(await bed.page.evaluate(() => loot)), ...got };
}

async function showAll(bed: Bed): Promise<void> {
  await bed.until('all canaries shown', async () => {
    const texts = (await bed.shown()).filter(({ kind }) => kind === 'transcript').map(({ text }) => text);
    return ALL.every((canary) => texts.some((text) => text.includes(canary)));
  });
}

/** Types 40 canaries beside 60 received, reloads, copies and drags; the loot is of both loads. */
async function withFrames(built: string, name: BrowserName): Promise<Loot> {
  const bed = await makeBed({ built, name, received: RECEIVED });
  await bed.frame('composer');
  await bed.takeCaret();
  await bed.say(TYPED);
  await showAll(bed);
  const before = await bed.page.evaluate(() => loot);
  await bed.page.reload();
  await showAll(bed);
  await bed.takeCaret();
  await bed.page.keyboard.type(TYPED[0]!);
  await copyFirstLine(bed);
  await dragFirstLine(bed);
  const after = await plunder(bed);
  const { requests } = bed.site;
  await bed.close();
  const ways = Object.keys(after).map((way) => [way, [...(before[way] ?? []), ...after[way]!]]);
  return { ...Object.fromEntries(ways), requests };
}

/** The same texts without frames. */
async function withoutFrames(built: string, name: BrowserName): Promise<Loot> {
  const bed = await makeBed({ built, name, received: RECEIVED, disarmed: ['frames'] });
  await bed.until('the bare texts', () => bed.page.evaluate(() => document.querySelector('#list > div') !== null));
  await bed.clickBox();
  await bed.page.keyboard.type(TYPED[0]!);
  await copyFirstLine(bed);
  await dragFirstLine(bed);
  const { requests } = bed.site;
  await bed.until('the letter fetched', () => requests.some(isLetter));
  const after = await plunder(bed);
  await bed.close();
  return { ...after, requests };
}

/** The font of a letter that only received canaries hold. */
const isLetter = (request: string): boolean => request.includes('/font-436');

afterAll(closeBrowsers);

describe.each(['chrome', 'firefox'] as const)('%s: reading', (name) => {
  let armed: Loot;
  let bare: Loot;
  const from = (loot: Loot, ...ways: string[]) => found(ways.flatMap((way) => loot[way]!));

  beforeAll(async () => {
    armed = await withFrames(inject('built'), name);
    bare = await withoutFrames(inject('built'), name);
  }, 240_000);

  it.each(['trees', 'find', 'selection'])('by %s finds nothing, and everything received without frames', (way) => {
    expect(from(armed, `acting: ${way}`)).toEqual([]);
    expect(from(bare, `acting: ${way}`)).toEqual(expect.arrayContaining(Object.values(RECEIVED)));
  });

  it('by copy, drag and drop finds nothing, and the line without frames', () => {
    expect(from(armed, 'copied', 'acting: clipboard')).toEqual([]);
    expect(from(bare, 'copied')).toContain(RECEIVED.recv0);
  });

  it('by fonts and style rules finds nothing, and the letter without frames', () => {
    expect(armed.requests.filter(isLetter)).toEqual([]);
    expect(bare.requests.filter(isLetter)).not.toEqual([]);
  });

  it('by key, input, composition and clipboard events finds nothing, and what is typed without frames', () => {
    expect(from(armed, 'events', 'copied')).toEqual([]);
    expect(from(bare, 'events')).toContain(TYPED[0]);
  });

  it('by network, storage and performance hooks finds nothing, and the draft and the preview without frames', () => {
    const ways = [
      'network',
      'storage',
      'performance',
      'messages',
      'acting: storage',
      'acting: performance',
      'requests',
    ];
    expect(from(armed, ...ways)).toEqual([]);
    expect(from(bare, ...ways)).toEqual(expect.arrayContaining([TYPED[0], RECEIVED.recv0]));
  });

  it('by everything at once finds none of the 100', () => {
    expect(ALL).toHaveLength(100);
    expect(from(armed, ...Object.keys(armed))).toEqual([]);
  });
});

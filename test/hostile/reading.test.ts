/**
 * The page reads what it can: trees, search, selections, the clipboard and drags, fonts, events, network and storage.
 * One bed shows all 100 canaries in frames; the same attacks on the design without frames find them.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';
import { ALL, found, RECEIVED, TYPED } from './support/canaries.ts';
import { copyFirstLine, dragFirstLine } from './support/person.ts';

declare const attacks: Record<string, (guesses?: readonly string[]) => string[] | Promise<string[]>>;
declare const loot: Record<string, string[]>;

/** What was looted through one way of the page's, since its last load. */
const looted = (bed: Bed, way: string) => bed.page.evaluate((name) => loot[name]!, way);
const attack = (bed: Bed, name: string) =>
  bed.page.evaluate(async (which, guesses) => attacks[which]!(guesses), name, ALL);

async function showAll(bed: Bed): Promise<void> {
  await bed.until('all canaries shown', async () => {
    const texts = (await bed.shown()).filter(({ kind }) => kind === 'transcript').map(({ text }) => text);
    return ALL.every((canary) => texts.some((text) => text.includes(canary)));
  });
}

afterAll(closeBrowsers);

describe.each(['chrome', 'firefox'] as const)('%s: reading', (name) => {
  let bed: Bed;
  let bare: Bed;
  /** Loot of the first load, in which everything was typed; a reload begins anew. */
  let typing: Record<string, string[]>;

  beforeAll(async () => {
    const built = inject('built');
    bed = await makeBed({ built, name, received: RECEIVED });
    await bed.frame('composer');
    await bed.clickBox();
    await bed.say(TYPED);
    await showAll(bed);
    typing = await bed.page.evaluate(() => loot);
    await bed.page.reload();
    await showAll(bed);
    await bed.clickBox();
    await bed.page.keyboard.type(TYPED[0]!);
    await copyFirstLine(bed);
    await dragFirstLine(bed);

    bare = await makeBed({ built, name, received: RECEIVED, disarmed: ['frames'] });
    await bare.until('the bare texts', () => bare.page.evaluate(() => document.querySelector('.row') !== null));
    await bare.clickBox();
    await bare.page.keyboard.type(TYPED[0]!);
    await copyFirstLine(bare);
    await dragFirstLine(bare);
  }, 120_000);
  afterAll(async () => {
    await bed?.close();
    await bare?.close();
  });

  it.each(['trees', 'find', 'selection'])('by %s finds nothing, and everything without frames', async (way) => {
    expect(found(await attack(bed, way))).toEqual([]);
    expect(found(await attack(bare, way)).length).toBeGreaterThanOrEqual(Object.keys(RECEIVED).length);
  });

  it('by copy, drag and drop finds nothing, and the dragged line without frames', async () => {
    expect(found([...(await looted(bed, 'copied')), ...typing.copied!, ...(await attack(bed, 'clipboard'))])).toEqual(
      [],
    );
    expect(found(await looted(bare, 'copied'))).not.toEqual([]);
  });

  it('by fonts and style rules finds nothing, and the letters without frames', async () => {
    const letter = (one: Bed) => one.site.requests.filter((request) => request.includes('/font-436'));
    expect(letter(bed)).toEqual([]);
    await bare.until('the letter fetched', () => letter(bare).length > 0);
  });

  it('by key, input, composition and clipboard events finds nothing, and what is typed without frames', async () => {
    expect(found([...(await looted(bed, 'events')), ...typing.events!])).toEqual([]);
    expect(found(await looted(bare, 'events'))).toContain(TYPED[0]);
  });

  it('by network, storage and performance hooks finds nothing, and the draft and the preview without frames', async () => {
    const all = async (one: Bed) => [
      ...(await looted(one, 'network')),
      ...(await looted(one, 'storage')),
      ...(await looted(one, 'performance')),
      ...(await looted(one, 'messages')),
      ...(await attack(one, 'storage')),
      ...(await attack(one, 'performance')),
      ...one.site.requests,
    ];
    expect(found([...(await all(bed)), ...Object.values(typing).flat()])).toEqual([]);
    const leaked = found(await all(bare));
    expect(leaked).toContain(TYPED[0]);
    expect(leaked).toContain(RECEIVED.recv0);
  });
});

/** The page embeds pages of ours with tickets and messages of its own making, by one and by the dozen. */
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { type Bed, closeBrowsers, makeBed } from './support/bed.ts';
import { RECEIVED, TYPED } from './support/canaries.ts';

declare const attacks: { embed(address: string, pass: string): Promise<void>; forge(): void };
declare const loot: Record<string, string[]>;

let bed: Bed;
afterEach(() => bed.close());
afterAll(closeBrowsers);

const FORGED = 'f'.repeat(32);
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const start = async (name: 'chrome' | 'firefox', disarmed: readonly string[], at = ''): Promise<string> => {
  bed = await makeBed({ built: inject('built'), name, disarmed, received: { recv0: RECEIVED.recv0! }, at });
  await bed.frame('transcript');
  const { address } = await bed.frame('composer');
  await bed.until('the composer ready', () => bed.site.reports.includes('composer ready'));
  return address.slice(0, address.indexOf('/composer'));
};
const embed = (address: string, pass = FORGED) =>
  bed.page.evaluate((where, word) => attacks.embed(where, word), address, pass);
/** How many frames show something that the page embedded; ours are two. */
const shownToPage = async (awaited = 0): Promise<number> => {
  await rest(800);
  // Where it can be done at all it is waited for, so that a slow machine does not hide it.
  const [more] = await bed.until('the frames', async () => {
    const count = (await bed.shown()).length - 2;
    return count >= awaited && ([count] as const);
  });
  return more;
};
const reported = (what: string) => bed.site.reports.filter((report) => report.startsWith(what));

describe.each(['chrome', 'firefox'] as const)('%s: embedding our pages', (name) => {
  const withoutTicket = async (disarmed: readonly string[], awaited = 0): Promise<number> => {
    const origin = await start(name, disarmed);
    for (const part of ['', '#', '?conversation=canaries', `#${FORGED}`])
      await embed(`${origin}/transcript.html${part}`);
    await embed(`${origin}/composer.html#${FORGED}`);
    return shownToPage(awaited);
  };
  it('without a ticket, or with a forged one, leaves them blank', async () => {
    expect(await withoutTicket([])).toBe(0);
    await bed.until('both refused', () => reported('refused TicketRefused').length >= 2);
    expect(reported('refused TicketRefused')).toHaveLength(2);
  });
  it('with a forged ticket shows all where tickets are not checked', async () => {
    expect(await withoutTicket(['ticket'], 2)).toBe(2);
  });

  const withUsedTicket = async (disarmed: readonly string[], awaited = 0): Promise<number> => {
    const origin = await start(name, disarmed, '#leak');
    await bed.until('the tickets', () => reported('ticket ').length >= 2);
    for (const report of reported('ticket ')) {
      const [, kind, ticket, pass] = report.split(' ');
      await embed(`${origin}/${kind}.html#${ticket}`, pass);
    }
    return shownToPage(awaited);
  };
  it('with tickets and passes that were used leaves them blank', async () => {
    expect(await withUsedTicket([])).toBe(0);
    await bed.until('both refused', () => reported('refused TicketRefused').length >= 2);
    expect(reported('refused TicketRefused')).toHaveLength(2);
  });
  it('with tickets and passes that were used shows all where they can be used again', async () => {
    expect(await withUsedTicket(['single-use'], 2)).toBe(2);
  });

  const withForgedMessages = async (disarmed: readonly string[], awaited = 0): Promise<number> => {
    const origin = await start(name, disarmed, '#leak');
    await bed.page.evaluate(() => attacks.forge());
    const spare = await bed.until('the spare ticket', () => reported('spare ')[0]);
    await embed(`${origin}/transcript.html#${spare.slice(6)}`);
    return shownToPage(awaited);
  };
  it('with an open ticket and a forged message leaves them blank, and forged messages do nothing', async () => {
    expect(await withForgedMessages([])).toBe(0);
    // The guard was neither armed nor freed by the page: its own field still hears keys.
    await bed.page.evaluate(() => {
      const own = document.createElement('input');
      document.querySelector('header')!.append(own);
      own.focus();
    });
    await bed.page.keyboard.type('own words');
    expect(await bed.page.evaluate(() => loot.events!.join(' '))).toContain('own words');
  });
  it('with an open ticket and a forged message shows all where the pass is not checked', async () => {
    expect(await withForgedMessages(['pass'], 1)).toBe(1);
  });

  const flood = async (disarmed: readonly string[]): Promise<number> => {
    const origin = await start(name, disarmed);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => embed(`${origin}/composer.html#${FORGED.slice(2)}${index + 10}`)),
    );
    await bed.until('the flood answered', () => reported('refused').length === 40);
    return reported('refused TicketRefused').length;
  };
  it('by the dozen is refused without being looked at, and the composer still sends', async () => {
    expect(await flood([])).toBeLessThanOrEqual(20);
    await bed.takeCaret();
    await bed.say([TYPED[5]!]);
  });
  it('by the dozen is looked at every time without the limit', async () => {
    expect(await flood(['guess-limit'])).toBe(40);
  });
});

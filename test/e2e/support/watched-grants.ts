/** Owns watching what one of our pages asks of the browser: nobody presses the browser's own question where there is no display. */
import type { Page } from 'puppeteer-core';

/** One question. */
export interface AskedGrant {
  readonly wanted: { readonly origins?: readonly string[]; readonly permissions?: readonly string[] };
  /** Whether the browser takes it for the person's own press at that moment. */
  readonly inPress: boolean;
}

interface Watched {
  asked?: AskedGrant[];
  passOn?: (wanted: AskedGrant['wanted']) => Promise<boolean>;
  browser?: WatchedBrowser;
  chrome: WatchedBrowser;
}
interface WatchedBrowser {
  permissions: { request(wanted: AskedGrant['wanted']): Promise<boolean> };
}

/**
 * From now on what `page` asks for is kept, and refused as by a person, or passed on to the browser. Gives a reader of what was
 * asked since.
 */
export async function watchGrants(page: Page, answer: 'refused' | 'passed on'): Promise<() => Promise<AskedGrant[]>> {
  await page.evaluate((refused) => {
    const world = globalThis as unknown as Watched;
    const { permissions } = world.browser ?? world.chrome;
    const asked: AskedGrant[] = [];
    world.asked = asked;
    world.passOn ??= permissions.request.bind(permissions);
    const passOn = world.passOn;
    permissions.request = (wanted) => {
      asked.push({ wanted, inPress: navigator.userActivation.isActive });
      return refused ? Promise.resolve(false) : passOn(wanted);
    };
  }, answer === 'refused');
  return () => page.evaluate(() => (globalThis as unknown as Watched).asked ?? []);
}

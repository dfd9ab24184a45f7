/** Owns waiting until Sotto has begun in a browser: a page that is opened before that is without its scripts. */
import type { Browser, Page } from 'puppeteer-core';

/** A busy machine shows late what an idle one shows at once, in milliseconds. */
const PATIENCE_MS = 60_000;
/** In Firefox nothing but the tab of home tells; where that is not found, this is long enough. */
const FIREFOX_MS = 10_000;
const ANSWER_MS = 2000;
/** Guard and chat, of sites that are granted: registered by the background when it first runs. */
const SCRIPTS = 2;
const COUNT = '(globalThis.browser ?? chrome).scripting.getRegisteredContentScripts().then(({ length }) => length)';

const rest = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));

/** Waits in Chromium until the scripts are registered, and on the first start (`first`) until home stands in its tab, in front. */
export async function untilBegun(browser: Browser, first: boolean): Promise<void> {
  if (first) await browser.waitForTarget((target) => target.url().endsWith('/home.html'), { timeout: PATIENCE_MS });
  const end = Date.now() + PATIENCE_MS;
  while ((await countInWorker(browser).catch(() => 0)) !== SCRIPTS) {
    if (Date.now() > end) throw new Error('the scripts of the extension were not registered');
    await rest(50);
  }
}

/** The same in Firefox, asked in the tab of home, which is opened at each start: there it is installed each time. */
export async function untilBegunInFirefox(browser: Browser): Promise<void> {
  const end = Date.now() + FIREFOX_MS;
  while (Date.now() < end) {
    const counts = await Promise.all((await browser.pages()).map(countInHome));
    if (counts.includes(SCRIPTS)) return;
    await rest(50);
  }
}

/** Past Puppeteer, which would keep hold of a worker that a test may end. */
async function countInWorker(browser: Browser): Promise<unknown> {
  const session = await browser.target().createCDPSession();
  try {
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'service_worker' }] });
    const worker = targetInfos.find(({ url }) => url.startsWith('chrome-extension://'));
    if (worker === undefined) return undefined;
    const { sessionId } = await session.send('Target.attachToTarget', { targetId: worker.targetId, flatten: true });
    const attached = session.connection()!.session(sessionId)!;
    const asked = attached.send('Runtime.evaluate', { expression: COUNT, returnByValue: true, awaitPromise: true });
    const answer = await Promise.race([asked.catch(() => undefined), rest(ANSWER_MS)]);
    await session.send('Target.detachFromTarget', { sessionId });
    return answer?.result.value;
  } finally {
    await session.detach();
  }
}

async function countInHome(page: Page): Promise<unknown> {
  const asked = page.evaluate(`location.pathname === '/home.html' ? ${COUNT} : 0`).catch(() => undefined);
  return Promise.race([asked, rest(ANSWER_MS)]);
}

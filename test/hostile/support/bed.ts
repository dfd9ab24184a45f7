/** Owns one bed: a browser with one variant of the extension on the hostile page, and what a person does there. */
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import type { BrowserName } from './build.ts';
import { createReach, type Reach } from './chrome-frames.ts';
import { type HostileSite, startSite } from './server.ts';
import { makeVariant } from './variant.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

type FrameKind = 'composer' | 'transcript';

/** A frame of ours that shows something. */
export interface Shown extends Reach {
  readonly kind: FrameKind;
  readonly text: string;
}

export interface Bed {
  readonly name: BrowserName;
  readonly page: Page;
  readonly site: HostileSite;
  /** The frames of ours that stand in the page and show something, with the kind of each. */
  shown(): Promise<Shown[]>;
  /** The one shown frame of `kind`. */
  frame(kind: FrameKind): Promise<Shown>;
  /** Waits until `look` gives something. */
  until<Value>(
    what: string,
    look: () => Promise<Value | undefined | false> | Value | undefined | false,
  ): Promise<Value>;
  /** Types each text and sends it, as a person: a click on the box, keys, Enter. */
  say(texts: readonly string[]): Promise<void>;
  /** Clicks the middle of the site's box. */
  clickBox(): Promise<void>;
  /** Clicks there until the caret is in the composer. */
  takeCaret(): Promise<void>;
  close(): Promise<void>;
}

export interface BedOrder {
  readonly built: string;
  readonly name: BrowserName;
  readonly disarmed?: readonly string[];
  readonly received?: Readonly<Record<string, string>>;
  /** Query and fragment of the page. */
  readonly at?: string;
}

/** A frame that is just changing its process does not answer, and does when it is asked again. */
const LOOK_MS = 500;

const rest = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));

const LOOK = `({ address: location.href, text: document.body?.innerText ?? '', drawn: document.body?.childElementCount > 0 })`;
const HAS_CARET = `document.hasFocus() && document.activeElement.tagName === 'TEXTAREA'`;
interface Seen {
  readonly address: string;
  readonly text: string;
  readonly drawn: boolean;
}

/** Firefox's driver lists the frames well, but not their addresses. */
async function reachFirefox(page: Page): Promise<Reach[]> {
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  return frames.map((frame) => ({
    address: '',
    evaluate: <Value>(expression: string) => frame.evaluate(expression) as Promise<Value>,
  }));
}

/** One browser of each kind for a test file: variants of the extension come and go in it. */
const running = new Map<BrowserName, Promise<Browser>>();

function browserOf(name: BrowserName): Promise<Browser> {
  const known = running.get(name);
  if (known !== undefined) return known;
  const options: LaunchOptions =
    name === 'chrome'
      ? { executablePath: '/usr/lib/chromium/chromium', enableExtensions: true, pipe: true, args: FLAGS }
      : { browser: 'firefox', executablePath: '/usr/bin/firefox-esr', args: ['--remote-allow-system-access'] };
  const launched = puppeteer.launch({ headless: true, ...options });
  running.set(name, launched);
  return launched;
}

/** Closes the browsers of this file. */
export async function closeBrowsers(): Promise<void> {
  for (const browser of running.values()) await (await browser).close();
  running.clear();
}

/** Starts everything and opens the page; the frames are not waited for. */
export async function makeBed(order: BedOrder): Promise<Bed> {
  const { built, name, disarmed = [], received = {}, at = '' } = order;
  const site = await startSite();
  const variant = await makeVariant({ built, browser: name, disarmed, server: site.origin, received });
  const browser = await browserOf(name);
  const extension = await browser.installExtension(variant.folder);
  const page = await browser.newPage();
  await page.setViewport({ width: 1000, height: 700 });
  await page.goto(`${site.origin}/${at}`);
  const reach = name === 'chrome' ? await createReach(browser) : () => reachFirefox(page);
  const shown: Bed['shown'] = async () => {
    const found: Shown[] = [];
    for (const frame of await reach()) {
      const seen = await Promise.race([frame.evaluate<Seen>(LOOK).catch(() => undefined), rest(LOOK_MS)]);
      const kind = /^(?:chrome|moz)-extension:.*[/](composer|transcript)[.]html/.exec(seen?.address ?? '')?.[1];
      if (seen?.drawn !== true || kind === undefined) continue;
      found.push({ ...frame, address: seen.address, kind: kind as FrameKind, text: seen.text });
    }
    return found;
  };
  const until: Bed['until'] = async (what, look) => {
    const end = Date.now() + 40_000;
    for (;;) {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      if (Date.now() > end) throw new Error(`waited in vain for: ${what} (${site.reports.slice(-8).join(', ')})`);
      await rest(40);
    }
  };
  const clickBox = async (): Promise<void> => {
    const { x, y } = await page.evaluate(() => {
      const { left, top, width, height } = document.querySelector('#box')!.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    await page.mouse.click(x, y);
  };
  return {
    name,
    page,
    site,
    shown,
    until,
    clickBox,
    takeCaret: () =>
      until('the caret in the composer', async () => {
        await clickBox();
        await rest(100);
        const composer = (await shown()).find((one) => one.kind === 'composer');
        return (await composer?.evaluate<boolean>(HAS_CARET)) === true;
      }).then(() => {}),
    frame: (kind) => until(`the ${kind}`, async () => (await shown()).find((one) => one.kind === kind)),
    say: async (texts) => {
      for (const text of texts) {
        const before = site.reports.filter((report) => report.startsWith('sent ')).length;
        await page.keyboard.type(text);
        await page.keyboard.press('Enter');
        await until(
          `"${text}" sent`,
          () => site.reports.filter((report) => report.startsWith('sent ')).length > before,
        );
      }
    },
    close: async () => {
      await page.close();
      await browser.uninstallExtension(extension);
      await variant.remove();
      await site.close();
    },
  };
}

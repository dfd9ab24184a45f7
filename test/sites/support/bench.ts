/** Owns the ground of the browser tests: a browser with the test driver in it, pages from a server, calls into the driver. */
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { type BrowserName, launchBrowser } from '../../support/browsers.ts';
import { bundleScript } from '../../support/bundle.ts';
import { type PageServer, type ServedPage, startPageServer } from '../../support/page-server.ts';
import { makeTestExtension, type TestExtension } from '../../support/test-extension.ts';
import type { DriverCalls } from './calls.ts';

const SOURCES = ['lib/sites', 'lib/armour', 'lib/failure', 'test/sites/support/driver.ts'];

/** What one test file needs, started once. */
export interface Bench {
  readonly browser: Browser;
  readonly server: PageServer;
  /** A new tab at `path` of the server (or at a whole address), with the driver ready in it. */
  open(path: string): Promise<Page>;
  stop(): Promise<void>;
}

/** Starts `name` with the driver, and a server for the files in test/sites/pages and for what `make` makes. */
export async function startBench(
  name: BrowserName,
  make?: (path: string, query: URLSearchParams) => ServedPage | undefined,
): Promise<Bench> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const extension: TestExtension = await makeTestExtension(
      await bundleScript('test/sites/support/driver.ts', SOURCES),
    );
    stops.push(() => extension.remove());
    const server = await startPageServer([join(import.meta.dirname, '../pages')], make);
    stops.push(() => server.stop());
    const browser = await launchBrowser(name, extension.folder);
    stops.push(() => browser.close());
    const open = async (path: string): Promise<Page> => {
      const page = await browser.newPage();
      await page.goto(new URL(path, server.origin).href, { waitUntil: 'load' });
      await page.waitForSelector('html[data-driver=ready]', { timeout: 10_000 });
      return page;
    };
    return { browser, server, open, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Calls `name` in the driver of `page`. */
export async function call<Name extends keyof DriverCalls>(
  page: Page,
  name: Name,
  argument: Parameters<DriverCalls[Name]>[0],
): Promise<Awaited<ReturnType<DriverCalls[Name]>>> {
  const answer = await page.evaluate(
    (detail: { name: string; argument: unknown }) =>
      new Promise<string>((resolve) => {
        const id = crypto.getRandomValues(new Uint32Array(2)).join('-');
        const listen = (event: Event): void => resolve((event as CustomEvent<string>).detail);
        document.addEventListener(`sotto-answer-${id}`, listen, { once: true });
        document.dispatchEvent(new CustomEvent('sotto-call', { detail: JSON.stringify({ id, ...detail }) }));
      }),
    { name: name as string, argument: argument as unknown },
  );
  const { value, error } = JSON.parse(answer);
  if (error !== undefined) throw new Error(error);
  return value;
}

/** Waits until `read` gives something that `enough` accepts, and gives that; fails with the last value after `ms`. */
export async function eventually<Value>(
  read: () => Promise<Value>,
  enough: (value: Value) => boolean,
  ms = 5000,
): Promise<Value> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (enough(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

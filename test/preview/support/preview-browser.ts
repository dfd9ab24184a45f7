/** Owns a browser with the test's extension in it, and a page of the extension that asks its background. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { type BrowserName, launchBrowser } from '../../support/browsers.ts';
import { bundleScript } from '../../support/bundle.ts';
import type { Ops } from '../extension/background.ts';

const GECKO_ID = 'preview@sotto.test';
/** Firefox gives each profile's extension an address by chance, unless it is told. */
const GECKO_UUID = '5f0c6a52-6d5b-4f0e-9a43-2f6c1d8f7b10';

/** A public name that resolves to this machine: what a page does that rebinds its name. */
export const REBOUND_HOST = 'rebound.sotto-test.org';

/** A running browser whose extension previews. */
export interface PreviewBrowser {
  readonly browser: Browser;
  /** A page of the extension. */
  readonly page: Page;
  ask<Op extends keyof Ops>(op: Op, wish: Parameters<Ops[Op]>[0]): ReturnType<Ops[Op]>;
  stop(): Promise<void>;
}

/** `permissions` are the manifest's; hosts are all allowed, as after a person's grant. */
export async function startPreviewBrowser(
  name: BrowserName,
  permissions: readonly string[] = ['webRequest', ...(name === 'firefox' ? ['dns'] : [])],
): Promise<PreviewBrowser> {
  const folder = await makeExtension(permissions);
  const browser = await launchBrowser(name, folder, {
    flags: [`--host-resolver-rules=MAP ${REBOUND_HOST} 127.0.0.1`],
    preferences: {
      'extensions.webextensions.uuids': JSON.stringify({ [GECKO_ID]: GECKO_UUID }),
      'network.dns.localDomains': REBOUND_HOST,
    },
  }).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const stop = async (): Promise<void> => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const page = await openPage(browser, name);
    const ask = ((op: string, wish: unknown) =>
      page.evaluate(
        (message) =>
          (
            globalThis as unknown as { chrome: { runtime: { sendMessage(message: unknown): Promise<unknown> } } }
          ).chrome.runtime.sendMessage(message),
        { op, wish },
      )) as unknown as PreviewBrowser['ask'];
    return { browser, page, ask, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeExtension(permissions: readonly string[]): Promise<string> {
  const sources = ['lib/preview', 'lib/bytes', 'lib/failure', 'test/preview/extension'];
  const script = await bundleScript('test/preview/extension/background.ts', sources);
  const folder = await mkdtemp(join(tmpdir(), 'sotto-preview-'));
  await copyFile(script, join(folder, 'background.js'));
  await writeFile(join(folder, 'page.html'), '<!doctype html><title>Previews</title>');
  const manifest = {
    manifest_version: 3,
    name: 'Sotto preview driver',
    version: '1.0',
    permissions,
    host_permissions: ['http://*/*', 'https://*/*'],
    background: { service_worker: 'background.js', scripts: ['background.js'] },
    // As the product's: without it Firefox would ask for https in place of http.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    browser_specific_settings: { gecko: { id: GECKO_ID } },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

async function openPage(browser: Browser, name: BrowserName): Promise<Page> {
  const page = await browser.newPage();
  if (name === 'chromium') {
    const worker = await browser.waitForTarget((target) => target.type() === 'service_worker');
    await page.goto(new URL('/page.html', worker.url()).href);
    return page;
  }
  // Its load is never reported; that it is there is seen by what it can do.
  await page.goto(`moz-extension://${GECKO_UUID}/page.html`, { timeout: 1500 }).catch(() => undefined);
  await page.waitForFunction(() => 'chrome' in globalThis);
  return page;
}

/**
 * Owns: a real browser with the built extension in a fresh profile, and the extension's pages opened as tabs.
 * Does not own: where the browser stands (programs.mjs) or what is done on the pages.
 * Whoever opens a browser closes it; closing takes the profile away too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { inRoot } from './paths.mjs';
import { findChromium, findFirefox } from './programs.mjs';

/** An extension page is there within a second; a busy machine gets this long, in milliseconds. */
const PAGE_PATIENCE_MS = 20_000;
/** Firefox never reports an extension page as loaded; after this long, in milliseconds, it is looked at all the same. */
const FIREFOX_LOAD_MS = 1500;

/** Whether this user must do without Chromium's sandbox: root has none, and the extension is not what it guards. */
const asRoot = process.getuid?.() === 0;

/**
 * Opens Chromium with .output/chrome-mv3, and `flags` of its own. Gives {browser, origin, openPage(path), close()}; `origin` ends in '/'.
 * Throws when Chromium is missing or the extension does not start.
 */
export async function openInChromium({ headless = true, flags = /** @type {string[]} */ ([]) } = {}) {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Chromium is missing: https://www.chromium.org/');
  const profile = mkdtempSync(join(tmpdir(), 'sotto-chromium-'));
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  const browser = await launch({
    executablePath,
    headless,
    userDataDir: profile,
    enableExtensions: [inRoot('.output/chrome-mv3')],
    args: [
      ...quiet,
      '--disable-sync',
      ...(headless ? ['--disable-gpu'] : []),
      ...(asRoot ? ['--no-sandbox'] : []),
      ...flags,
    ],
    ...(headless ? {} : { defaultViewport: null }),
  });
  const close = () => closeAndForget(browser, profile);
  try {
    const isWorker = (target) => target.type() === 'service_worker' && target.url().startsWith('chrome-extension://');
    const worker = await browser.waitForTarget(isWorker, { timeout: PAGE_PATIENCE_MS });
    // At install it opens its own tab before all others: whoever opens a page has it in front from then on.
    await browser.waitForTarget((target) => target.url().endsWith('/home.html'), { timeout: PAGE_PATIENCE_MS });
    const [origin] = /^[a-z-]+:..[^/]+[/]/.exec(worker.url());
    const openPage = async (path) => {
      const page = await browser.newPage();
      await page.goto(`${origin}${path}`);
      return page;
    };
    return { browser, origin, openPage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens Firefox with .output/firefox-mv3; gives the same as {@link openInChromium}. */
export async function openInFirefox({ headless = true, preferences = {} } = {}) {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error('Firefox is missing: https://www.mozilla.org/firefox/');
  const profile = mkdtempSync(join(tmpdir(), 'sotto-firefox-'));
  const folder = inRoot('.output/firefox-mv3');
  // Firefox makes up the origin of an extension; naming it beforehand is the only way to know it.
  const uuid = crypto.randomUUID();
  const { default: manifest } = await import(`${folder}/manifest.json`, { with: { type: 'json' } });
  const geckoId = manifest.browser_specific_settings.gecko.id;
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless,
    userDataDir: profile,
    // Without it WebDriver BiDi does not drive an extension's pages.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: uuid }), ...preferences },
  });
  const close = () => closeAndForget(browser, profile);
  try {
    await browser.installExtension(folder);
    const origin = `moz-extension://${uuid}/`;
    const openPage = async (path) => {
      const page = await browser.newPage();
      await page.goto(`${origin}${path}`, { timeout: FIREFOX_LOAD_MS }).catch(() => undefined);
      return page;
    };
    return { browser, origin, openPage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeAndForget(browser, profile) {
  await browser.close();
  // A browser's last processes may still write for a moment after it has said that it is closed.
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

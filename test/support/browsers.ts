/**
 * Owns starting the system's browsers for tests: headless, with a fresh profile, with an unpacked extension in them.
 * Does not own what is done in them. Every browser that is started here is closed by whoever asked for it.
 */
import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';

export type BrowserName = 'chromium' | 'firefox';

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1200,800',
];

/** The first of `paths` that exists. Debian's wrapper script for Chromium adds flags of its own: the binary is preferred. */
function firstExisting(paths: readonly string[]): string {
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`none of these is installed: ${paths.join(', ')}`);
  return found;
}

/** What a test may need a browser to be started with besides. */
export interface BrowserExtras {
  /** Chromium's flags. */
  readonly flags?: readonly string[];
  /** Firefox's preferences. */
  readonly preferences?: Readonly<Record<string, string | number | boolean>>;
}

/** Starts `name` with the unpacked extension in `extension` (a folder), allowed on all that its manifest matches. */
export async function launchBrowser(
  name: BrowserName,
  extension?: string,
  { flags = [], preferences = {} }: BrowserExtras = {},
): Promise<Browser> {
  const defaultViewport = { width: 1200, height: 800 };
  if (name === 'chromium') {
    return puppeteer.launch({
      executablePath: firstExisting(['/usr/lib/chromium/chromium', '/usr/bin/chromium']),
      headless: true,
      defaultViewport,
      args: [...CHROMIUM_FLAGS, ...flags],
      ...(extension === undefined ? {} : { enableExtensions: [extension] }),
    });
  }
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firstExisting(['/usr/bin/firefox-esr', '/usr/bin/firefox']),
    headless: true,
    defaultViewport,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { ...preferences },
  });
  try {
    if (extension !== undefined) await browser.installExtension(extension);
    return browser;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

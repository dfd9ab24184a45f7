import { mkdirSync } from 'node:fs';
import { inRoot } from '../support/paths.mjs';
import { findChromium, findFirefox } from '../support/programs.mjs';
import { run as build } from './build.mjs';

/**
 * Builds the extension and opens it in a browser with a fresh profile. With a display the window stays until it is
 * closed; without one the popup is opened unseen, its pictures are written to pictures/ and what it says is printed.
 */
export async function run() {
  const built = await build();
  if (built.failed > 0) {
    process.exitCode = 1;
    return;
  }
  const name = findChromium() !== undefined ? 'Chromium' : findFirefox() !== undefined ? 'Firefox' : undefined;
  if (name === undefined) {
    console.error(
      'Neither Chromium nor Firefox is here: https://www.chromium.org/ or https://www.mozilla.org/firefox/',
    );
    process.exitCode = 1;
    return;
  }
  const { openInChromium, openInFirefox } = await import('../support/open-extension.mjs');
  const headless = !hasDisplay();
  const opened = await (name === 'Chromium' ? openInChromium : openInFirefox)({ headless });
  try {
    const page = await opened.openPage('popup.html');
    await page.waitForSelector('.version');
    console.log(`\nSotto runs in ${name}. Its popup says:\n`);
    console.log(await page.evaluate(() => document.body.innerText));
    if (headless) await writePictures(page, name);
    else await untilClosed(opened.browser, name);
  } finally {
    await opened.close();
  }
}

function hasDisplay() {
  if (process.platform !== 'linux') return process.env.CI === undefined;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function writePictures(page, name) {
  mkdirSync(inRoot('pictures'), { recursive: true });
  const main = await page.$('main');
  // Only Chromium can be told over its protocol to be dark; Firefox shows what it would show anyway.
  for (const scheme of name === 'Chromium' ? ['light', 'dark'] : ['light']) {
    if (name === 'Chromium') await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await main.screenshot({ path: inRoot('pictures', `popup-${scheme}.png`) });
  }
  console.log('\nThere is no display: its pictures are in pictures/.');
}

async function untilClosed(browser, name) {
  console.log(`\nClose ${name} to end this.`);
  await new Promise((resolve) => {
    browser.once('disconnected', resolve);
  });
}

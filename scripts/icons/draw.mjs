/**
 * Draws public/icon/*.png from icon.svg with the Chromium that is installed: `node scripts/icons/draw.mjs`.
 * The pictures are committed; this is run again only when the drawing changes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { launch } from 'puppeteer-core';
import { inRoot } from '../support/paths.mjs';
import { findChromium } from '../support/programs.mjs';

/** Chrome's list, toolbar and store; 96 is Firefox's. */
const sizes = [16, 32, 48, 96, 128];

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('Chromium is needed to draw the icons');
const svg = readFileSync(inRoot('scripts/icons/icon.svg'), 'utf8');
const browser = await launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  for (const size of sizes) {
    await page.setViewport({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
    writeFileSync(inRoot(`public/icon/${size}.png`), await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}

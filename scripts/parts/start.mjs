import { findChromium } from '../support/programs.mjs';
import { run as build } from './build.mjs';

/**
 * Builds the extension and shows it: Alice and Bob side by side on the demonstration chat, and what the site sees. With a
 * display the windows stay until Alice's is closed; without one the same is played unseen, printed, and drawn to pictures/.
 */
export async function run() {
  const built = await build();
  if (built.failed > 0) {
    process.exitCode = 1;
    return;
  }
  if (findChromium() === undefined) {
    console.error('Chromium is missing: https://www.chromium.org/');
    process.exitCode = 1;
    return;
  }
  const { playScene } = await import('../demo/scene.mjs');
  console.log('');
  await playScene({ headless: !hasDisplay() });
}

function hasDisplay() {
  if (process.platform !== 'linux') return process.env.CI === undefined;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

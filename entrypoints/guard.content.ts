/**
 * The focus guard, in every frame of a granted site before any script of the page: no keystroke meant for a composer
 * reaches the page. Wiring only; it is registered for each site when the person grants it. A frame below the top begins armed until the background says whether it has to be.
 */
import { defineContentScript } from 'wxt/utils/define-content-script';
import { connectGuard, installGuard } from '../lib/frames/mount.ts';

export default defineContentScript({
  registration: 'runtime',
  runAt: 'document_start',
  allFrames: true,
  matchOriginAsFallback: true,
  main() {
    connectGuard(installGuard(window !== window.top));
  },
});

/**
 * The only key holder. Wiring only: it starts the cryptographic library and answers the popup.
 * The top level touches no browser API: the build runs it in Node to read what is exported.
 */
import { defineBackground } from 'wxt/utils/define-background';
import { browser } from '../lib/browser.ts';
import { cryptoReady } from '../lib/crypto/index.ts';
import { answerPopupState } from '../lib/rpc/index.ts';

export default defineBackground({
  type: 'module',
  main() {
    // Begun at once and asked for later; a rejection is an answer too, and is given in the popup.
    const cryptoStarted = cryptoReady().then(
      () => true,
      () => false,
    );
    answerPopupState(async () => ({
      version: browser.runtime.getManifest().version,
      allowedSites: (await browser.permissions.getAll()).origins?.length ?? 0,
      cryptoReady: await cryptoStarted,
    }));
  },
});

/** Owns what the backup needs of the browser: the network, an alarm, and where the address of a backup is synchronised. */
import { browserFetch } from '../../lib/backup/index.ts';
import { browser } from '../../lib/browser.ts';
import type { BackupDesk, BackupParts } from '../../lib/relay/index.ts';

const ALARM = 'sotto.backup';
const ADDRESS = 'sotto.backup';

/** All but who is told. */
export const backupPlatform: Pick<BackupParts, 'fetch' | 'wait' | 'wake' | 'synced'> = {
  fetch: browserFetch,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
  wake: (at) => void browser.alarms.create(ALARM, { when: at }),
  synced: {
    load: async () => {
      const found = (await browser.storage.sync.get(ADDRESS))[ADDRESS];
      return typeof found === 'string' ? found : '';
    },
    save: (address) =>
      address === '' ? browser.storage.sync.remove(ADDRESS) : browser.storage.sync.set({ [ADDRESS]: address }),
  },
};

/** Who woke the worker is served first; it lives for half a minute more. */
const DUE_AFTER_MS = 3000;

/** Has done what is due, soon and at every alarm. To be called at start-up. */
export function followBackup(backup: BackupDesk): void {
  // What can't be done now is tried when something is written, or at the next start.
  const due = (): void => void backup.due().catch(() => undefined);
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) due();
  });
  setTimeout(due, DUE_AFTER_MS);
}

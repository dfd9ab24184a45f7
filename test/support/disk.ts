/**
 * Owns looking at what one browser's Sotto keeps, from outside of it: every row of every table by a digest of its sealed
 * bytes. A row that was written again, even with the same content, is another one: it is sealed anew.
 */
import type { Page } from 'puppeteer-core';
import type { View } from './view.ts';

/** Digests by table and row; `meta` is the head, which every write changes. */
export type Disk = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How many rows of a table came, went and were written again. */
export interface TableChange {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Runs in a page of the extension. A database that is not there is not made by looking. */
const READ = `(async () => {
  const known = await indexedDB.databases();
  if (!known.some(({ name }) => name === 'sotto')) return {};
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open('sotto'));
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names);
  const tables = await Promise.all(names.map((name) => done(transaction.objectStore(name).getAll())));
  database.close();
  const disk = {};
  for (const [place, name] of names.entries()) {
    disk[name] = {};
    for (const { id, sealed } of tables[place]) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', sealed));
      disk[name][id] = digest.toHex?.() ?? [...digest].join(' ');
    }
  }
  return disk;
})()`;

/** What is on the disk of the browser of `view` now. A frame of ours must be on show. */
export function readDisk(view: View): Promise<Disk> {
  return view.evaluate<Disk>(READ);
}

/** The tables that differ; none where nothing was written. */
export function changesOf(before: Disk, after: Disk): Record<string, TableChange> {
  const changes: Record<string, TableChange> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old = {}, now = {}] = [before[name], after[name]];
    const added = Object.keys(now).filter((id) => !(id in old)).length;
    const removed = Object.keys(old).filter((id) => !(id in now)).length;
    const changed = Object.keys(now).filter((id) => id in old && old[id] !== now[id]).length;
    if (added + removed + changed > 0) changes[name] = { added, changed, removed };
  }
  return changes;
}

/** Whether a write of a few bytes is refused now: Chromium looks at the room that is left once in half a minute. */
const IS_FULL = `new Promise((resolve) => {
  const opening = indexedDB.open('probe');
  opening.onupgradeneeded = () => opening.result.createObjectStore('probe');
  opening.onerror = () => resolve(opening.error?.name === 'QuotaExceededError');
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction('probe', 'readwrite');
    transaction.objectStore('probe').put('a few bytes', 'probe');
    transaction.oncomplete = () => { database.close(); resolve(false); };
    transaction.onabort = () => { database.close(); resolve(transaction.error?.name === 'QuotaExceededError'); };
  };
})`;

/** Whether the browser of `view` refuses to keep anything more for Sotto. */
export function isFull(view: View): Promise<boolean> {
  return view.evaluate<boolean>(IS_FULL);
}

/** Leaves Sotto no room in the browser of `page`, or gives it all back. What is kept stays. */
export async function setRoom(page: Page, room: 'none' | 'all'): Promise<void> {
  const worker = await page.browser().waitForTarget((each) => each.type() === 'service_worker');
  const origin = worker.url().split('/').slice(0, 3).join('/');
  const session = await page.createCDPSession();
  await session.send('Storage.overrideQuotaForOrigin', { origin, ...(room === 'none' ? { quotaSize: 1 } : {}) });
}

/**
 * Owns looking at what one browser's Sotto keeps, from outside of it: every row of every table by a digest of its sealed
 * bytes. A row that was written again, even with the same content, is another one: it is sealed anew.
 */
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

/** What is on the disk of the browser of `view` now. A composer must be on show. */
export function readDisk(view: View): Promise<Disk> {
  return view.evaluate<Disk>('composer', READ);
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

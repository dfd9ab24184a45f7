/** What is kept was emptied or damaged behind Sotto's back: that is said, and nothing begins anew over it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { killWorker } from '../support/kill.ts';
import { type Pair, startPair } from '../support/pair.ts';

/** Deletes the database, as a browser does that is short of room; its other storage stays. */
const EMPTY = `new Promise((resolve, reject) => {
  const request = indexedDB.deleteDatabase('sotto');
  request.onsuccess = () => resolve('done');
  request.onerror = () => reject(request.error);
})`;
/** Turns one bit of the sealed head. */
const DAMAGE = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('sotto');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction('meta', 'readwrite');
    const meta = transaction.objectStore('meta');
    meta.get('head').onsuccess = ({ target: { result } }) => {
      result.sealed[result.sealed.length - 1] ^= 1;
      meta.put(result);
    };
    transaction.oncomplete = () => { opening.result.close(); resolve('done'); };
    transaction.onerror = () => reject(transaction.error);
  };
})`;
const KEPT = `chrome.storage.local.get('sotto.store').then((found) => found['sotto.store'])`;
/** How many rows there are, of all kinds. A database that is not there is not made by looking. */
const ROWS = `indexedDB.databases().then((all) => all.some(({ name }) => name === 'sotto') && new Promise((resolve, reject) => {
  const opening = indexedDB.open('sotto');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const names = [...opening.result.objectStoreNames];
    const transaction = opening.result.transaction(names);
    const counts = names.map((name) => transaction.objectStore(name).count());
    transaction.oncomplete = () => { opening.result.close(); resolve(counts.reduce((sum, { result }) => sum + result, 0)); };
  };
})).then((count) => count || 0)`;

describe.each([
  ['emptied', EMPTY, messages.popupStoreLost.message],
  ['damaged', DAMAGE, messages.popupStoreDamaged.message],
])('a database that was %s', (_, harm, sentence) => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await startPair();
  });
  afterAll(() => pair?.stop());

  it('is no first run: the person is told, nothing is made anew, and nothing goes out', async () => {
    const { alice, bob, site } = pair;
    await alice.say('before');
    await bob.untilRead(['before']);
    // What is still written afterwards would be written over the harm.
    await alice.untilSent();
    await alice.untilRead(['before']);
    const posts = site.posts().length;
    // Any page of the extension may look behind the scenes; the popup is one.
    const scenes = await alice.openPopup();
    const kept = await scenes.evaluate(KEPT);
    const rows = (await scenes.evaluate(ROWS)) as number;
    expect(rows).toBeGreaterThan(5);
    expect(await scenes.evaluate(harm)).toBe('done');
    await killWorker(alice.page.browser());
    await scenes.close();
    await alice.page.reload();

    const popup = await alice.openPopup();
    await alice.until('the notice', () =>
      popup.evaluate((words) => document.body.textContent?.includes(words), sentence),
    );
    expect(await popup.evaluate(() => document.body.textContent)).toContain(messages.popupStoreTitle.message);
    expect(await popup.evaluate(KEPT)).toBe(kept);
    expect(await popup.evaluate(ROWS)).toBe(harm === EMPTY ? 0 : rows);
    expect(site.posts()).toHaveLength(posts);
  });
});

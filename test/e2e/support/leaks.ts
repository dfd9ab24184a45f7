/** Owns looking for a text wherever a page's own script could find it: its tree, storage, address and title. */
import type { Page } from 'puppeteer-core';

/** What a script of the page can read without asking anyone, as one text. */
export function readPage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts = [document.documentElement.outerHTML, document.title, location.href, document.cookie];
    const values = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value);
    for (const store of [localStorage, sessionStorage]) parts.push(JSON.stringify(store));
    for (const { name } of await indexedDB.databases()) parts.push(name ?? '');
    parts.push(JSON.stringify(performance.getEntries()), String(getSelection()));
    return [...parts, ...values].join('\n');
  });
}
